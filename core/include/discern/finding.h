// SPDX-License-Identifier: Apache-2.0
// A Finding is an anomaly in the evidence: data for the report, not an error of the program.
#ifndef DISCERN_FINDING_H
#define DISCERN_FINDING_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace discern {

// note: worth knowing, nothing is wrong. warning: something contradicts or is odd, all data is
// delivered. damage: some data is missing, wrong or unverifiable (exit status 1).
enum class Severity { note, warning, damage };
std::string_view name_of(Severity severity);

// Where in the evidence; absent parts do not apply. `offset` is a byte offset in `file`,
// `line` and `column` count from 1.
struct Place {
  std::string file = {};
  std::optional<std::uint64_t> offset = {};
  std::optional<std::int64_t> lba = {};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};
std::string describe(const Place& place);

// `code` is stable and lower case: "imz.crc-mismatch", "cue.mode-contradicts-sectors".
struct Finding {
  std::string code;
  Severity severity = Severity::note;
  Place where = {};
  std::string text;
};
using Findings = std::vector<Finding>;

}  // namespace discern

#endif
