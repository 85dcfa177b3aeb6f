// SPDX-License-Identifier: Apache-2.0
// Commands of stock programs that produce an object's bytes again, for the page and for verify.sh.
#ifndef DISCERN_REPORT_REPRODUCTION_H
#define DISCERN_REPORT_REPRODUCTION_H

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/report.h"

namespace discern {

// A word for a POSIX shell; names with bytes that do not print need the $'' of bash, ksh and zsh.
std::string shell_quoted(std::string_view word);

// `count` units of `unit` bytes that stand `stride` apart in `file`, from `offset` on; zeros when
// there is no file (parts of a disc that its format leaves empty).
struct Steps {
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t unit = 0;
  std::uint64_t stride = 0;
  std::uint64_t count = 0;
};
// Nothing when bytes are derived (inflated, repaired) or lie in more than 5000 such rows.
std::optional<std::vector<Steps>> stored_steps(const View& view);

// A command that writes the view's bytes to its standard output. `stock`: it is no program of ours.
struct Reproduction {
  std::string command;
  bool stock = true;
};
Reproduction reproduction_of(const Image& image, const View& view);

}  // namespace discern

#endif
