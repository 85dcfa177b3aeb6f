// SPDX-License-Identifier: Apache-2.0
// The order of entries by path.
#ifndef DISCERN_TIMELINE_PATH_ORDER_H
#define DISCERN_TIMELINE_PATH_ORDER_H

#include <cstdint>
#include <vector>

#include "discern/entry.h"

namespace discern {

// Indices of the entries, by the bytes of their paths; those of one path in the order given.
std::vector<std::uint32_t> order_by_path(const std::vector<Entry>& entries);

}  // namespace discern

#endif
