// SPDX-License-Identifier: Apache-2.0
// From the fields of a date on a medium to nanoseconds, or to what is wrong with them.
#ifndef DISCERN_FILESYSTEM_CLOCK_H
#define DISCERN_FILESYSTEM_CLOCK_H

#include <cstdint>
#include <optional>

#include "discern/entry.h"

namespace discern {

// As the fields stand; nothing is normalised.
struct ClockReading {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  std::uint32_t nanosecond = 0;
};

// Sets time_ns and validity: invalid_field when there is no such date or time of day (31 February,
// 25:61), out_of_range outside of what 64 bits of nanoseconds reach (1677 to 2262).
// `offset_minutes` east of UTC is taken off.
void set_clock(EntryTime& time, const ClockReading& reading, int offset_minutes = 0);

}  // namespace discern

#endif
