// SPDX-License-Identifier: Apache-2.0
#include "discern/body_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "timeline/body_line.h"

namespace discern {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kHeader = "Date,Size,Type,Mode,UID,GID,Meta,File Name";

BodyTimeline read(std::string_view text, const EventFilter& filter = {}) {
  Findings findings;
  auto body = read_body(text, "x.body", filter, findings);
  EXPECT_THAT(findings, IsEmpty());
  return std::move(*body);
}

std::vector<std::string> rows(const BodyTimeline& body, bool iso = true,
                              const TimeZone& zone = {}) {
  std::ostringstream out;
  write_body_rows(body, iso, zone, out);
  std::vector<std::string> lines;
  std::istringstream in(out.str());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  EXPECT_EQ(lines.at(0), kHeader);
  lines.erase(lines.begin());
  return lines;
}

// Expected rows: mactime -d -y (TSK 4.11.1) on the same lines.
TEST(BodyRows, AreThoseOfMactime) {
  EXPECT_THAT(rows(read("0|/b|5|r/rrwxrwxrwx|7|8|10|1000000000|1000000000|0|999999999\n"
                        "0|/a|12-128-3|r/rrwxrwxrwx|7|8|10|1000000000|1|0|0\n")),
              ElementsAre("0000-00-00T00:00:00Z,10,..cb,r/rrwxrwxrwx,7,8,12-128-3,\"/a\"",
                          "0000-00-00T00:00:00Z,10,..c.,r/rrwxrwxrwx,7,8,5,\"/b\"",
                          "1970-01-01T00:00:01Z,10,m...,r/rrwxrwxrwx,7,8,12-128-3,\"/a\"",
                          "2001-09-09T01:46:39Z,10,...b,r/rrwxrwxrwx,7,8,5,\"/b\"",
                          "2001-09-09T01:46:40Z,10,.a..,r/rrwxrwxrwx,7,8,12-128-3,\"/a\"",
                          "2001-09-09T01:46:40Z,10,ma..,r/rrwxrwxrwx,7,8,5,\"/b\""));
}

// mactime -d -z Europe/Berlin
TEST(BodyRows, HaveLocalDatesInMactimesOwnForm) {
  const auto zone = TimeZone::named("Europe/Berlin");
  if (!zone) GTEST_SKIP() << "no time zone database";
  EXPECT_THAT(rows(read("0|/b|5|r/r|7|8|10|1000000000|0|1000000000|1010000000\n"), false, *zone),
              ElementsAre("Xxx Xxx 00 0000 00:00:00,10,m...,r/r,7,8,5,\"/b\"",
                          "Sun Sep 09 2001 03:46:40,10,.ac.,r/r,7,8,5,\"/b\"",
                          "Wed Jan 02 2002 20:33:20,10,...b,r/r,7,8,5,\"/b\""));
}

TEST(BodyRows, MergeLinesThatShowTheSame) {
  EXPECT_THAT(rows(read("0|/b|5|r/r|7|8|10|9|0|0|0\n0|/b|5|r/r|7|8|10|0|9|0|0\n")),
              ElementsAre("0000-00-00T00:00:00Z,10,macb,r/r,7,8,5,\"/b\"",
                          "1970-01-01T00:00:09Z,10,ma..,r/r,7,8,5,\"/b\""));
}

// Each of the following is where mactime is wrong.

TEST(BodyRows, KeepSizeAndOwnerOfEntriesWithTheSameName) {  // mactime: 999 and 5 in both
  EXPECT_THAT(rows(read("0|/b|24|r/r|0|0|111|9|9|9|9\n0|/b|25|r/r|5|0|999|9|9|9|9\n")),
              ElementsAre("1970-01-01T00:00:09Z,111,macb,r/r,0,0,24,\"/b\"",
                          "1970-01-01T00:00:09Z,999,macb,r/r,5,0,25,\"/b\""));
}

TEST(BodyRows, LeavePercentSignsInNames) {  // mactime: PCAX.TXT
  EXPECT_THAT(rows(read("0|/PC%41X.TXT|5|r/r|0|0|1|9|9|9|9\n")),
              ElementsAre("1970-01-01T00:00:09Z,1,macb,r/r,0,0,5,\"/PC%41X.TXT\""));
}

TEST(BodyRows, KeepTimesBefore1970) {  // mactime: dropped
  EXPECT_THAT(rows(read("0|/b|5|r/r|0|0|1|-86400|-1.5|9|9\n")),
              ElementsAre("1969-12-31T00:00:00Z,1,.a..,r/r,0,0,5,\"/b\"",
                          "1969-12-31T23:59:58Z,1,m...,r/r,0,0,5,\"/b\"",
                          "1970-01-01T00:00:09Z,1,..cb,r/r,0,0,5,\"/b\""));
}

TEST(BodyRows, ListEntriesWithoutAnyTime) {  // mactime: not at all
  EXPECT_THAT(rows(read("0|/b|5|r/r|0|0|1|0|0|0|0\n")),
              ElementsAre("0000-00-00T00:00:00Z,1,macb,r/r,0,0,5,\"/b\""));
}

TEST(BodyRows, KeepColumnsBehindABarInTheName) {  // mactime: shifted, so dropped
  EXPECT_THAT(rows(read("0|/a|b|5|r/r|0|0|1|9|9|9|9\n0|/a\\|c|6|r/r|0|0|1|9|9|9|9\n")),
              ElementsAre("1970-01-01T00:00:09Z,1,macb,r/r,0,0,5,\"/a|b\"",
                          "1970-01-01T00:00:09Z,1,macb,r/r,0,0,6,\"/a|c\""));
}

TEST(BodyRows, SortYearsBehind2286AsNumbers) {  // mactime: as text, before all others
  EXPECT_THAT(rows(read("0|/b|5|r/r|0|0|1|10000000000|9999999999|0|0\n")),
              ElementsAre("0000-00-00T00:00:00Z,1,..cb,r/r,0,0,5,\"/b\"",
                          "2286-11-20T17:46:39Z,1,m...,r/r,0,0,5,\"/b\"",
                          "2286-11-20T17:46:40Z,1,.a..,r/r,0,0,5,\"/b\""));
}

TEST(BodyRows, ShowControlCharactersAndInvalidUtf8) {  // mactime: sent to the terminal
  EXPECT_THAT(rows(read("0|/a\x1b\xff\"q|5|r/r|0|0|1|9|9|9|9\n")),
              ElementsAre("1970-01-01T00:00:09Z,1,macb,r/r,0,0,5,\"/a\\x1b\\xff\"\"q\""));
}

TEST(BodyRows, TakeIdsThatAreNoNumbers) {  // mactime: dropped
  EXPECT_THAT(rows(read("0|/b|x5|r/r|0|0|1|9|9|9|9\n")),
              ElementsAre("1970-01-01T00:00:09Z,1,macb,r/r,0,0,x5,\"/b\""));
}

TEST(Body, SkipsCommentsEmptyLinesAndLineEndsOfWindows) {
  EXPECT_THAT(rows(read("# made by x\r\n\r\n  \n0|/b|5|r/r|0|0|1|9|9|9|9\r\n")),
              ElementsAre("1970-01-01T00:00:09Z,1,macb,r/r,0,0,5,\"/b\""));
}

TEST(Body, ReadsALastLineWithoutAnEnd) {
  EXPECT_EQ(read("0|/b|5|r/r|0|0|1|9|9|9|9").lines.size(), 1u);
  EXPECT_THAT(read("").rows, IsEmpty());
}

TEST(Body, TakesFieldsBehindTheLastTimeForExtra) {
  EXPECT_THAT(rows(read("0|/b|5|r/r|0|0|1|9|9|9|9|more\n")),
              ElementsAre("1970-01-01T00:00:09Z,1,macb,r/r,0,0,5,\"/b\""));
}

TEST(Body, CountsAndNamesTheLinesThatAreNone) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += "nonsense\n";
  text += "0|/short|5|r/r|0|0|1|9|9|9\n";       // no crtime
  text += "0|/words|5|r/r|0|0|1|9|9|9|soon\n";  // no number
  text += "0|/words|5|r/r|root|0|1|9|9|9|9\n";  // no digit in UID
  text += "0|/words||r/r|0|0|1|9|9|9|9\n";      // no id
  text += "0|/good|5|r/r|0|0|1|9|9|9|9\n";
  Findings findings;
  const auto body = read_body(text, "x.body", {}, findings);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->lines.size(), 1u);
  ASSERT_EQ(findings.size(), 11u);
  EXPECT_EQ(findings[0].code, "body.bad-line");
  EXPECT_EQ(findings[9].where.line, 10u);
  EXPECT_THAT(findings[10].text, testing::StartsWith("6 more lines"));
}

