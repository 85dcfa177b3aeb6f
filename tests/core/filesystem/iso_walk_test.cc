// SPDX-License-Identifier: Apache-2.0
// Images are made by genisoimage and xorriso from files of known content and time, or are real
// ones.
#include <gmock/gmock.h>

#include <map>

#include "filesystem/iso_merge.h"
#include "filesystem/rock_ridge.h"
#include "tool.h"
#include "walked.h"

namespace discern::tests {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::string> paths(const Walked& walked) {
  std::vector<std::string> result;
  for (const Entry& entry : walked.entries)
    if (entry.type != 'v') result.push_back(entry.path);
  return result;
}

// A folder `tree` with a few files, and `disc.iso` made of it by `command` inside the folder.
class MadeIso {
 public:
  explicit MadeIso(const std::string& command) {
    made_ =
        run("cd '" + at() +
            "' && mkdir -p tree/dir/sub && seq 1 3000 > tree/dir/numbers.dat && "
            "echo hi > 'tree/dir/sub/Mixed Case name.txt' && : > tree/empty && "
            "ln -s dir/../dir/sub tree/link && ln -s /a/./b tree/rooted && "
            "touch -h -d '2003-01-15 17:00:00 UTC' tree/dir/numbers.dat tree/empty tree/link && " +
            command);
  }
  std::string at() const { return folder_.path().string(); }
  bool made() const { return made_; }
  std::string iso() const { return at() + "/disc.iso"; }
  Walked walk() const { return walk_file(iso(), "iso9660"); }

 private:
  TemporaryFolder folder_;
  bool made_ = false;
};

class RecordedOffset : public testing::TestWithParam<const char*> {};

TEST_P(RecordedOffset, IsTakenOff) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeIso iso(std::string("TZ=") + GetParam() + " genisoimage -quiet -o disc.iso tree");
  ASSERT_TRUE(iso.made());
  const Walked walked = iso.walk();
  const Entry* const entry = walked.find("/DIR/NUMBERS.DAT");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(time_text(*entry, TimeKind::recorded), "2003-01-15T17:00:00Z");
  EXPECT_EQ(time_of(*entry, TimeKind::recorded)->zone, Zone::recorded_offset);
  EXPECT_EQ(time_of(*entry, TimeKind::recorded)->raw.size(), 7u);
  EXPECT_EQ(walked.content(*entry), output_of("cat '" + iso.at() + "/tree/dir/numbers.dat'"));
}
INSTANTIATE_TEST_SUITE_P(Zones, RecordedOffset,
                         testing::Values("UTC", "America/New_York", "Asia/Kolkata",
                                         "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns"));

TEST(IsoTimes, ThatAreNoneAreSaidToBe) {
  const auto bytes = [](std::initializer_list<int> list) {
    std::vector<std::byte> result;
    for (const int value : list) result.push_back(static_cast<std::byte>(value));
    return result;
  };
  const auto text = [](const EntryTime& time) {
    return time.validity == Validity::ok ? format_time(time.time_ns, time.precision, time.zone)
                                         : std::string(name_of(time.validity));
  };
  EXPECT_EQ(text(iso_short_time(TimeKind::recorded, bytes({0, 0, 0, 0, 0, 0, 0}))), "zero");
  EXPECT_EQ(text(iso_short_time(TimeKind::recorded, bytes({103, 13, 1, 0, 0, 0, 0}))),
            "invalid_field");
  EXPECT_EQ(text(iso_short_time(TimeKind::recorded, bytes({103, 2, 29, 0, 0, 0, 0}))),
            "invalid_field");
  // Beyond 13 hours the offset is none, and nothing is shifted.
  const EntryTime odd = iso_short_time(TimeKind::recorded, bytes({103, 1, 15, 12, 0, 0, 100}));
  EXPECT_EQ(text(odd), "2003-01-15T12:00:00");
  EXPECT_EQ(odd.zone, Zone::unknown);
  const auto long_time = [&](std::string digits, int offset) {
    digits += static_cast<char>(offset);
    return text(iso_long_time(TimeKind::volume_created, as_bytes(digits)));
  };
  EXPECT_EQ(long_time("2003011512000075", -20), "2003-01-15T17:00:00.75Z");
  EXPECT_EQ(long_time("0000000000000000", 0), "zero");
  EXPECT_EQ(long_time("20030115120000xx", 0), "invalid_field");
  EXPECT_EQ(long_time("9999123123595999", 0), "out_of_range");
}

