// SPDX-License-Identifier: Apache-2.0
// Days and clock readings of the proleptic Gregorian calendar, without the C library's zones.
#ifndef DISCERN_TIMELINE_CIVIL_TIME_H
#define DISCERN_TIMELINE_CIVIL_TIME_H

#include <cstdint>

#include "discern/entry.h"

namespace discern {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::int64_t kSecondsPerDay = 86'400;

struct CivilDate {
  std::int64_t year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
};

// `days` counts from 1970-01-01 and may be negative.
CivilDate civil_from_days(std::int64_t days);
std::int64_t days_from_civil(const CivilDate& date);

// Rounds towards minus infinity, so that times before 1970 fall into the right second and day.
constexpr std::int64_t floor_div(std::int64_t number, std::int64_t by) {
  return number / by - (number % by < 0 ? 1 : 0);
}

// True when time_ns says something.
inline bool is_meaningful(const EntryTime& time) {
  return time.validity == Validity::ok || time.validity == Validity::dst_gap ||
         time.validity == Validity::dst_fold;
}

}  // namespace discern

#endif
