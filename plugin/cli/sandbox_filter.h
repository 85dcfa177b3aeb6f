// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CLI_SANDBOX_FILTER_H
#define DISCERN_CLI_SANDBOX_FILTER_H

#include <cstdint>

namespace discern::cli {

// Stands in the filter for the number of the process, which only the running program knows.
inline constexpr std::uint32_t kOwnProcess = 0x5E1F0DEE;

}  // namespace discern::cli

#endif