TEST(Body, ListsTimesOutOfRangeWithoutADateAndSaysSo) {
  Findings findings;
  const auto body =
      read_body("0|/b|5|r/r|0|0|1|99999999999999999999|253402300800|-62135596801|253402300799\n",
                "x.body", {}, findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "body.time-range");
  EXPECT_THAT(rows(*body), ElementsAre("0000-00-00T00:00:00Z,1,mac.,r/r,0,0,5,\"/b\"",
                                       "9999-12-31T23:59:59Z,1,...b,r/r,0,0,5,\"/b\""));
}

TEST(BodyTime, IsDecimalWithSignAndFraction) {
  EXPECT_EQ(parse_body_time("12")->seconds, 12);
  EXPECT_EQ(parse_body_time(" 12 ")->seconds, 12);
  EXPECT_EQ(parse_body_time("12.5")->nanoseconds, 500'000'000);
  EXPECT_EQ(parse_body_time("12.1234567891")->nanoseconds, 123'456'789);
  EXPECT_EQ(parse_body_time("-1.25")->seconds, -2);
  EXPECT_EQ(parse_body_time("-1.25")->nanoseconds, 750'000'000);
  EXPECT_TRUE(parse_body_time("0")->none());
  EXPECT_FALSE(parse_body_time("0.5")->none());
  for (const char* bad : {"", "-", "x", "1x", "1.x", "1.5.5", ".5", "1e9", "--1"})
    EXPECT_FALSE(parse_body_time(bad)) << bad;
}

