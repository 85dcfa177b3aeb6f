// SPDX-License-Identifier: Apache-2.0
#include "discern/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <random>

#include "timeline/civil_time.h"
#include "timeline/path_order.h"

namespace discern {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

EntryTime at(TimeKind kind, std::int64_t seconds, Validity validity = Validity::ok) {
  return {kind, seconds * kNsPerSecond, Precision::s1, Zone::utc, validity};
}

Entry entry(std::string path, std::vector<EntryTime> times) {
  Entry made;
  made.path = std::move(path);
  made.times = std::move(times);
  return made;
}

// "path kind", in the order of the events.
std::vector<std::string> listed(const Timeline& timeline) {
  std::vector<std::string> lines;
  for (const Event& event : timeline.events) {
    const Entry& of = timeline.entries[event.entry];
    lines.push_back(of.path + " " + std::string(name_of(of.times[event.time].kind)));
  }
  return lines;
}

TEST(Timeline, SortsByTimeThenPathThenKind) {
  const Timeline timeline =
      make_timeline({entry("/b", {at(TimeKind::created, 5), at(TimeKind::modified, 5)}),
                     entry("/a", {at(TimeKind::modified, 5), at(TimeKind::accessed, -3)})},
                    nullptr);
  EXPECT_THAT(listed(timeline),
              testing::ElementsAre("/a accessed", "/a modified", "/b modified", "/b created"));
}

TEST(Timeline, KeepsUndatedEventsAtTheEndByPath) {
  const Timeline timeline = make_timeline(
      {entry("/z", {at(TimeKind::modified, 9, Validity::zero)}),
       entry("/y", {at(TimeKind::modified, 8, Validity::out_of_range)}),
       entry("/x", {at(TimeKind::modified, 7), at(TimeKind::created, 1, Validity::invalid_field)}),
       entry("/w", {at(TimeKind::modified, 6, Validity::dst_fold)})},
      nullptr);
  EXPECT_THAT(listed(timeline), testing::ElementsAre("/w modified", "/x modified", "/x created",
                                                     "/y modified", "/z modified"));
}

TEST(Timeline, KeepsTheWalkingOrderOfEntriesWithTheSamePath) {
  auto deleted = entry("/same", {at(TimeKind::modified, 1)});
  deleted.id = "first";
  auto live = deleted;
  live.id = "second";
  const Timeline timeline = make_timeline({deleted, live}, nullptr);
  ASSERT_EQ(timeline.events.size(), 2u);
  EXPECT_EQ(timeline.entries[timeline.events[0].entry].id, "first");
  EXPECT_EQ(timeline.entries[timeline.events[1].entry].id, "second");
}

TEST(Timeline, IsTheSameForEveryOrderOfWalkingWhenPathsDiffer) {
  std::vector<Entry> entries;
  for (int i = 0; i < 200; ++i)
    entries.push_back(entry("/" + std::to_string(i),
                            {at(TimeKind::modified, i % 3), at(TimeKind::accessed, i % 5)}));
  const auto expected = listed(make_timeline(entries, nullptr));
  std::shuffle(entries.begin(), entries.end(), std::mt19937(1));
  EXPECT_EQ(listed(make_timeline(entries, nullptr)), expected);
}

TEST(Timeline, OfNoEntriesHasNoEvents) {
  EXPECT_TRUE(make_timeline({}, nullptr).events.empty());
  EXPECT_TRUE(make_timeline({entry("/untimed", {})}, nullptr).events.empty());
}

// Oracle: the calendar of the C++ library.
TEST(CivilTime, AgreesWithTheStandardCalendarOverFourCenturies) {
  for (std::int64_t day = -150'000; day <= 150'000; ++day) {
    const std::chrono::year_month_day expected{sys_days{days{day}}};
    const CivilDate date = civil_from_days(day);
    ASSERT_EQ(date.year, static_cast<int>(expected.year())) << day;
    ASSERT_EQ(date.month, static_cast<int>(static_cast<unsigned>(expected.month()))) << day;
    ASSERT_EQ(date.day, static_cast<int>(static_cast<unsigned>(expected.day()))) << day;
    ASSERT_EQ(days_from_civil(date), day);
  }
}

// Expected values: date -u -d @SECONDS.
TEST(FormatTime, CutsToThePrecision) {
  constexpr std::int64_t kTime = 1'042'650'000'123'456'789;  // 2003-01-15 17:00:00 UTC
  EXPECT_EQ(format_time(kTime, Precision::ns, Zone::utc), "2003-01-15T17:00:00.123456789Z");
  EXPECT_EQ(format_time(kTime, Precision::ns100, Zone::utc), "2003-01-15T17:00:00.1234567Z");
  EXPECT_EQ(format_time(kTime, Precision::ms10, Zone::assumed), "2003-01-15T17:00:00.12Z");
  EXPECT_EQ(format_time(kTime, Precision::s1, Zone::recorded_offset), "2003-01-15T17:00:00Z");
  EXPECT_EQ(format_time(kTime, Precision::s2, Zone::unknown), "2003-01-15T17:00:00");
  EXPECT_EQ(format_time(kTime, Precision::day1, Zone::utc), "2003-01-15");
}

TEST(FormatTime, RoundsDownBefore1970) {
  EXPECT_EQ(format_time(-1, Precision::ns, Zone::utc), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format_time(-1, Precision::day1, Zone::utc), "1969-12-31");
  EXPECT_EQ(format_time(0, Precision::s1, Zone::utc), "1970-01-01T00:00:00Z");
}

TEST(FormatTime, ReachesTheEndsOfItsRange) {
  EXPECT_EQ(format_time(INT64_MIN, Precision::s1, Zone::utc), "1677-09-21T00:12:43Z");
  EXPECT_EQ(format_time(INT64_MAX, Precision::s1, Zone::utc), "2262-04-11T23:47:16Z");
}

TEST(ShowName, LeavesCleanNamesAlone) {
  for (const char* name :
       {"", "/plain.txt", "/\xC3\xA4\xE6\x97\xA5\xF0\x9F\x92\xBE", "/back\\slash"}) {
    EXPECT_EQ(show_name(name).text, name);
    EXPECT_TRUE(show_name(name).clean);
  }
}

TEST(ShowName, ReplacesWhatMisleads) {
  const std::pair<std::string, std::string> cases[] = {
      {"a\nb", "a\\x0ab"},
      {std::string("nul\0", 4), "nul\\x00"},
      {"\x1b[31m", "\\x1b[31m"},
      {"\x7f", "\\x7f"},
      {"\xC2\x85", "\\xc2\\x85"},                               // C1: next line
      {"exe\xE2\x80\xAEtxt.doc", "exe\\xe2\\x80\\xaetxt.doc"},  // U+202E override
      {"\xE2\x81\xA6", "\\xe2\\x81\\xa6"},                      // U+2066 isolate
      {"\xE2\x80\xA8", "\\xe2\\x80\\xa8"},                      // U+2028 line separator
  };
  for (const auto& [name, expected] : cases) {
    EXPECT_EQ(show_name(name).text, expected);
    EXPECT_FALSE(show_name(name).clean);
  }
}

// Ill-formed sequences of Unicode 15, tables 3-7 to 3-11.
TEST(ShowName, RejectsIllFormedUtf8) {
  const std::pair<std::string, std::string> cases[] = {
      {"\xC0\xAF", "\\xc0\\xaf"},                    // overlong '/'
      {"\xE0\x80\xAF", "\\xe0\\x80\\xaf"},           // overlong
      {"\xED\xA0\x80", "\\xed\\xa0\\x80"},           // surrogate
      {"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // above U+10FFFF
      {"\xF8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"},
      {"\xE6\x97", "\\xe6\\x97"},  // cut
      {"\x80", "\\x80"},
      {"\xFF", "\\xff"},
      {"\xE6\x97"
       "a",
       "\\xe6\\x97"
       "a"},
  };
  for (const auto& [name, expected] : cases) {
    EXPECT_EQ(show_name(name).text, expected);
    EXPECT_FALSE(show_name(name).clean);
  }
}

TEST(EntryNames, AreThoseOfTheContract) {
  EXPECT_EQ(name_of(Precision::ns), "ns");
  EXPECT_EQ(name_of(Precision::ns100), "100ns");
  EXPECT_EQ(name_of(Precision::ms10), "10ms");
  EXPECT_EQ(name_of(Precision::s1), "1s");
  EXPECT_EQ(name_of(Precision::s2), "2s");
  EXPECT_EQ(name_of(Precision::day1), "1day");
  EXPECT_EQ(name_of(Zone::utc), "utc");
  EXPECT_EQ(name_of(Zone::recorded_offset), "recorded_offset");
  EXPECT_EQ(name_of(Zone::assumed), "assumed");
  EXPECT_EQ(name_of(Zone::unknown), "unknown");
  EXPECT_EQ(name_of(Validity::ok), "ok");
  EXPECT_EQ(name_of(Validity::zero), "zero");
  EXPECT_EQ(name_of(Validity::invalid_field), "invalid_field");
  EXPECT_EQ(name_of(Validity::dst_gap), "dst_gap");
  EXPECT_EQ(name_of(Validity::dst_fold), "dst_fold");
  EXPECT_EQ(name_of(Validity::out_of_range), "out_of_range");
  EXPECT_EQ(name_of(TimeKind::modified), "modified");
  EXPECT_EQ(name_of(TimeKind::accessed), "accessed");
  EXPECT_EQ(name_of(TimeKind::changed), "changed");
  EXPECT_EQ(name_of(TimeKind::created), "created");
  EXPECT_EQ(name_of(TimeKind::volume_created), "volume_created");
  EXPECT_EQ(name_of(TimeKind::volume_modified), "volume_modified");
  EXPECT_EQ(name_of(TimeKind::volume_effective), "volume_effective");
  EXPECT_EQ(name_of(TimeKind::session_written), "session_written");
  EXPECT_EQ(name_of(EntryState::allocated), "allocated");
  EXPECT_EQ(name_of(EntryState::deleted), "deleted");
  EXPECT_EQ(name_of(EntryState::reallocated), "reallocated");
  EXPECT_EQ(name_of(EntryState::orphan), "orphan");
  EXPECT_EQ(name_of(EntryState::hidden_by_session), "hidden_by_session");
}

// ---- the order of paths
// --------------------------------------------------------------------------

// Bytes, as std::string compares them, for names that share beginnings, end in zeros, or are equal.
TEST(PathOrder, IsThatOfBytes) {
  std::mt19937 pick(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<Entry> entries(pick() % 60);
    for (Entry& made : entries) {
      made.path = std::string(pick() % 3 * 9, '/');
      for (std::size_t length = pick() % 20; length > 0; --length)
        made.path += std::string_view("/ab\0\xff", 5)[pick() % (round % 2 ? 5 : 2)];
    }
    std::vector<std::uint32_t> expected(entries.size());
    std::iota(expected.begin(), expected.end(), 0u);
    std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
      return entries[a].path < entries[b].path;
    });
    ASSERT_EQ(order_by_path(entries), expected) << "round " << round;
  }
}

