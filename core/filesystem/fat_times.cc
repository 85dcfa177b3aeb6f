// SPDX-License-Identifier: Apache-2.0
// Times in a FAT directory slot, 16-bit integers little-endian:
//
//   13  1  created: 10 ms units, 0..199     14  2  created: time    16  2  created: date
//   18  2  accessed: date                   22  2  modified: time   24  2  modified: date
//
//   date  bits 15..9 year - 1980 (0..127)   8..5 month 1..12   4..0 day 1..31
//   time  bits 15..11 hour 0..23            10..5 minute 0..59  4..0 second / 2, 0..29
//
// The two seconds of a created time's units go on top of its even second: 10:00:00 with 100 units
// is 10:00:01. A field of units above 199 says nothing, and leaves a time of 2 s. Source: Microsoft
// "FAT: General Overview of On-Disk Format" 1.03, "Date and Time Formats".
#include "filesystem/fat_times.h"

#include <boost/endian/conversion.hpp>

#include "filesystem/clock.h"

namespace discern {
namespace {

constexpr unsigned kMostUnits = 199;

unsigned number16(Bytes slot, std::uint64_t at) {
  const auto part = slice(slot, at, 2);
  return part ? boost::endian::load_little_u16(reinterpret_cast<const unsigned char*>(part->data()))
              : 0u;
}

EntryTime time_of(TimeKind kind, Precision precision, unsigned date, unsigned time, unsigned units,
                  Bytes raw) {
  EntryTime result{kind, 0, precision, Zone::unknown, Validity::zero, raw};
  if (date == 0 && time == 0 && units == 0) return result;
  if (units > kMostUnits) {
    units = 0;
    result.precision = Precision::s2;
  }
  set_clock(result, {static_cast<int>(1980 + (date >> 9)), date >> 5 & 15, date & 31, time >> 11,
                     time >> 5 & 63, (time & 31) * 2});
  if (result.validity == Validity::ok) result.time_ns += std::int64_t{units} * 10'000'000;
  return result;
}

}  // namespace

std::vector<EntryTime> fat_times(Bytes slot) {
  const auto raw = [&](std::uint64_t at, std::uint64_t length) {
    return slice(slot, at, length).value_or(Bytes{});
  };
  const unsigned units = slot.size() > 13 ? std::to_integer<unsigned>(slot[13]) : 0;
  std::vector<EntryTime> times;
  times.reserve(3);
  times.push_back(time_of(TimeKind::modified, Precision::s2, number16(slot, 24), number16(slot, 22),
                          0, raw(22, 4)));
  times.push_back(
      time_of(TimeKind::accessed, Precision::day1, number16(slot, 18), 0, 0, raw(18, 2)));
  times.push_back(time_of(TimeKind::created, Precision::ms10, number16(slot, 16),
                          number16(slot, 14), units, raw(13, 5)));
  return times;
}

}  // namespace discern
