// SPDX-License-Identifier: Apache-2.0
// Two independent readers of one file system: where they differ, and why.
#ifndef DISCERN_CLI_CROSS_CHECK_H
#define DISCERN_CLI_CROSS_CHECK_H

#include <cstddef>
#include <string>
#include <vector>

#include "discern/entry.h"

namespace discern::cli {

struct Difference {
  std::string path;
  std::string id;
  std::string what;   // "created: 2002-01-01T10:00:01.00 here, 2002-01-01T10:00:00.00 by libtsk"
  std::string cause;  // a known one of libtsk 4.11.1, or empty
};

struct CrossCheck {
  std::size_t compared = 0;  // entries that both have
  std::vector<Difference> differences = {};
  bool explained() const;
};

// Entries are the same when volume, number and path are; of those left over, when volume and number
// are. Compared are type, size, state, link, times to the nanosecond, and the place of each byte.
CrossCheck cross_check(const std::vector<Entry>& ours, const std::vector<Entry>& by_tsk);

}  // namespace discern::cli

#endif