TEST(RockRidge, GivesNamesModesLinksAndTimes) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeIso iso(
      "chmod 4751 tree/empty && TZ=Asia/Kolkata genisoimage -quiet -R -J -V LABEL -o disc.iso "
      "tree");
  ASSERT_TRUE(iso.made());
  const Walked walked = iso.walk();
  EXPECT_THAT(paths(walked),
              UnorderedElementsAre("/dir", "/dir/numbers.dat", "/dir/sub",
                                   "/dir/sub/Mixed Case name.txt", "/empty", "/link", "/rooted"));
  EXPECT_EQ(walked.find("/link")->link_target, "dir/../dir/sub");
  EXPECT_EQ(walked.find("/link")->type, 'l');
  EXPECT_EQ(walked.find("/rooted")->link_target, "/a/./b");
  EXPECT_EQ(walked.find("/dir/sub")->mode, "d/drwxr-xr-x");
  const Entry& numbers = *walked.find("/dir/numbers.dat");
  EXPECT_EQ(time_text(numbers, TimeKind::modified), "2003-01-15T17:00:00Z");
  EXPECT_NE(time_text(numbers, TimeKind::accessed), "none");
  EXPECT_EQ(walked.content(numbers), output_of("cat '" + iso.at() + "/tree/dir/numbers.dat'"));
  EXPECT_FALSE(walked.has_finding("iso9660.only-in-primary"));
  EXPECT_FALSE(walked.has_finding("iso9660.only-in-supplementary"));
  // Numbers as fls has them: those of the Joliet tree.
  EXPECT_EQ(walked.find("/dir")->id, "1");
  EXPECT_EQ(walked.find("/empty")->id, "2");
}

TEST(RockRidge, FollowsContinuationsAndRelocatedDirectories) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const std::string name(240, 'n');
  const std::string deep = "1/2/3/4/5/6/7/8/9/10";
  const MadeIso iso("mkdir -p tree/" + deep + " && echo deep > tree/" + deep +
                    "/file && echo long > tree/" + name + " && ln -s " + std::string(100, 'a') +
                    "/" + std::string(120, 'b') +
                    "/c tree/longlink && "
                    "genisoimage -quiet -R -o disc.iso tree");
  ASSERT_TRUE(iso.made());
  const Walked walked = iso.walk();
  const Entry* const file = walked.find("/" + deep + "/file");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(walked.content(*file), "deep\n");
  ASSERT_NE(walked.find("/" + name), nullptr);
  ASSERT_NE(walked.find("/longlink"), nullptr);
  EXPECT_EQ(walked.find("/longlink")->link_target,
            std::string(100, 'a') + "/" + std::string(120, 'b') + "/c");
  // Where readers without Rock Ridge find it, it is not listed a second time.
  EXPECT_EQ(std::ranges::count_if(walked.entries,
                                  [](const Entry& entry) { return entry.path.ends_with("/file"); }),
            1);
}

TEST(RockRidge, ReadsLongFormTimesAndEveryKind) {
  const SourcePtr source = memory_source(std::vector<std::byte>(4096), "test.iso");
  const View view{"data", 2048, source};
  const WalkTarget target{view, {}};
  Findings findings;
  ViewBytes bytes(target, "iso9660", findings);
  RockRidgeReader reader(
      bytes, [](std::uint32_t block) { return std::optional<std::uint64_t>(block * 2048u); });
  std::string area = std::string("TF\x7c\x01\xff", 5);
  for (int day = 1; day <= 7; ++day)
    area += "200301" + std::string(day < 10 ? "0" : "") + std::to_string(day) + "12000000" + '\0';
  const RockRidge read = reader.read(as_bytes(area), 0);
  ASSERT_EQ(read.times.size(), 7u);
  const TimeKind kinds[] = {TimeKind::created,  TimeKind::modified,  TimeKind::accessed,
                            TimeKind::changed,  TimeKind::backed_up, TimeKind::expires,
                            TimeKind::effective};
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(read.times[i].kind, kinds[i]);
    EXPECT_EQ(format_time(read.times[i].time_ns, read.times[i].precision, read.times[i].zone),
              "2003-01-0" + std::to_string(i + 1) + "T12:00:00.00Z");
  }
}

