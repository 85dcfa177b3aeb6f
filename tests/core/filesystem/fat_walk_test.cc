// SPDX-License-Identifier: Apache-2.0
// Expected times follow from the fields (Microsoft FAT specification 1.03); 7-Zip 16.02 and mtools
// 4.0.33 show the same for the valid ones of kTimes. Names and paths are compared with fls
// (TSK 4.11.1), digests of deleted files are those that dftt test 6 publishes.
#include <gmock/gmock.h>

#include "fat_image.h"
#include "tool.h"
#include "walked.h"

namespace discern::tests {
namespace {

using testing::Contains;
using testing::Field;
using testing::IsSupersetOf;
using testing::UnorderedElementsAreArray;

std::vector<std::string> paths(const Walked& walked) {
  std::vector<std::string> result;
  for (const Entry& entry : walked.entries)
    if (entry.type != 'v') result.push_back(entry.path);
  return result;
}

// ---- times ----------------------------------------------------------------------------------

struct TimeRow {
  const char* what;
  SlotFields fields;
  const char* created;
  const char* accessed;
  const char* modified;
};
void PrintTo(const TimeRow& row, std::ostream* out) { *out << row.what; }

constexpr unsigned date(unsigned year, unsigned month, unsigned day) {
  return (year - 1980) << 9 | month << 5 | day;
}

class FatTimes : public testing::TestWithParam<TimeRow> {};

TEST_P(FatTimes, AreTakenAsTheyStand) {
  FatImage image;
  SlotFields fields = GetParam().fields;
  fields.size = 0;
  image.add(fields);
  const Walked walked = walk_bytes(image.bytes());
  const Entry* const entry = walked.find("/FILE.TXT");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(time_text(*entry, TimeKind::created), GetParam().created);
  EXPECT_EQ(time_text(*entry, TimeKind::accessed), GetParam().accessed);
  EXPECT_EQ(time_text(*entry, TimeKind::modified), GetParam().modified);
  const auto slot = FatImage::slot(fields);
  EXPECT_EQ(as_text(time_of(*entry, TimeKind::created)->raw), as_text(Bytes(slot).subspan(13, 5)));
  EXPECT_EQ(as_text(time_of(*entry, TimeKind::accessed)->raw), as_text(Bytes(slot).subspan(18, 2)));
  EXPECT_EQ(as_text(time_of(*entry, TimeKind::modified)->raw), as_text(Bytes(slot).subspan(22, 4)));
  EXPECT_EQ(time_of(*entry, TimeKind::created)->zone, Zone::unknown);
}

constexpr const char* kName = "FILE    TXT";
constexpr unsigned kTen = 0x5000;  // 10:00:00
constexpr unsigned kDay = date(2002, 1, 1);

const TimeRow kTimes[] = {
    {"plain", {kName}, "2002-01-01T10:00:00.00", "2002-01-01", "2002-01-01T10:00:00"},
    // TSK issue 2663: one second early.
    {"units 100",
     {kName, 0x20, 100},
     "2002-01-01T10:00:01.00",
     "2002-01-01",
     "2002-01-01T10:00:00"},
    {"units 99", {kName, 0x20, 99}, "2002-01-01T10:00:00.99", "2002-01-01", "2002-01-01T10:00:00"},
    {"units 199",
     {kName, 0x20, 199},
     "2002-01-01T10:00:01.99",
     "2002-01-01",
     "2002-01-01T10:00:00"},
    {"units 200", {kName, 0x20, 200}, "2002-01-01T10:00:00", "2002-01-01", "2002-01-01T10:00:00"},
    // TSK makes 0 of years from 2038 on.
    {"2040",
     {kName, 0x20, 0, kTen, date(2040, 2, 29), date(2040, 2, 29), kTen, date(2040, 2, 29)},
     "2040-02-29T10:00:00.00",
     "2040-02-29",
     "2040-02-29T10:00:00"},
    {"2107",
     {kName, 0x20, 0, kTen, date(2107, 12, 31), date(2107, 12, 31), 0xBF7D, date(2107, 12, 31)},
     "2107-12-31T10:00:00.00",
     "2107-12-31",
     "2107-12-31T23:59:58"},
    {"1980",
     {kName, 0x20, 0, 0, date(1980, 1, 1), date(1980, 1, 1), 0, date(1980, 1, 1)},
     "1980-01-01T00:00:00.00",
     "1980-01-01",
     "1980-01-01T00:00:00"},
    // TSK and 7-Zip roll these over; mdir prints them as they stand.
    {"31 February",
     {kName, 0x20, 0, kTen, date(2002, 2, 31), date(2002, 2, 31), kTen, date(2002, 4, 31)},
     "invalid_field",
     "invalid_field",
     "invalid_field"},
    {"29 February 2001",
     {kName, 0x20, 0, kTen, date(2001, 2, 29), kDay, kTen, kDay},
     "invalid_field",
     "2002-01-01",
     "2002-01-01T10:00:00"},
    {"month 13 and 0",
     {kName, 0x20, 0, kTen, date(2002, 13, 1), date(2002, 0, 1), kTen, date(2002, 1, 0)},
     "invalid_field",
     "invalid_field",
     "invalid_field"},
    {"25:00, 10:61",
     {kName, 0x20, 0, 25 << 11, kDay, kDay, 10 << 11 | 61 << 5, kDay},
     "invalid_field",
     "2002-01-01",
     "invalid_field"},
    {"second 60",
     {kName, 0x20, 0, kTen, kDay, kDay, kTen | 30, kDay},
     "2002-01-01T10:00:00.00",
     "2002-01-01",
     "invalid_field"},
    {"only modified", {kName, 0x20, 0, 0, 0, 0, kTen, kDay}, "zero", "zero", "2002-01-01T10:00:00"},
    {"a time without a date",
     {kName, 0x20, 0, kTen, 0, 0, kTen, 0},
     "invalid_field",
     "zero",
     "invalid_field"},
    // fls does not list it.
    {"nothing at all", {kName, 0x20, 0, 0, 0, 0, 0, 0}, "zero", "zero", "zero"},
};
INSTANTIATE_TEST_SUITE_P(Rows, FatTimes, testing::ValuesIn(kTimes));

// ---- names ----------------------------------------------------------------------------------

TEST(FatNames, AreListedWithOddCharacters) {
  // fls leaves out those with | " and line feed.
  FatImage image;
  for (const char* name : {"A|B     TXT", "A\"B     TXT", "A\nB     TXT", "EA DATA  SF",
                           "\x05"
                           "BC     TXT",
                           "\x84\x94\x81     TXT", "PC%41X  TXT", "lower   txt"})
    image.add({name});
  EXPECT_THAT(paths(walk_bytes(image.bytes())),
              testing::ElementsAre("/A|B.TXT", "/A\"B.TXT", "/A\nB.TXT", "/EA DATA. SF",
                                   "/\xE5"
                                   "BC.TXT",
                                   "/\x84\x94\x81.TXT", "/PC%41X.TXT", "/lower.txt"));
}

TEST(FatNames, HaveTheCaseThatWindowsNotes) {
  FatImage image;
  auto both = FatImage::slot({"README  TXT"});
  both[12] = std::byte{0x18};
  image.add(both);
  auto base = FatImage::slot({"BASE    TXT"});
  base[12] = std::byte{0x08};
  image.add(base);
  EXPECT_THAT(paths(walk_bytes(image.bytes())), testing::ElementsAre("/readme.txt", "/base.TXT"));
}

TEST(FatNames, AreLongOnlyWhenTheChecksumHolds) {
  FatImage image;
  const unsigned good = FatImage::checksum("LONGNA~1TXT");
  image.add(FatImage::long_slot(0x42, u"ame.txt", good));
  image.add(FatImage::long_slot(0x01, u"A very long n", good));
  image.add({"LONGNA~1TXT"});
  image.add(FatImage::long_slot(0x41, u"foreign.txt", good + 1));
  image.add({"OWN     TXT"});
  // The last part is missing.
  image.add(FatImage::long_slot(0x01, u"without an en", FatImage::checksum("CUT     TXT")));
  image.add({"CUT     TXT"});
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_THAT(paths(walked), testing::ElementsAre("/A very long name.txt", "/OWN.TXT", "/CUT.TXT"));
  EXPECT_TRUE(walked.has_finding("fat.long-name"));
}

TEST(FatNames, KeepSurrogatesApart) {
  FatImage image;
  const unsigned sum = FatImage::checksum("X       TXT");
  image.add(FatImage::long_slot(0x41, std::u16string{u'\xD83D', u'\xDE00', u'\xD800', u'x'}, sum));
  image.add({"X       TXT"});
  EXPECT_THAT(paths(walk_bytes(image.bytes())),
              testing::ElementsAre("/\xF0\x9F\x98\x80\xED\xA0\x80x"));
}

TEST(FatNames, OfDeletedFilesAreLongWhenTheLostByteIsLegal) {
  FatImage image;
  const unsigned sum = FatImage::checksum("GONEFI~1TXT");
  image.add(FatImage::long_slot(0xE5, u"e.txt", sum));
  image.add(FatImage::long_slot(0xE5, u"gone file nam", sum));
  image.add({"\xE5ONEFI~1TXT"});
  // With this checksum the first byte would have been a blank.
  image.add(FatImage::long_slot(0xE5, u"other", FatImage::checksum(" THER   TXT")));
  image.add({"\xE5THER   TXT"});
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_THAT(paths(walked), testing::ElementsAre("/gone file name.txt", "/_THER.TXT"));
  EXPECT_EQ(walked.entries.front().state, EntryState::deleted);
}

TEST(FatSlots, OfAFormattedDirectoryAreNoFiles) {
  FatImage image;
  image.add({"REAL    TXT"});
  image.add(std::vector<std::byte>(32, std::byte{0xE5}));
  std::vector<std::byte> dos1(32, std::byte{0xF6});
  dos1[0] = std::byte{0xE5};
  image.add(dos1);
  auto garbage = FatImage::slot({"GARBAGE TXT", 0xE0});
  image.add(garbage);
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_THAT(paths(walked), testing::ElementsAre("/REAL.TXT"));
  EXPECT_EQ(std::ranges::count(walked.findings, "fat.no-record", &Finding::code), 1);
}

TEST(FatSlots, BehindTheEndMarkAreDeletedOnes) {
  FatImage image;
  image.add({"FIRST   TXT"});
  image.add(std::vector<std::byte>(32));
  image.add({"BEHIND  TXT"});
  image.add({"bad\x01     TXT"});
  const Walked walked = walk_bytes(image.bytes());
  ASSERT_THAT(paths(walked), testing::ElementsAre("/FIRST.TXT", "/BEHIND.TXT"));
  EXPECT_EQ(walked.entries[1].state, EntryState::deleted);
}

TEST(FatSlots, HaveTheNumbersThatTskGives) {
  FatImage image;
  image.add({"LABEL      ", 0x08});
  image.add({"ONE     TXT"});
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_EQ(walked.entries[0].path, "/LABEL       (Volume Label Entry)");
  EXPECT_EQ(walked.entries[0].id, "3");
  EXPECT_EQ(walked.entries[1].id, "4");
  EXPECT_EQ(walked.entries[1].record_offset, FatImage::kRoot + 32);
  EXPECT_EQ(walked.find("/$MBR")->id, "45779");  // fls of a floppy of this layout
  EXPECT_EQ(walked.find("/$OrphanFiles")->id, "45782");
}

// ---- content --------------------------------------------------------------------------------

TEST(FatContent, FollowsTheChain) {
  FatImage image;
  image.add({"FRAG    BIN", 0x20, 0, kTen, kDay, kDay, kTen, kDay, 5, 1100});
  image.set_cell(5, 6);
  image.set_cell(6, 9);
  image.set_cell(9, 0xFFF);
  const Walked walked = walk_bytes(image.bytes());
  const Entry& entry = walked.entries.front();
  ASSERT_EQ(entry.runs.size(), 2u);
  EXPECT_EQ(entry.runs[0].view_offset, FatImage::cluster(5));
  EXPECT_EQ(entry.runs[0].length, 1024u);
  EXPECT_EQ(entry.runs[1].view_offset, FatImage::cluster(9));
  EXPECT_EQ(entry.runs[1].file_offset, 1024u);
  EXPECT_EQ(entry.runs[1].length, 76u);
  EXPECT_EQ(entry.slack, 436u);
  EXPECT_FALSE(entry.runs_guessed);
}

struct ChainRow {
  const char* code;
  unsigned first;
  unsigned cells[4];  // of clusters 5, 6, 7, 8
  unsigned known;     // bytes
};
void PrintTo(const ChainRow& row, std::ostream* out) { *out << row.code; }
class FatChains : public testing::TestWithParam<ChainRow> {};

TEST_P(FatChains, ThatAreDamagedEndWithAFinding) {
  FatImage image;
  image.add({"BAD     BIN", 0x20, 0, kTen, kDay, kDay, kTen, kDay, GetParam().first, 5000});
  for (unsigned i = 0; i < 4; ++i) image.set_cell(5 + i, GetParam().cells[i]);
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_TRUE(walked.has_finding(GetParam().code));
  EXPECT_EQ(walked.content(walked.entries.front()).size(), GetParam().known);
}
INSTANTIATE_TEST_SUITE_P(Rows, FatChains,
                         testing::Values(ChainRow{"fat.loop", 5, {6, 7, 8, 6}, 2048},
                                         ChainRow{"fat.loop", 5, {5, 0, 0, 0}, 512},
                                         ChainRow{"fat.bad-cluster", 4000, {}, 0},
                                         ChainRow{"fat.bad-cluster", 1, {}, 0},
                                         ChainRow{"fat.free-cluster", 5, {6, 0, 0, 0}, 512},
                                         ChainRow{"fat.short-chain", 5, {6, 0xFFF, 0, 0}, 1024},
                                         ChainRow{"fat.short-chain", 5, {6, 0xFF7, 0, 0}, 1024}));

TEST(FatContent, OfCrossedChainsIsDeliveredForBoth) {
  FatImage image;
  image.add({"ONE     BIN", 0x20, 0, kTen, kDay, kDay, kTen, kDay, 5, 1024});
  image.add({"TWO     BIN", 0x20, 0, kTen, kDay, kDay, kTen, kDay, 7, 1024});
  image.set_cell(5, 6);
  image.set_cell(6, 0xFFF);
  image.set_cell(7, 6);
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_EQ(walked.content(walked.entries[0]).size(), 1024u);
  EXPECT_EQ(walked.content(walked.entries[1]).size(), 1024u);
  EXPECT_TRUE(walked.has_finding("fat.cross-link"));
}

TEST(FatContent, OfDeletedFilesIsGuessedOverFreeClusters) {
  FatImage image;
  image.add({"\xE5ONE    BIN", 0x20, 0, kTen, kDay, kDay, kTen, kDay, 5, 1100});
  image.add({"\xE5SED    BIN", 0x20, 0, kTen, kDay, kDay, kTen, kDay, 6, 100});
  image.add({"USED    BIN", 0x20, 0, kTen, kDay, kDay, kTen, kDay, 6, 512});
  image.set_cell(6, 0xFFF);
  const Walked walked = walk_bytes(image.bytes());
  const Entry& entry = walked.entries[0];
  EXPECT_TRUE(entry.runs_guessed);
  ASSERT_EQ(entry.runs.size(), 2u);
  EXPECT_EQ(entry.runs[0].view_offset, FatImage::cluster(5));
  EXPECT_EQ(entry.runs[1].view_offset, FatImage::cluster(7));
  EXPECT_EQ(entry.runs[1].length, 588u);
  EXPECT_TRUE(walked.entries[1].runs.empty());
  EXPECT_FALSE(walked.entries[1].runs_guessed);
}

TEST(FatDirectories, ThatHoldEachOtherAreListedOnce) {
  FatImage image;
  image.add({"A          ", 0x10, 0, kTen, kDay, kDay, kTen, kDay, 5});
  image.set_cell(5, 0xFFF);
  image.begin_directory(5, 0);
  image.put(FatImage::cluster(5) + 64,
            FatImage::slot({"B          ", 0x10, 0, kTen, kDay, kDay, kTen, kDay, 5}));
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_THAT(paths(walked), testing::ElementsAre("/A", "/A/B"));
  EXPECT_TRUE(walked.has_finding("fat.directory-twice"));
}

TEST(FatDirectories, AreFollowedDownToABound) {
  FatImage image;
  image.add({"D          ", 0x10, 0, kTen, kDay, kDay, kTen, kDay, 2});
  for (unsigned cluster = 2; cluster < 400; ++cluster) {
    image.set_cell(cluster, 0xFFF);
    image.put(FatImage::cluster(cluster),
              FatImage::slot({"D          ", 0x10, 0, kTen, kDay, kDay, kTen, kDay, cluster + 1}));
  }
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_TRUE(walked.has_finding("fat.too-deep"));
  EXPECT_EQ(paths(walked).size(), 256u);
}

TEST(FatOrphans, AreFoundInFreeClusters) {
  FatImage image;
  image.begin_directory(20, 0);
  image.put(FatImage::cluster(20) + 64,
            FatImage::slot({"SUB        ", 0x10, 0, kTen, kDay, kDay, kTen, kDay, 30}));
  image.begin_directory(30, 20);
  image.put(FatImage::cluster(30) + 64,
            FatImage::slot({"LOST    TXT", 0x20, 0, kTen, kDay, kDay, kTen, kDay, 40, 100}));
  // Two that name each other.
  image.put(FatImage::cluster(50),
            FatImage::slot({"P          ", 0x10, 0, kTen, kDay, kDay, kTen, kDay, 51}));
  image.put(FatImage::cluster(51),
            FatImage::slot({"Q          ", 0x10, 0, kTen, kDay, kDay, kTen, kDay, 50}));
  // Text is no directory.
  image.put(FatImage::cluster(60), std::vector<std::byte>(512, std::byte{'A'}));
  const Walked walked = walk_bytes(image.bytes());
  EXPECT_THAT(paths(walked), testing::ElementsAre("/$OrphanFiles/SUB", "/$OrphanFiles/SUB/LOST.TXT",
                                                  "/$OrphanFiles/P", "/$OrphanFiles/P/Q"));
  for (const Entry& entry : walked.entries)
    if (entry.type != 'v') EXPECT_EQ(entry.state, EntryState::orphan);
}

// ---- real images -----------------------------------------------------------------------------

std::string md5_of(const TemporaryFolder& folder, const std::string& bytes) {
  return output_of("md5sum '" + folder.write("content", as_bytes(bytes)) + "'").substr(0, 32);
}

TEST(FatUndelete, MeetsTheGroundTruthOfDftt6) {
  const auto zip = corpus("filesystem/dftt-6-undel-fat.zip");
  SKIP_WITHOUT(zip);
  SKIP_WITHOUT_TOOL("unzip");
  const TemporaryFolder folder;
  ASSERT_TRUE(run("unzip -q '" + zip.string() + "' -d '" + folder.path().string() + "'"));
  const Walked walked = walk_file((folder.path() / "6-undel-fat/6-fat-undel.dd").string());
  const struct {
    const char* path;
    std::uint64_t size;
    const char* md5;  // right, or where the fragments cannot be known what the rule delivers
  } kTruth[] = {
      {"/_ing.dat", 780, "59b20779f69ff9f0ac5fcd2c38835a79"},
      {"/_ult1.dat", 3801, "ffd27bd782bdce67750b6b9ee069d2ef"},
      {"/_rag1.dat", 1584, "c4f3b9a0f17d464f4fc61b94ecf6cc21"},
      {"/_rag2.dat", 3873, "965370acfa85aa7e26ab04bbd45cdcae"},
      {"/_ir1", 1024, nullptr},
      {"/_ir1/mult2.dat", 1715, "59cf0e9cd107bc1e75afb7374f6e05bb"},
      {"/_ir1/dir2", 1024, nullptr},
      {"/_ir1/dir2/frag3.dat", 2027, "a7a14ac62f79fdea4056ed5e8bcf97ef"},
  };
  for (const auto& truth : kTruth) {
    const Entry* const entry = walked.find(truth.path);
    ASSERT_NE(entry, nullptr) << truth.path;
    EXPECT_EQ(entry->state, EntryState::deleted);
    EXPECT_EQ(entry->size, truth.size) << truth.path;
    if (truth.md5) EXPECT_EQ(md5_of(folder, walked.content(*entry)), truth.md5) << truth.path;
  }
}

// "+ 12 /path" of each entry; + is allocated.
std::vector<std::string> fls_lines(const std::string& image) {
  std::vector<std::string> lines;
  std::istringstream text(output_of("fls -r -z UTC -m / '" + image + "'"));
  for (std::string line; std::getline(text, line);) {
    std::vector<std::string> fields;
    std::istringstream columns(line);
    for (std::string field; std::getline(columns, field, '|');) fields.push_back(field);
    lines.push_back(fields[1] + "|" + fields[2] + "|" + fields[3] + "|" + fields[6]);
  }
  return lines;
}

std::vector<std::string> own_lines(const Walked& walked) {
  std::vector<std::string> lines;
  for (const Entry& entry : walked.entries)
    lines.push_back(entry.path + (entry.state == EntryState::allocated ? "" : " (deleted)") + "|" +
                    entry.id + "|" + entry.mode + "|" + std::to_string(entry.size));
  return lines;
}

TEST(FatWalk, ListsWhatFlsListsOnRealFloppies) {
  SKIP_WITHOUT_TOOL("fls");
  for (const char* name :
       {"DRDOS1_IMD.img", "freedos.boot.disk.1.4MB.img", "freedos.boot.disk.160K.img",
        "freedos.boot.disk.180K.img", "freedos.boot.disk.360K.img"}) {
    const auto path = corpus(std::string("floppy/") + name);
    SKIP_WITHOUT(path);
    EXPECT_THAT(own_lines(walk_file(path.string())),
                UnorderedElementsAreArray(fls_lines(path.string())));
  }
}

class MadeFat : public testing::TestWithParam<const char*> {};

TEST_P(MadeFat, IsListedLikeFlsAndReadLikeMtools) {
  SKIP_WITHOUT_TOOL("mkfs.fat");
  SKIP_WITHOUT_TOOL("mcopy");
  SKIP_WITHOUT_TOOL("fls");
  const TemporaryFolder folder;
  const std::string at = folder.path().string();
  const std::string image = at + "/made.img";
  ASSERT_TRUE(
      run("cd " + at + " && mkfs.fat -n LABEL -C " + GetParam() +
          " && "
          "seq 1 9000 > big.txt && echo small > 'A small file with a long name.txt' && "
          "export MTOOLS_SKIP_CHECK=1 && mmd -i made.img ::/dir ::/dir/deeper ::/gone && "
          "mcopy -i made.img big.txt ::/ && mcopy -i made.img big.txt ::/dir/deeper/second.bin && "
          "mcopy -i made.img *long* ::/dir && mcopy -i made.img *long* ::/gone && "
          "mcopy -i made.img big.txt ::/removed.txt && mdel -i made.img ::/removed.txt && "
          "mdeltree -i made.img ::/gone && mattrib -i made.img +h ::/big.txt"));
  const Walked walked = walk_file(image);
  EXPECT_THAT(own_lines(walked), UnorderedElementsAreArray(fls_lines(image)));
  for (const Entry& entry : walked.entries)
    if (entry.type == 'r' && !entry.runs.empty()) {
      EXPECT_EQ(walked.content(entry), output_of("icat -r '" + image + "' " + entry.id))
          << entry.path;
    }
}
INSTANTIATE_TEST_SUITE_P(Sizes, MadeFat,
                         testing::Values("-F 12 made.img 1440", "-F 16 -s 4 made.img 20000",
                                         "-F 32 -s 1 made.img 40000"));

TEST(FatWalk, SurvivesEveryCut) {
  FatImage image;
  image.add({"DIR        ", 0x10, 0, kTen, kDay, kDay, kTen, kDay, 5});
  image.add({"FILE    BIN", 0x20, 0, kTen, kDay, kDay, kTen, kDay, 6, 3000});
  image.set_cell(5, 0xFFF);
  for (unsigned cluster = 6; cluster < 12; ++cluster) image.set_cell(cluster, cluster + 1);
  image.begin_directory(5, 0);
  for (std::size_t length = 0; length < 24000; length += length < 10500 ? 97 : 512) {
    std::vector<std::byte> cut(image.bytes().begin(),
                               image.bytes().begin() + static_cast<std::ptrdiff_t>(length));
    const Walked walked = walk_bytes(cut);
    for (const Entry& entry : walked.entries) EXPECT_LE(entry.runs.size(), 2u);
  }
}

TEST(FatWalk, EndsWhenTheSinkSaysSo) {
  FatImage image;
  image.add({"ONE     TXT"});
  image.add({"TWO     TXT"});
  const SourcePtr source = memory_source(image.bytes(), "test.img");
  const View view{"media", 512, source};
  Findings findings;
  int count = 0;
  EXPECT_TRUE(find_walker("fat12")->walk(
      {view, {0, 1474560, "superfloppy", "fat12"}}, [&](Entry&&) { return ++count < 1; },
      findings));
  EXPECT_EQ(count, 1);
}

TEST(FatWalk, RefusesWhatIsNoFat) {
  const SourcePtr source = memory_source(std::vector<std::byte>(4096), "test.img");
  const View view{"media", 512, source};
  Findings findings;
  const Status done = find_walker("fat12")->walk(
      {view, {0, 4096, "superfloppy", "fat12"}}, [](Entry&&) { return true; }, findings);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::not_this);
}

TEST(FatWalk, IsCancelledByProgress) {
  FatImage image;
  const SourcePtr source = memory_source(image.bytes(), "test.img");
  const View view{"media", 512, source};
  Findings findings;
  const Status done = find_walker("fat12")->walk(
      {view,
       {0, 1474560, "superfloppy", "fat12"},
       {},
       [](std::string_view, std::uint64_t, std::uint64_t) { return false; }},
      [](Entry&&) { return true; }, findings);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::cancelled);
}

}  // namespace
}  // namespace discern::tests
