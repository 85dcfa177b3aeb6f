// SPDX-License-Identifier: Apache-2.0
// Zones for clocks whose zone the medium does not tell, from the system's time zone database.
#ifndef DISCERN_TIME_ZONE_H
#define DISCERN_TIME_ZONE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/entry.h"
#include "discern/result.h"

namespace discern {

// A rule for one of the two changes of a year, as POSIX TZ strings write it.
struct ZoneRule {
  enum class Day { julian_without_leap, zero_based, month_week_day };
  Day kind = Day::month_week_day;
  int month = 1;             // 1..12
  int week = 1;              // 1..5, 5: the last
  int day = 0;               // 0..6 from Sunday; otherwise the day of the year
  std::int64_t time = 7200;  // seconds after midnight, local time before the change
};

// Seconds east of UTC at any time. A value: copies are independent, const functions thread-safe.
class TimeZone {
 public:
  // UTC.
  TimeZone() = default;

  // "UTC", "Z", a fixed offset ("+02:00", "-0530"), or a name of the time zone database
  // ("Europe/Berlin"), read from `folder`.
  //
  // Errc::missing  no such zone
  // Errc::corrupt  its file is none of the database
  static Result<TimeZone> named(const std::string& name,
                                const std::string& folder = "/usr/share/zoneinfo");

  // A file of the database: RFC 8536, versions 1 to 4, with the TZ string behind the tables.
  //
  // Errc::not_this  no TZif magic
  // Errc::corrupt   cut, or indices that lead outside of its tables
  static Result<TimeZone> parse(Bytes file, std::string name);

  const std::string& name() const { return name_; }
  std::int64_t offset_at(std::int64_t utc_seconds) const;

  // What a clock's reading (seconds since 1970 as if UTC) means. dst_gap: the clock never showed
  // it, it is taken with the offset before the gap; dst_fold: it showed it twice, the first one is
  // taken.
  struct Reading {
    std::int64_t utc_seconds = 0;
    Validity validity = Validity::ok;
  };
  Reading from_local(std::int64_t local_seconds) const;

 private:
  struct Change {
    std::int64_t at;  // UTC
    std::int64_t offset;
  };
  // Behind the last change.
  struct Tail {
    std::int64_t standard = 0;
    std::optional<std::int64_t> summer = {};
    ZoneRule begin = {};
    ZoneRule end = {};
  };
  static std::optional<Tail> parse_tail(std::string_view text);

  std::string name_ = "UTC";
  std::int64_t first_offset_ = 0;
  std::vector<Change> changes_ = {};
  std::optional<Tail> tail_ = {};
};

// Shifts the times of unknown zone that are not mere dates by `zone`: they become Zone::assumed,
// and dst_gap or dst_fold where the clock's reading is none or two. Dates stay as they are.
void assume_zone(std::vector<EntryTime>& times, const TimeZone& zone);

}  // namespace discern

#endif
