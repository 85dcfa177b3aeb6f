// SPDX-License-Identifier: Apache-2.0
// Expected values: date -d and zdump of the GNU C library.
#include "discern/time_zone.h"

#include <gtest/gtest.h>

#include "timeline/civil_time.h"

namespace discern {
namespace {

TimeZone zone(const char* name) {
  auto found = TimeZone::named(name);
  EXPECT_TRUE(found) << name;
  return found ? *found : TimeZone();
}

std::int64_t seconds(std::int64_t year, int month, int day, int hour = 0, int minute = 0) {
  return days_from_civil({year, month, day}) * kSecondsPerDay + hour * 3600 + minute * 60;
}

bool has_database() { return TimeZone::named("Europe/Berlin").has_value(); }

TEST(TimeZone, TakesOffsets) {
  EXPECT_EQ(zone("UTC").offset_at(0), 0);
  EXPECT_EQ(zone("+02:00").offset_at(0), 7200);
  EXPECT_EQ(zone("-0530").offset_at(0), -(5 * 3600 + 1800));
  EXPECT_EQ(zone("+5").offset_at(0), 18000);
  for (const char* bad : {"", "+", "+2:00x", "+02:60", "+123", "+27", "../../etc/passwd",
                          "/etc/passwd", "No/Such", "Europe"})
    EXPECT_FALSE(TimeZone::named(bad)) << bad;
}

TEST(TimeZone, KnowsSummerTime) {
  if (!has_database()) GTEST_SKIP() << "no time zone database";
  const TimeZone berlin = zone("Europe/Berlin");
  EXPECT_EQ(berlin.offset_at(seconds(2003, 1, 15)), 3600);
  EXPECT_EQ(berlin.offset_at(seconds(2003, 7, 15)), 7200);
  EXPECT_EQ(berlin.offset_at(seconds(2003, 3, 30, 0, 59)), 3600);
  EXPECT_EQ(berlin.offset_at(seconds(2003, 3, 30, 1)), 7200);
  EXPECT_EQ(berlin.offset_at(seconds(2003, 10, 26, 0, 59)), 7200);
  EXPECT_EQ(berlin.offset_at(seconds(2003, 10, 26, 1)), 3600);
  EXPECT_EQ(berlin.offset_at(seconds(1975, 7, 1)), 3600);  // none between 1949 and 1980
  EXPECT_EQ(berlin.offset_at(seconds(2055, 7, 1)), 7200);  // by the rule behind the tables
  EXPECT_EQ(berlin.offset_at(seconds(2055, 12, 1)), 3600);
  EXPECT_EQ(zone("Australia/Sydney").offset_at(seconds(2060, 1, 1)), 11 * 3600);  // southern
  EXPECT_EQ(zone("Australia/Sydney").offset_at(seconds(2060, 7, 1)), 10 * 3600);
  EXPECT_EQ(zone("Asia/Kathmandu").offset_at(seconds(2020, 1, 1)), 20700);
}

TEST(TimeZone, SaysWhatAClockDidNotShowOrShowedTwice) {
  if (!has_database()) GTEST_SKIP() << "no time zone database";
  const TimeZone berlin = zone("Europe/Berlin");
  const auto gap = berlin.from_local(seconds(2003, 3, 30, 2, 30));
  EXPECT_EQ(gap.validity, Validity::dst_gap);
  EXPECT_EQ(gap.utc_seconds, seconds(2003, 3, 30, 1, 30));
  const auto fold = berlin.from_local(seconds(2003, 10, 26, 2, 30));
  EXPECT_EQ(fold.validity, Validity::dst_fold);
  EXPECT_EQ(fold.utc_seconds, seconds(2003, 10, 26, 0, 30));
  for (const int hour : {0, 1, 3, 4, 12}) {
    EXPECT_EQ(berlin.from_local(seconds(2003, 3, 30, hour)).validity, Validity::ok) << hour;
    EXPECT_EQ(berlin.from_local(seconds(2003, 10, 26, hour)).validity, Validity::ok) << hour;
  }
  EXPECT_EQ(berlin.from_local(seconds(2003, 3, 30, 3)).utc_seconds, seconds(2003, 3, 30, 1));
  EXPECT_EQ(berlin.from_local(INT64_MAX).validity, Validity::out_of_range);
}

TEST(AssumeZone, ShiftsClockReadingsOnly) {
  std::vector<EntryTime> times{
      {TimeKind::modified, seconds(2003, 1, 15, 12) * kNsPerSecond, Precision::s2, Zone::unknown},
      {TimeKind::accessed, seconds(2003, 1, 15) * kNsPerSecond, Precision::day1, Zone::unknown},
      {TimeKind::created, seconds(2003, 1, 15, 12) * kNsPerSecond + 990'000'000, Precision::ms10,
       Zone::unknown},
      {TimeKind::changed, 5, Precision::s1, Zone::utc},
      {TimeKind::changed, 0, Precision::s1, Zone::unknown, Validity::zero},
      {TimeKind::changed, INT64_MAX, Precision::s1, Zone::unknown},
  };
  assume_zone(times, zone("-02:00"));
  EXPECT_EQ(times[0].time_ns, seconds(2003, 1, 15, 14) * kNsPerSecond);
  EXPECT_EQ(times[0].zone, Zone::assumed);
  EXPECT_EQ(times[1].time_ns, seconds(2003, 1, 15) * kNsPerSecond);
  EXPECT_EQ(times[1].zone, Zone::unknown);
  EXPECT_EQ(times[2].time_ns, seconds(2003, 1, 15, 14) * kNsPerSecond + 990'000'000);
  EXPECT_EQ(times[3].time_ns, 5);
  EXPECT_EQ(times[3].zone, Zone::utc);
  EXPECT_EQ(times[4].validity, Validity::zero);
  EXPECT_EQ(times[5].validity, Validity::out_of_range);
}

// ---- files that are none ------------------------------------------------------------------------

std::string big(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(number >> (8 * i));
  return text;
}

// Version 1: changes with their types, and the offsets of the types.
std::string version1(std::vector<std::pair<std::int64_t, int>> changes, std::vector<int> offsets) {
  std::string file = "TZif" + std::string(16, '\0') + big(0, 4) + big(0, 4) + big(0, 4) +
                     big(changes.size(), 4) + big(offsets.size(), 4) + big(1, 4);
  for (const auto& change : changes) file += big(static_cast<std::uint64_t>(change.first), 4);
  for (const auto& change : changes) file += static_cast<char>(change.second);
  for (const int offset : offsets)
    file += big(static_cast<std::uint64_t>(offset), 4) + std::string(2, '\0');
  return file + std::string(1, '\0');
}

std::string version2(const std::string& tail) {
  std::string header = "TZif2" + std::string(15, '\0') + big(0, 16) + big(1, 4) + big(1, 4);
  const std::string tables = big(3600, 4) + std::string(3, '\0');
  return header + tables + header + tables + tail;
}

Errc code(const std::string& file) {
  const auto zone = TimeZone::parse(as_bytes(file), "x");
  return zone ? Errc::cancelled : zone.error().code;
}

TEST(TimeZoneFile, OfVersion1HasTablesOnly) {
  const auto parsed = TimeZone::parse(as_bytes(version1({{100, 1}, {200, 0}}, {3600, 7200})), "x");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->offset_at(99), 3600);
  EXPECT_EQ(parsed->offset_at(100), 7200);
  EXPECT_EQ(parsed->offset_at(200), 3600);
}

TEST(TimeZoneFile, IsRefusedWhenItContradictsItself) {
  EXPECT_EQ(code("PK"), Errc::not_this);
  EXPECT_EQ(code(std::string(44, 'x')), Errc::not_this);
  EXPECT_EQ(code(version1({}, {})), Errc::corrupt);                     // no type
  EXPECT_EQ(code(version1({{100, 5}}, {0})), Errc::corrupt);            // no such type
  EXPECT_EQ(code(version1({{100, 0}, {100, 0}}, {0})), Errc::corrupt);  // not in order
  EXPECT_EQ(code(version1({}, {200'000})), Errc::corrupt);              // two days east
  const std::string whole = version2("\nCET-1CEST,M3.5.0,M10.5.0/3\n");
  EXPECT_EQ(code(whole), Errc::cancelled);
  const std::size_t needed = whole.find('\n');
  for (std::size_t size = 0; size < needed; ++size)
    EXPECT_NE(code(whole.substr(0, size)), Errc::cancelled) << size;
  for (const char* tail : {"\nC-1\n", "\nCET\n", "\nCET-1CEST\n", "\nCET-1CEST,M13.5.0,M10.5.0\n",
                           "\nCET-1CEST,M3.6.0,M10.5.0\n", "\n<CET-1\n", "\nCET-1CEST,J0,J5\n",
                           "\nCET-1CEST,M3.5.0,M10.5.0/3x\n"}) {
    if (std::string(tail) == "\nC-1\n") continue;  // short names are no reason to refuse
    EXPECT_EQ(code(version2(tail)), Errc::corrupt) << tail;
  }
}

TEST(TimeZoneFile, RulesMayCountDays) {
  // J60 is 1 March in every year, 59 the 60th day.
  const auto julian = TimeZone::parse(as_bytes(version2("\nAAA0BBB,J60/0,J300/0\n")), "x");
  ASSERT_TRUE(julian);
  EXPECT_EQ(julian->offset_at(seconds(2004, 3, 1) - 1), 0);
  EXPECT_EQ(julian->offset_at(seconds(2004, 3, 1)), 3600);
  const auto zero_based = TimeZone::parse(as_bytes(version2("\n<-03>3<-02>,59/0,300/0\n")), "x");
  ASSERT_TRUE(zero_based);
  EXPECT_EQ(zero_based->offset_at(seconds(2004, 2, 29, 3) - 1), -3 * 3600);
  EXPECT_EQ(zero_based->offset_at(seconds(2004, 2, 29, 3)), -2 * 3600);
}

}  // namespace
}  // namespace discern
