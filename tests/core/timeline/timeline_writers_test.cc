// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdio>
#include <sstream>

#include "corpus.h"
#include "discern/timeline.h"
#include "timeline/civil_time.h"

namespace discern {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A view of sectors whose bytes stand 16 bytes into stored sectors of 2352, from LBA 150 on.
class StoredSectors : public ByteSource {
 public:
  std::uint64_t size() const override { return 100 * 2048; }
  ReadResult read(std::uint64_t, std::span<std::byte>) const override { return {}; }
  Location locate(std::uint64_t offset) const override {
    return {"/some/where/disc.bin", offset / 2048 * 2352 + 16 + offset % 2048, 2048 - offset % 2048,
            static_cast<std::int64_t>(150 + offset / 2048)};
  }
};

std::string written(std::string_view id, const Timeline& timeline) {
  std::ostringstream out;
  find_timeline_writer(id)->write(timeline, out);
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

EntryTime at(TimeKind kind, std::int64_t seconds) {
  return {kind, seconds * kNsPerSecond, Precision::s1, Zone::utc, Validity::ok};
}

Entry sample_entry() {
  Entry entry;
  entry.path = "/a.txt";
  entry.id = "5";
  entry.mode = "r/rrwxrwxrwx";
  entry.size = 10;
  entry.uid = 7;
  entry.gid = 8;
  entry.source = "libtsk fat12";
  entry.times = {at(TimeKind::accessed, 1'000'000'000), at(TimeKind::modified, 1'000'000'000),
                 at(TimeKind::created, 999'999'999)};
  return entry;
}

// What `program` prints for a file that holds `input`; nothing when it is not installed.
std::optional<std::string> output_of(const std::string& program, const std::string& input) {
  const tests::TemporaryFolder folder;
  const std::string file = folder.write("input", as_bytes(input));
  const std::string command = program + " '" + file + "' 2>/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  char buffer[4096];
  for (std::size_t got; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, got);
  if (pclose(pipe) != 0) return std::nullopt;
  return text;
}

TEST(TimelineWriters, AreFoundById) {
  for (const TimelineWriter& row : timeline_writers())
    EXPECT_EQ(find_timeline_writer(row.id)->write, row.write);
  EXPECT_EQ(find_timeline_writer("nothing"), nullptr);
}

TEST(JsonLines, HaveEveryFieldOfTheContract) {
  const View view{"data", 2048, std::make_shared<StoredSectors>()};
  Entry entry = sample_entry();
  entry.path = "/bad\xFF";
  entry.runs = {{0, 10, 3 * 2048 + 5}};
  entry.times = {{TimeKind::modified,
                  1'042'650'000'120'000'000,
                  Precision::ms10,
                  Zone::unknown,
                  Validity::ok,
                  {std::byte{0x0a}, std::byte{0xff}}}};
  const auto lines = lines_of(written("jsonl", make_timeline({entry}, &view)));
  ASSERT_EQ(lines.size(), 1u);
  const auto event = boost::json::parse(lines[0]).as_object();
  EXPECT_EQ(event.at("schema"), "discern/timeline/1");
  EXPECT_EQ(event.at("time"), "2003-01-15T17:00:00.12");
  EXPECT_EQ(event.at("time_ns"), 1'042'650'000'120'000'000);
  EXPECT_EQ(event.at("kind"), "modified");
  EXPECT_EQ(event.at("precision"), "10ms");
  EXPECT_EQ(event.at("zone"), "unknown");
  EXPECT_EQ(event.at("validity"), "ok");
  EXPECT_EQ(event.at("path"), "/bad\\xff");
  EXPECT_EQ(event.at("path_hex"), "2f626164ff");
  EXPECT_EQ(event.at("id"), "5");
  EXPECT_EQ(event.at("size"), 10);
  EXPECT_EQ(event.at("state"), "allocated");
  EXPECT_EQ(event.at("view"), "data");
  EXPECT_EQ(event.at("offset"), 3 * 2048 + 5);
  EXPECT_EQ(event.at("lba"), 153);
  EXPECT_EQ(event.at("evidence_file"), "disc.bin");
  EXPECT_EQ(event.at("evidence_offset"), 3 * 2352 + 16 + 5);
  EXPECT_EQ(event.at("raw_hex"), "0aff");
  EXPECT_EQ(event.at("source"), "libtsk fat12");
}

TEST(JsonLines, SayNullWhereSomethingDoesNotApply) {
  Entry entry = sample_entry();
  entry.times = {at(TimeKind::modified, 0)};
  entry.times[0].validity = Validity::zero;
  const auto lines = lines_of(written("jsonl", make_timeline({entry}, nullptr)));
  const auto event = boost::json::parse(lines.at(0)).as_object();
  for (const char* field :
       {"time", "time_ns", "offset", "lba", "evidence_file", "evidence_offset", "raw_hex"})
    EXPECT_TRUE(event.at(field).is_null()) << field;
  EXPECT_FALSE(event.contains("path_hex"));
}

TEST(JsonLines, DoNotAskTheViewAboutARunOutsideOfIt) {
  const View view{"data", 2048, std::make_shared<StoredSectors>()};
  Entry entry = sample_entry();
  entry.runs = {{0, 10, std::uint64_t{1} << 60}};
  entry.times.resize(1);
  const auto event = boost::json::parse(written("jsonl", make_timeline({entry}, &view)));
  EXPECT_EQ(event.at("offset"), std::uint64_t{1} << 60);
  EXPECT_TRUE(event.at("lba").is_null());
}

// Rows as printed by mactime -d -y -z UTC (TSK 4.11.1) for the same times.
TEST(Csv, MergesTimesOfOneSecondAsMactimeDoes) {
  EXPECT_THAT(lines_of(written("csv", make_timeline({sample_entry()}, nullptr))),
              ElementsAre("Date,Size,Type,Mode,UID,GID,Meta,File Name",
                          "2001-09-09T01:46:39Z,10,...b,r/rrwxrwxrwx,7,8,5,\"/a.txt\"",
                          "2001-09-09T01:46:40Z,10,ma..,r/rrwxrwxrwx,7,8,5,\"/a.txt\""));
}

TEST(Csv, PutsZeroTimesFirst) {
  Entry entry = sample_entry();
  entry.times[0].validity = Validity::zero;
  entry.times[2].validity = Validity::invalid_field;
  EXPECT_THAT(lines_of(written("csv", make_timeline({entry}, nullptr))),
              ElementsAre("Date,Size,Type,Mode,UID,GID,Meta,File Name",
                          "0000-00-00T00:00:00Z,10,.a.b,r/rrwxrwxrwx,7,8,5,\"/a.txt\"",
                          "2001-09-09T01:46:40Z,10,m...,r/rrwxrwxrwx,7,8,5,\"/a.txt\""));
}

TEST(Csv, SaysOnlyWhatIsKnownOfATime) {
  Entry entry = sample_entry();
  constexpr std::int64_t kMidnight = 1'042'588'800;  // 2003-01-15
  entry.times = {at(TimeKind::accessed, kMidnight), at(TimeKind::modified, kMidnight)};
  entry.times[0].precision = Precision::day1;
  entry.times[0].zone = entry.times[1].zone = Zone::unknown;
  entry.times[1].time_ns += 990'000'000;
  entry.times[1].precision = Precision::ms10;
  EXPECT_THAT(lines_of(written("csv", make_timeline({entry}, nullptr))),
              ElementsAre("Date,Size,Type,Mode,UID,GID,Meta,File Name",
                          "2003-01-15,10,.a..,r/rrwxrwxrwx,7,8,5,\"/a.txt\"",
                          "2003-01-15T00:00:00,10,m...,r/rrwxrwxrwx,7,8,5,\"/a.txt\""));
}

TEST(Csv, IsReadBackByPython) {
  Entry entry = sample_entry();
  entry.path = "/q\"uo,te\nnew";
  entry.state = EntryState::reallocated;
  entry.link_target = "x\"y";
  const auto text = output_of(
      "/usr/bin/python3 -c 'import csv,sys; print(list(csv.reader(open(sys.argv[1])))[1][7])'",
      written("csv", make_timeline({entry}, nullptr)));
  if (!text) GTEST_SKIP() << "no python3";
  EXPECT_EQ(*text, "/q\"uo,te\\x0anew -> x\"y (deleted-realloc)\n");
}

TEST(Body, HasOneLineForEachEntry) {
  Entry before = sample_entry();
  before.path = "/before";
  before.state = EntryState::deleted;
  before.times = {{TimeKind::modified, -1, Precision::ns, Zone::utc, Validity::ok}};
  EXPECT_THAT(lines_of(written("body", make_timeline({sample_entry(), before}, nullptr))),
              ElementsAre("0|/a.txt|5|r/rrwxrwxrwx|7|8|10|1000000000|1000000000|0|999999999",
                          "0|/before (deleted)|5|r/rrwxrwxrwx|7|8|10|0|-1|0|0"));
}

TEST(Body, GivesTimesThatFindNoColumnLinesOfTheirOwn) {
  Entry entry = sample_entry();
  entry.state = EntryState::deleted;
  entry.times = {at(TimeKind::recorded, 200), at(TimeKind::created, 100),
                 at(TimeKind::modified, 300), at(TimeKind::expires, 400),
                 at(TimeKind::modified, 500)};
  EXPECT_THAT(lines_of(written("body", make_timeline({entry}, nullptr))),
              ElementsAre("0|/a.txt (deleted)|5|r/rrwxrwxrwx|7|8|10|0|300|0|100",
                          "0|/a.txt [recorded] (deleted)|5|r/rrwxrwxrwx|7|8|10|0|0|0|200",
                          "0|/a.txt [expires] (deleted)|5|r/rrwxrwxrwx|7|8|10|0|0|0|400",
                          "0|/a.txt [modified] (deleted)|5|r/rrwxrwxrwx|7|8|10|0|500|0|0"));
}

// A recording date alone stands where fls puts it (TSK 4.11.1, on ISO 9660).
TEST(Body, HasARecordingDateInTheColumnOfCreation) {
  Entry entry = sample_entry();
  entry.times = {at(TimeKind::recorded, 200)};
  EXPECT_EQ(written("body", make_timeline({entry}, nullptr)),
            "0|/a.txt|5|r/rrwxrwxrwx|7|8|10|0|0|0|200\n");
}

// timesketch/lib/utils.py, read_and_validate_csv: years below 1700 are dropped and logged.
TEST(TimesketchCsv, RefusesWhatItsImporterDrops) {
  Entry entry = sample_entry();
  constexpr std::int64_t kYear1700 = -8'520'336'000;  // date -u -d 1700-01-01 +%s
  entry.times = {at(TimeKind::modified, kYear1700), at(TimeKind::created, kYear1700 - 1)};
  const auto* const writer = find_timeline_writer("timesketch-csv");
  EXPECT_TRUE(writer->takes(entry.times[0]));
  EXPECT_FALSE(writer->takes(entry.times[1]));
  EXPECT_EQ(lines_of(written("timesketch-csv", make_timeline({entry}, nullptr))).size(), 2u);
  EXPECT_EQ(lines_of(written("timesketch", make_timeline({entry}, nullptr))).size(), 2u);
}

TEST(Body, KeepsColumnsInPlaceForHostileNames) {
  Entry entry = sample_entry();
  entry.path = "/pi|pe\\x7c\n";
  EXPECT_EQ(written("body", make_timeline({entry}, nullptr)),
            "0|/pi\\x7cpe\\\\x7c\\x0a|5|r/rrwxrwxrwx|7|8|10|1000000000|1000000000|0|999999999\n");
}

TEST(Body, GivesMactimeTheRowsOfOurCsv) {
  Entry second = sample_entry();
  second.path = "/di\"r/b|b";
  second.id = "17-128-3";
  second.state = EntryState::orphan;
  second.times = {at(TimeKind::changed, 1'300'000'000), at(TimeKind::accessed, 1'300'000'000),
                  at(TimeKind::modified, 1'200'000'000), at(TimeKind::created, 1'300'000'001)};
  Entry first = sample_entry();
  first.times.push_back(at(TimeKind::changed, 1'000'000'000));
  const Timeline timeline = make_timeline({first, second}, nullptr);
  const auto text = output_of("mactime -d -y -z UTC -b", written("body", timeline));
  if (!text) GTEST_SKIP() << "no mactime";
  std::string ours = written("csv", timeline);
  ours.replace(ours.find("b|b"), 3, "b\\x7cb");
  for (std::size_t at = ours.find("b|b"); at != std::string::npos; at = ours.find("b|b"))
    ours.replace(at, 3, "b\\x7cb");
  EXPECT_EQ(*text, ours);
}

}  // namespace
}  // namespace discern
