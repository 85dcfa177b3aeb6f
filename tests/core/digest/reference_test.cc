// SPDX-License-Identifier: Apache-2.0
// The texts are output of the programs named (versions of Debian 12), of empty and small files.
#include "discern/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "corpus.h"

namespace discern {
namespace {

using tests::TemporaryFolder;

std::vector<Reference> read(const std::string& name, const std::string& text) {
  const TemporaryFolder folder;
  const auto file = read_reference_file(folder.write(name, as_bytes(text)));
  return file ? file->references : std::vector<Reference>();
}

constexpr char kMd5[] = "9e83f3b0f52dcd89dda28fd93f6692b4";
constexpr char kSha1[] = "71808cce3fbf6554744c3c7d5bc2fbb036efca24";
constexpr char kSha256[] = "0429e37ecca44845049bf6987ff02365d807856d85369512756a04cf046436f8";

struct Row {
  const char* name;
  std::string text;
  const char* algorithm;
  std::string value;
  const char* of;
};

TEST(References, ReadsEachKindOfSumFile) {
  const std::string md5(kMd5);
  const Row rows[] = {
      {"a.md5", md5 + "  a.img\n", "md5", md5, "a.img"},
      {"a.md5", md5 + " *a.img\r\n", "md5", md5, "a.img"},
      {"a.md5", "\\" + md5 + "  a\\\\b\\nc\n", "md5", md5, "a\\b\nc"},
      {"a.md5", md5 + "\n", "md5", md5, ""},
      {"a.md5", "# comment\n\nMD5 (a (1).img) = " + md5 + "\n", "md5", md5, "a (1).img"},
      {"x", "SHA2-256(a.img)= " + std::string(kSha256) + "\n", "sha256", kSha256, "a.img"},
      {"x", "    300000  " + std::string(kSha1) + "  /tmp/a.img\n", "sha1", kSha1, "/tmp/a.img"},
      {"a.sha3_256", std::string(kSha256) + "  a.img\n", "sha3_256", kSha256, "a.img"},
      {"a.sfv", "; rhash\n;\na b.img 755DBC45\n", "crc32", "755dbc45", "a b.img"},
  };
  for (const Row& row : rows) {
    const auto references = read(row.name, row.text);
    ASSERT_EQ(references.size(), 1u) << row.text;
    EXPECT_EQ(references[0].algorithm, row.algorithm) << row.text;
    EXPECT_EQ(references[0].value, row.value) << row.text;
    EXPECT_EQ(references[0].name, row.of) << row.text;
  }
}

TEST(References, ReadsPiecesOfHashdeep) {
  const auto references =
      read("pieces.txt",
           "%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,filename\n"
           "## Invoked from: /tmp\n## # hashdeep -c md5,sha1 -p 131072 -b a.img\n## \n"
           "131072,ea53de1939d0367f08f24b51bbc99a2d,20c9807ce0647764ad85aae4d20534aa"
           "79d803ac,a,b.img offset 0-131071\n");
  ASSERT_EQ(references.size(), 2u);
  EXPECT_EQ(references[0].name, "a,b.img");
  EXPECT_EQ(references[0].range, (ByteRange{0, 131072}));
  EXPECT_EQ(references[1].algorithm, "sha1");
  EXPECT_EQ(references[1].line, 6u);
}

TEST(References, TakesOnlyTheDigestsOfTheSourceFromImagingLogs) {
  const auto dc3dd =
      read("a.log",
           "\ndc3dd 7.2.646 started at 2026-11-24 17:03:06 +0000\nsector size: 512 bytes "
           "(assumed)\n\ninput results for file `a.img':\n   585 sectors + 480 bytes in\n"
           "   9e83f3b0f52dcd89dda28fd93f6692b4 (md5)\n\noutput results for file `c.img':\n"
           "   [ok] ea53de1939d0367f08f24b51bbc99a2d (md5)\n");
  ASSERT_EQ(dc3dd.size(), 1u);
  EXPECT_EQ(dc3dd[0].value, kMd5);
  EXPECT_EQ(dc3dd[0].of, Reference::Of::medium);

  const auto dcfldd = read("b.log",
                           "0 - 131072: ea53de1939d0367f08f24b51bbc99a2d\n"
                           "131072 - 262144: 05092fc949f93a97a02185f1318da5ff\n\n"
                           "Total (md5): 9e83f3b0f52dcd89dda28fd93f6692b4\n");
  ASSERT_EQ(dcfldd.size(), 3u);
  EXPECT_EQ(dcfldd[1].range, (ByteRange{131072, 131072}));
  EXPECT_FALSE(dcfldd[2].range);

  const auto ftk =
      read("c.E01.txt",
           "Created By AccessData\xC2\xAE FTK\xC2\xAE Imager 4.5.0.3\r\n[Computed Hashes]\r\n"
           " MD5 checksum:    9e83f3b0f52dcd89dda28fd93f6692b4\r\n"
           " SHA1 checksum:   71808cce3fbf6554744c3c7d5bc2fbb036efca24\r\n\r\n"
           "Image Verification Results:\r\n"
           " MD5 checksum:    ea53de1939d0367f08f24b51bbc99a2d : verified\r\n");
  ASSERT_EQ(ftk.size(), 2u);
  EXPECT_EQ(ftk[1].value, kSha1);

  const auto guymager = read("d.info",
                             "GUYMAGER ACQUISITION INFO FILE\n==============================\n"
                             "MD5 hash                   : 9e83f3b0f52dcd89dda28fd93f6692b4\n"
                             "MD5 hash verified source   : --\n"
                             "MD5 hash verified image    : ea53de1939d0367f08f24b51bbc99a2d\n"
                             "SHA1 hash                  : --\n");
  ASSERT_EQ(guymager.size(), 1u);
  EXPECT_EQ(guymager[0].value, kMd5);
}

TEST(References, ReadsCataloguesAndDfxml) {
  const auto dat =
      read("game.dat",
           "<?xml version=\"1.0\"?>\n<datafile><game name=\"G\">\n<rom name=\"G (Track 2).bin\" "
           "size=\"2352\" crc=\"755DBC45\" md5=\"9e83f3b0f52dcd89dda28fd93f6692b4\"/>\n"
           "</game></datafile>");
  ASSERT_EQ(dat.size(), 2u);
  EXPECT_EQ(dat[0].algorithm, "crc32");
  EXPECT_EQ(dat[0].track, 2);
  EXPECT_EQ(dat[0].size, 2352u);
  EXPECT_EQ(dat[0].line, 3u);

  const auto dfxml = read(
      "a.dfxml",
      "<dfxml version='1.0'><fileobject><filename>a.img</filename><filesize>9</filesize><byte_runs>"
      "<byte_run file_offset='0' len='4'><hashdigest type='MD5'>9e83f3b0f52dcd89dda28fd93f6692b4"
      "</hashdigest></byte_run></byte_runs><hashdigest type='sha1'>"
      "71808cce3fbf6554744c3c7d5bc2fbb036efca24</hashdigest></fileobject></dfxml>");
  ASSERT_EQ(dfxml.size(), 2u);
  EXPECT_EQ(dfxml[0].range, (ByteRange{0, 4}));
  EXPECT_EQ(dfxml[0].name, "a.img");
  EXPECT_FALSE(dfxml[1].range);
}

TEST(References, ReadsRemarksOfCueSheets) {
  const auto cue =
      read("disc.cue",
           "REM DISC HASHES\nREM CRC32 : 755DBC45\nFILE \"disc.bin\" BINARY\n  TRACK 01 "
           "MODE1/2352\n    INDEX 01 00:00:00\n    REM MD5 : "
           "9e83f3b0f52dcd89dda28fd93f6692b4\n");
  ASSERT_EQ(cue.size(), 2u);
  EXPECT_EQ(cue[0].of, Reference::Of::any);
  EXPECT_EQ(cue[1].of, Reference::Of::track);
  EXPECT_EQ(cue[1].track, 1);
}

TEST(References, RefusesWhatIsNoReference) {
  const TemporaryFolder folder;
  const auto text = read_reference_file(folder.write("a.txt", as_bytes("just a letter\n")));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, Errc::not_this);
  EXPECT_EQ(read_reference_file((folder.path() / "none").string()).error().code, Errc::missing);
  // A digest that is too short, hex of no algorithm, an overflowing piece, cut XML.
  for (const char* bad :
       {"9e83f3b0f52dcd89dda28fd93f6692  a\n", "zz  a\n", "MD5 (a) = 12\n", "MD5 (a\n",
        "%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n1,2\n", "<datafile><rom", "\\",
        "99999999999999999999 - 1: 9e83f3b0f52dcd89dda28fd93f6692b4\n"})
    EXPECT_TRUE(read("x.md5", bad).empty()) << bad;
}

TEST(Expectation, NamesWhatIsWrong) {
  EXPECT_TRUE(parse_expectation(std::string("SHA-256:") + kSha256));
  EXPECT_FALSE(parse_expectation(kSha256));
  EXPECT_FALSE(parse_expectation("sha256:12"));
  EXPECT_FALSE(parse_expectation("whirlpool:12"));
}

// One flipped bit at a known place: CFTT's AO-08 asks for the location.
TEST(References, FindsTheOnePieceThatDiffers) {
  const TemporaryFolder folder;
  std::vector<std::byte> bytes(1 << 20);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 7 + i / 256);
  std::string list = "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n";
  for (std::size_t at = 0; at < bytes.size(); at += 65536)
    list += "65536," + hex_digest(Algorithm::sha256, Bytes(bytes).subspan(at, 65536)) +
            ",a.img offset " + std::to_string(at) + "-" + std::to_string(at + 65535) + "\n";
  bytes[5 * 65536 + 17] ^= std::byte{4};
  const auto image = open_image(folder.write("a.img", bytes));
  ASSERT_TRUE(image);
  const auto file = read_reference_file(folder.write("a.img.hashdeep", as_bytes(list)));
  ASSERT_TRUE(file);
  References references;
  references.add(*image, *file, false);
  HashJob job = hash_job(*image, references.algorithms());
  references.add_consumers(job);
  ASSERT_TRUE(run_pass(job.streams, {}));
  const auto rows = references.compare(job.finish());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].computed, "15 match, 1 differ");
  EXPECT_EQ(rows[1].range, (ByteRange{5 * 65536, 65536}));
  EXPECT_EQ(rows[1].verdict, Outcome::mismatch);
  Entry owner;
  owner.path = "/OWNER";
  owner.runs = {{0, 100, 6 * 65536 - 1}};
  Entry other;
  other.path = "/OTHER";
  other.runs = {{0, 65536, 6 * 65536}};
  const auto areas = locate_mismatches(*image, image->main_view(), rows, nullptr, {owner, other});
  ASSERT_EQ(areas.size(), 1u);
  EXPECT_EQ(areas[0].first_lba, 640);
  EXPECT_EQ(areas[0].last_lba, 767);
  EXPECT_EQ(areas[0].evidence_offset, 5u * 65536);
  EXPECT_THAT(areas[0].entries, testing::ElementsAre("/OWNER"));
}

}  // namespace
}  // namespace discern
