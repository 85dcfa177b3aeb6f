// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CLI_EXIT_STATUS_H
#define DISCERN_CLI_EXIT_STATUS_H

#include <algorithm>

namespace discern::cli {

// What scripts may rely on, the same for every command.
enum class ExitStatus {
  consistent = 0,     // done, and the evidence is consistent
  differs = 1,        // done, and something does not match (digest, EDC, structure)
  incomplete = 2,     // could not be completed
  usage = 64,         // the command line is wrong
  interrupted = 130,  // SIGINT
};

// Of several images the worst counts.
inline ExitStatus worst(ExitStatus a, ExitStatus b) { return std::max(a, b); }

}  // namespace discern::cli

#endif