TEST(BodyFilter, LimitsAreADayAndIncludeIt) {
  EventFilter filter;
  filter.from_ns = parse_date("2001-09-09")->begin_ns;
  filter.before_ns = parse_date("2001-09-09")->end_ns;
  // 2001-09-08T23:59:59, 2001-09-09T00:00:00, 2001-09-09T23:59:59, 2001-09-10T00:00:00
  EXPECT_THAT(
      rows(read(
          "0|/b|5|r/r|0|0|1|999993599|999993600|1000079999|1000080000\n0|/z|5|r/r|0|0|1|0|0|0|0\n",
          filter)),
      ElementsAre("2001-09-09T00:00:00Z,1,m...,r/r,0,0,5,\"/b\"",
                  "2001-09-09T23:59:59Z,1,..c.,r/r,0,0,5,\"/b\""));
}

TEST(BodyFilter, KnowsStateKindAndPath) {
  const std::string text =
      "0|/a.txt|5|r/r|0|0|1|9|8|7|6\n0|/b.txt (deleted)|6|r/r|0|0|1|9|8|7|6\n"
      "0|/c.txt (deleted-realloc)|7|r/r|0|0|1|9|8|7|6\n";
  EventFilter filter;
  filter.states = {EntryState::deleted};
  filter.kinds = {TimeKind::created};
  EXPECT_THAT(rows(read(text, filter)),
              ElementsAre("1970-01-01T00:00:06Z,1,...b,r/r,0,0,6,\"/b.txt (deleted)\""));
  filter = {};
  filter.paths = {"*/c.*"};
  filter.kinds = {TimeKind::modified};
  EXPECT_THAT(rows(read(text, filter)),
              ElementsAre("1970-01-01T00:00:08Z,1,m...,r/r,0,0,7,\"/c.txt (deleted-realloc)\""));
}

TEST(BodyEntries, TakeTheStateFromTheName) {
  Findings findings;
  const BodyTimeline body = read(
      "0|/a (deleted)|5|r/rrw|1|2|3|9|8|7|6.5\n0|/l -> /t|6|l/lrw|0|0|0|9|0|7|6\n"
      "0|/$OrphanFiles/x (deleted)|7|-/r|0|0|0|9|0|7|6\n0|/n -> m|8|r/r|S-1-5|0|0|9|0|7|6\n");
  const auto entries = body_entries(body, "x.body", findings);
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[0].path, "/a");
  EXPECT_EQ(entries[0].state, EntryState::deleted);
  EXPECT_EQ(entries[0].size, 3u);
  EXPECT_EQ(entries[0].times[0].time_ns, 8'000'000'000);
  EXPECT_EQ(entries[0].times[0].zone, Zone::unknown);
  EXPECT_EQ(entries[0].times[3].time_ns, 6'500'000'000);
  EXPECT_EQ(entries[0].times[3].precision, Precision::ms10);
  EXPECT_EQ(entries[1].path, "/l");
  EXPECT_EQ(entries[1].link_target, "/t");
  EXPECT_EQ(entries[1].times[0].validity, Validity::zero);
  EXPECT_EQ(entries[2].state, EntryState::orphan);
  EXPECT_EQ(entries[3].path, "/n -> m");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "body.not-a-number");
}

}  // namespace
}  // namespace discern
