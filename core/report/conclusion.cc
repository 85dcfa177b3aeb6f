// SPDX-License-Identifier: Apache-2.0
// What the references say of the data, kept apart from the state of the container.

#include <algorithm>
#include <array>

#include "report/summary.h"

namespace discern {
namespace {

// Formats that wrap the medium's bytes in a structure of their own; their findings have codes that
// begin so.
constexpr std::array<std::string_view, 10> kContainers = {
    "imz.",  "ewf.",      "split.",  "imd.",      "td0.",
    "dc42.", "savedskf.", "anex86.", "diskdupe.", "gzip."};

}  // namespace

std::string_view name_of(Conclusion conclusion) {
  switch (conclusion) {
    case Conclusion::match:
      return "MATCH";
    case Conclusion::mismatch:
      return "MISMATCH";
    case Conclusion::no_reference:
      return "NO REFERENCE";
    case Conclusion::incomplete:
      return "INCOMPLETE";
  }
  return {};
}

Conclusion conclusion_of(const Examination& examination) {
  std::size_t matches = 0;
  for (const Verification& row : examination.verifications) {
    if (row.check != "digest" && row.check != "crc") continue;
    if (row.verdict == Outcome::mismatch) return Conclusion::mismatch;
    if (row.verdict == Outcome::match) ++matches;
  }
  const CaseSummary summary = summary_of(examination);
  if (!summary.unread.empty() || summary.unread_sectors > 0) return Conclusion::incomplete;
  return matches > 0 ? Conclusion::match : Conclusion::no_reference;
}

std::vector<const Finding*> container_damage(const Examination& examination) {
  std::vector<const Finding*> damage;
  for (const Finding& finding : examination.findings)
    if (finding.severity == Severity::damage &&
        std::ranges::any_of(
            kContainers, [&](std::string_view prefix) { return finding.code.starts_with(prefix); }))
      damage.push_back(&finding);
  return damage;
}

}  // namespace discern
