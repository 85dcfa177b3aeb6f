// SPDX-License-Identifier: Apache-2.0
#include "filesystem/clock.h"

#include <chrono>

namespace discern {

void set_clock(EntryTime& time, const ClockReading& reading, int offset_minutes) {
  const std::chrono::year_month_day date{std::chrono::year{reading.year},
                                         std::chrono::month{reading.month},
                                         std::chrono::day{reading.day}};
  if (!date.ok() || reading.hour > 23 || reading.minute > 59 || reading.second > 59) {
    time.validity = Validity::invalid_field;
    return;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = days * 86'400 + std::int64_t{reading.hour} * 3600 +
                               std::int64_t{reading.minute} * 60 + reading.second -
                               std::int64_t{offset_minutes} * 60;
  if (__builtin_mul_overflow(seconds, std::int64_t{1'000'000'000}, &time.time_ns) ||
      __builtin_add_overflow(time.time_ns, std::int64_t{reading.nanosecond}, &time.time_ns)) {
    time.time_ns = 0;
    time.validity = Validity::out_of_range;
    return;
  }
  time.validity = Validity::ok;
}

}  // namespace discern