TEST(RockRidge, EndsAContinuationThatPointsToItself) {
  std::string area("CE\x1c\x01", 4);
  const auto both = [&](unsigned value) {
    for (const int shift : {0, 8, 16, 24}) area += static_cast<char>(value >> shift);
    for (const int shift : {24, 16, 8, 0}) area += static_cast<char>(value >> shift);
  };
  both(0);
  both(0);
  both(28);
  std::vector<std::byte> disc(4096);
  std::copy_n(as_bytes(area).begin(), area.size(), disc.begin());
  const SourcePtr source = memory_source(disc, "test.iso");
  const View view{"data", 2048, source};
  const WalkTarget target{view, {}};
  Findings findings;
  {
    ViewBytes bytes(target, "iso9660", findings);
    RockRidgeReader reader(
        bytes, [](std::uint32_t block) { return std::optional<std::uint64_t>(block * 2048u); });
    reader.read(as_bytes(area), 0);
  }
  EXPECT_THAT(findings, Contains(testing::Field(&Finding::code, "iso9660.continuation")));
}

TEST(IsoDescriptors, HaveTheirDatesAsEvents) {
  SKIP_WITHOUT_TOOL("xorriso");
  const MadeIso iso(
      "xorriso -as mkisofs -quiet -V LABEL --modification-date=2003011517000075 -o disc.iso tree");
  ASSERT_TRUE(iso.made());
  const Walked walked = iso.walk();
  const Entry* const volume = walked.find("/LABEL (Primary Volume Descriptor)");
  ASSERT_NE(volume, nullptr);
  EXPECT_EQ(time_text(*volume, TimeKind::volume_created), "2003-01-15T17:00:00.75Z");
  EXPECT_EQ(time_text(*volume, TimeKind::volume_modified), "2003-01-15T17:00:00.75Z");
  EXPECT_EQ(time_text(*volume, TimeKind::volume_expires), "zero");
  EXPECT_EQ(volume->record_offset, 32768u);
}

TEST(IsoSessions, ShowWhatLaterOnesHide) {
  SKIP_WITHOUT_TOOL("xorriso");
  const MadeIso iso(
      "echo secret > tree/SECRET.TXT && echo one > tree/CHANGED.TXT && "
      "xorriso -outdev disc.iso -map tree / -commit && echo two > new && "
      "xorriso -dev disc.iso -rm /SECRET.TXT -- -update new /CHANGED.TXT -commit");
  ASSERT_TRUE(iso.made());
  const Walked walked = iso.walk();
  const Entry* const secret = walked.find("/SECRET.TXT");
  ASSERT_NE(secret, nullptr);
  EXPECT_EQ(secret->state, EntryState::hidden_by_session);
  EXPECT_EQ(secret->session, 1);
  EXPECT_EQ(walked.content(*secret), "secret\n");
  std::map<EntryState, std::string> changed;
  for (const Entry& entry : walked.entries)
    if (entry.path == "/CHANGED.TXT") changed[entry.state] = walked.content(entry);
  EXPECT_EQ(changed[EntryState::allocated], "two\n");
  EXPECT_EQ(changed[EntryState::hidden_by_session], "one\n");
  EXPECT_EQ(std::ranges::count(walked.entries, "/dir/numbers.dat", &Entry::path), 1);
}

// ---- dftt test 14 ------------------------------------------------------------------------------