// ---- files in areas that cannot be read ---------------------------------------------------------

View view_with_hole(ByteRange hole) {
  View view;
  view.name = "media";
  view.source = holed_source(memory_source(std::vector<std::byte>(8192), "a.img"), {hole});
  return view;
}

Entry with_runs(std::vector<Run> runs) {
  Entry made = entry("/a\x01", {});
  made.size = 2000;
  made.runs = std::move(runs);
  return made;
}

TEST(UnreadParts, CountsTheBytesOfAllRuns) {
  const View view = view_with_hole({1024, 512});
  const auto finding = UnreadParts(view).of(with_runs({{0, 1500, 512}, {1500, 500, 1100}}));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->code, "entry.unread");
  EXPECT_EQ(finding->severity, Severity::damage);
  // Bytes 1024 to 1535 of the first run, 1100 to 1535 of the second.
  EXPECT_EQ(finding->text,
            "/a\\x01 (allocated, 2000 bytes): 948 bytes cannot be read, the first at byte 1024 of "
            "view media");
}

TEST(UnreadParts, IsAWarningForDeletedEntries) {
  Entry deleted = with_runs({{0, 2000, 0}});
  deleted.state = EntryState::deleted;
  const View view = view_with_hole({0, 1});
  const auto finding = UnreadParts(view).of(deleted);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->severity, Severity::warning);
}

TEST(UnreadParts, CountsWhatLiesBehindTheEnd) {
  const View view = view_with_hole({0, 1});
  const auto partly = UnreadParts(view).of(with_runs({{0, 2000, 8000}}));
  ASSERT_TRUE(partly);
  EXPECT_EQ(partly->text,
            "/a\\x01 (allocated, 2000 bytes): 1808 bytes lie behind the end of view media");
  EXPECT_TRUE(UnreadParts(view).of(with_runs({{0, 2000, UINT64_MAX - 5}})));
}

TEST(UnreadParts, CountsFillers) {
  View view = view_with_hole({8000, 1});
  view.fillers = {{0, 512}, {1024, 512}};
  const auto finding = UnreadParts(view).of(with_runs({{0, 2000, 500}}));
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->text, testing::HasSubstr("524 bytes are fillers"));
  EXPECT_FALSE(UnreadParts(view).of(with_runs({{0, 512, 512}})));
}

TEST(UnreadParts, IsNothingForSparseAndReadableRuns) {
  const View view = view_with_hole({0, 512});
  EXPECT_FALSE(UnreadParts(view).of(with_runs({{0, 1000, std::nullopt}, {1000, 1000, 512}})));
}

}  // namespace
}  // namespace discern
