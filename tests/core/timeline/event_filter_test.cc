// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "discern/timeline.h"
#include "timeline/civil_time.h"

namespace discern {
namespace {

TEST(Glob, FitsTheWholePath) {
  EXPECT_TRUE(fits_glob("/a/b.txt", "*.txt"));
  EXPECT_TRUE(fits_glob("/a/b.txt", "/?/b*"));
  EXPECT_TRUE(fits_glob("/a/b.txt", "*/a*b*t"));
  EXPECT_TRUE(fits_glob("", "**"));
  EXPECT_FALSE(fits_glob("/a/b.txt", "*.tx"));
  EXPECT_FALSE(fits_glob("/a/b.txt", "b.txt"));
  EXPECT_FALSE(fits_glob("", "?"));
  EXPECT_FALSE(fits_glob(std::string(5000, 'a'), std::string(2000, '*') + "b"));
}

TEST(ParseDate, NamesADayAMinuteOrASecond) {
  constexpr std::int64_t kDay = 1'042'588'800;  // date -u -d 2003-01-15 +%s
  const auto day = parse_date("2003-01-15");
  ASSERT_TRUE(day);
  EXPECT_EQ(day->begin_ns, kDay * kNsPerSecond);
  EXPECT_EQ(day->end_ns, (kDay + 86400) * kNsPerSecond);
  EXPECT_EQ(parse_date("2003-01-15T17:00Z")->end_ns, (kDay + 17 * 3600 + 60) * kNsPerSecond);
  EXPECT_EQ(parse_date("2003-01-15T17:00:01")->begin_ns, (kDay + 17 * 3600 + 1) * kNsPerSecond);
  for (const char* bad :
       {"", "2003", "2003-1-15", "2003-02-29", "2003-13-01", "2003-00-01", "2003-01-00",
        "2003-01-15T", "2003-01-15T24:00", "2003-01-15T17:60", "2003-01-15T17:00:60", "2003-01-15x",
        "1600-01-01", "2262-01-01", "2003-01-15T17:00:00+02:00"})
    EXPECT_FALSE(parse_date(bad)) << bad;
}

Entry entry(std::string path, EntryState state, std::vector<EntryTime> times) {
  Entry made;
  made.path = std::move(path);
  made.state = state;
  made.times = std::move(times);
  return made;
}

Timeline sample() {
  const std::int64_t day = parse_date("2003-01-15")->begin_ns;
  return make_timeline(
      {entry("/a", EntryState::allocated,
             {{TimeKind::modified, day + 5 * kNsPerSecond, Precision::s2, Zone::unknown},
              {TimeKind::accessed, day, Precision::day1, Zone::unknown},
              {TimeKind::created, 0, Precision::ms10, Zone::unknown, Validity::zero}}),
       entry("/b", EntryState::deleted, {{TimeKind::modified, day, Precision::s2, Zone::unknown}})},
      nullptr);
}

TEST(KeepEvents, LeavesEverythingWithoutAFilter) {
  Timeline timeline = sample();
  EXPECT_EQ(keep_events(timeline, {}), 0u);
  EXPECT_EQ(timeline.events.size(), 4u);
}

TEST(KeepEvents, TakesADateForTheWholeDay) {
  Timeline timeline = sample();
  EventFilter filter;
  filter.from_ns = parse_date("2003-01-15T00:00:03")->begin_ns;
  EXPECT_EQ(keep_events(timeline, filter), 1u);  // the undated one
  ASSERT_EQ(timeline.events.size(), 2u);
  EXPECT_EQ(timeline.entries.size(), 1u);  // nothing of /b is left
  EXPECT_EQ(timeline.entries[0].times[timeline.events[0].time].kind, TimeKind::accessed);
  filter = {};
  filter.before_ns = parse_date("2003-01-15T00:00:03")->begin_ns;
  timeline = sample();
  EXPECT_EQ(keep_events(timeline, filter), 1u);
  EXPECT_EQ(timeline.events.size(), 2u);  // the access date, and /b
}

TEST(KeepEvents, KnowsKindStateAndPath) {
  EventFilter filter;
  filter.kinds = {TimeKind::created};
  Timeline timeline = sample();
  EXPECT_EQ(keep_events(timeline, filter), 0u);
  EXPECT_EQ(timeline.events.size(), 1u);
  filter = {};
  filter.states = {EntryState::deleted};
  timeline = sample();
  keep_events(timeline, filter);
  EXPECT_EQ(timeline.entries.at(0).path, "/b");
  filter = {};
  filter.paths = {"/x", "/a"};
  timeline = sample();
  keep_events(timeline, filter);
  EXPECT_EQ(timeline.events.size(), 3u);
}

}  // namespace
}  // namespace discern