class Dftt14 : public testing::Test {
 protected:
  void SetUp() override {
    const auto zip = corpus("filesystem/dftt-14-iso9660-1.zip");
    SKIP_WITHOUT(zip);
    SKIP_WITHOUT_TOOL("unzip");
    ASSERT_TRUE(run("unzip -q '" + zip.string() + "' -d '" + folder_.path().string() + "'"));
  }
  Walked walk(const char* name) const {
    return walk_file((folder_.path() / "14-iso9660-1" / name).string(), "iso9660");
  }
  TemporaryFolder folder_;
};

TEST_F(Dftt14, BothTreesAreListed) {
  for (const char* name : {"iso-dirtree1.iso", "iso-dirtree2.iso"}) {
    const Walked walked = walk(name);
    EXPECT_THAT(paths(walked), testing::IsSupersetOf({"/File1.txt", "/File2.txt"})) << name;
    EXPECT_TRUE(walked.has_finding("iso9660.only-in-primary"));
    EXPECT_TRUE(walked.has_finding("iso9660.only-in-supplementary"));
  }
}

TEST_F(Dftt14, ByteOrdersThatDifferAreTold) {
  const Walked walked = walk("iso-endian.iso");
  EXPECT_TRUE(walked.has_finding("iso9660.byte-orders"));
  ASSERT_NE(walked.find("/File1.txt"), nullptr);
}

// ---- real images and damage ---------------------------------------------------------------------

TEST(IsoWalk, JoinsTheExtentsOfOneFile) {
  const auto path = corpus("filesystem/multi_extent_8k_joliet.iso");
  SKIP_WITHOUT(path);
  SKIP_WITHOUT_TOOL("7z");
  const Walked walked = walk_file(path.string(), "iso9660");
  int several = 0;
  for (const Entry& entry : walked.entries) {
    if (entry.type != 'r') continue;
    EXPECT_EQ(walked.content(entry), output_of("7z e -so '" + path.string() + "' '" +
                                               entry.path.substr(1) + "' 2>/dev/null"))
        << entry.path;
    several += entry.size > 8192 ? 1 : 0;
  }
  EXPECT_GT(several, 0);
}

TEST(IsoWalk, AgreesWithIsoinfoOnRealImages) {
  SKIP_WITHOUT_TOOL("isoinfo");
  for (const auto& [name, option] :
       {std::pair("copying.iso", ""), {"copying-rr.iso", "-R"}, {"joliet.iso", "-J"}}) {
    const auto path = corpus(std::string("filesystem/") + name);
    SKIP_WITHOUT(path);
    std::vector<std::string> expected;
    std::istringstream lines(
        output_of("isoinfo -f " + std::string(option) + " -i '" + path.string() + "'"));
    for (std::string line; std::getline(lines, line);) {
      if (line.ends_with(";1")) line.resize(line.size() - 2);
      if (line.ends_with(".")) line.pop_back();
      expected.push_back(line);
    }
    EXPECT_THAT(paths(walk_file(path.string(), "iso9660")),
                testing::UnorderedElementsAreArray(expected))
        << name;
  }
}

TEST(IsoWalk, FindsDirectoriesThatOnlyThePathTableHas) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeIso iso("genisoimage -quiet -o disc.iso tree");
  ASSERT_TRUE(iso.made());
  std::vector<std::byte> bytes = file_bytes(iso.iso());
  const Walked before = walk_bytes(bytes, "iso9660");
  const Entry* const dir = before.find("/DIR");
  ASSERT_NE(dir, nullptr);
  // The record in the root directory becomes one of a file.
  bytes[static_cast<std::size_t>(*dir->record_offset + 25)] = std::byte{0};
  const Walked walked = walk_bytes(bytes, "iso9660");
  EXPECT_TRUE(walked.has_finding("iso9660.path-table-only"));
  const auto hidden = std::ranges::find_if(
      walked.entries, [](const Entry& entry) { return entry.path == "/DIR/NUMBERS.DAT"; });
  ASSERT_NE(hidden, walked.entries.end());
  EXPECT_EQ(hidden->state, EntryState::orphan);
}

struct Damage {
  const char* code;
  std::size_t at;  // in the record of /DIR or /EMPTY
  std::vector<int> bytes;
  const char* path;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.code; }
class DamagedIso : public testing::TestWithParam<Damage> {};

