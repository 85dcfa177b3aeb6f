// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_PROGRESS_H
#define DISCERN_PROGRESS_H

#include <cstdint>
#include <functional>
#include <string_view>

namespace discern {

// Called now and then from the thread that called the core, with what is being done, bytes done
// and bytes in all. Returning false stops the work with Errc::cancelled. May be empty.
using Progress =
    std::function<bool(std::string_view what, std::uint64_t done, std::uint64_t total)>;

}  // namespace discern

#endif