TEST_P(DamagedIso, IsAFindingAndTheWalkGoesOn) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeIso iso("genisoimage -quiet -o disc.iso tree");
  ASSERT_TRUE(iso.made());
  std::vector<std::byte> bytes = file_bytes(iso.iso());
  const Walked before = walk_bytes(bytes, "iso9660");
  const Entry* const entry = before.find(GetParam().path);
  ASSERT_NE(entry, nullptr);
  for (std::size_t i = 0; i < GetParam().bytes.size(); ++i)
    bytes[static_cast<std::size_t>(*entry->record_offset) + GetParam().at + i] =
        static_cast<std::byte>(GetParam().bytes[i]);
  const Walked walked = walk_bytes(bytes, "iso9660");
  EXPECT_TRUE(walked.has_finding(GetParam().code));
}
INSTANTIATE_TEST_SUITE_P(
    Rows, DamagedIso,
    testing::Values(Damage{"iso9660.outside", 2, {0, 0, 0, 0x40, 0x40, 0, 0, 0}, "/DIR"},
                    Damage{"iso9660.cut-directory", 10, {0, 0, 0, 0x40, 0x40, 0, 0, 0}, "/DIR"},
                    Damage{"iso9660.byte-orders", 2, {1}, "/DIR"},
                    Damage{"iso9660.bad-record", 32, {200}, "/DIR"},
                    Damage{"iso9660.bad-record", 0, {20}, "/DIR"},
                    Damage{"iso9660.interleaved", 26, {1, 1}, "/DIR/NUMBERS.DAT"},
                    Damage{"iso9660.other-volume", 28, {2}, "/DIR/NUMBERS.DAT"}));

TEST(IsoWalk, TellsOfADirectoryThatSaysItStandsElsewhere) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeIso iso("genisoimage -quiet -o disc.iso tree");
  ASSERT_TRUE(iso.made());
  std::vector<std::byte> bytes = file_bytes(iso.iso());
  const Walked before = walk_bytes(bytes, "iso9660");
  bytes[static_cast<std::size_t>(*before.find("/DIR")->runs.front().view_offset) + 2] ^=
      std::byte{1};
  EXPECT_TRUE(walk_bytes(bytes, "iso9660").has_finding("iso9660.self"));
}

TEST(IsoWalk, ListsADirectoryThatHoldsItselfOnce) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeIso iso("genisoimage -quiet -o disc.iso tree");
  ASSERT_TRUE(iso.made());
  std::vector<std::byte> bytes = file_bytes(iso.iso());
  const Walked before = walk_bytes(bytes, "iso9660");
  const auto at = static_cast<std::size_t>(*before.find("/DIR/SUB")->record_offset);
  const auto from = static_cast<std::size_t>(*before.find("/DIR")->record_offset);
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from + 2), 16,
              bytes.begin() + static_cast<std::ptrdiff_t>(at + 2));
  const Walked walked = walk_bytes(bytes, "iso9660");
  EXPECT_TRUE(walked.has_finding("iso9660.directory-twice"));
  EXPECT_LT(walked.entries.size(), before.entries.size() + 4);
}

TEST(IsoWalk, SurvivesEveryCut) {
  const auto path = corpus("filesystem/copying-rr.iso");
  SKIP_WITHOUT(path);
  const std::vector<std::byte> bytes = file_bytes(path);
  for (std::size_t length = 32768; length < bytes.size(); length += 1500) {
    const SourcePtr source = memory_source(
        {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)}, "cut.iso");
    const View view{"data", 2048, source};
    Findings findings;
    (void)find_walker("iso9660")->walk(
        {view, {0, length, "disc", "iso9660"}}, [](Entry&&) { return true; }, findings);
  }
}

TEST(IsoWalk, RefusesWhatHasNoDescriptor) {
  const SourcePtr source = memory_source(std::vector<std::byte>(65536), "test.iso");
  const View view{"data", 2048, source};
  Findings findings;
  const Status done = find_walker("iso9660")->walk(
      {view, {0, 65536, "disc", "iso9660"}}, [](Entry&&) { return true; }, findings);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::not_this);
}

}  // namespace
}  // namespace discern::tests
