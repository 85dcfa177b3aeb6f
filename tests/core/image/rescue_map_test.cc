// SPDX-License-Identifier: Apache-2.0
#include "discern/rescue_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "corpus.h"
#include "discern/image.h"
#include "tool.h"

namespace discern {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::TemporaryFolder;

const Finding* find(const Image& image, std::string_view code) {
  for (const Finding& finding : image.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

// The example of the manual of GNU ddrescue 1.11, chapter "Logfile structure".
constexpr const char* kManual =
    "# Rescue Logfile. Created by GNU ddrescue version 1.11\n"
    "# current_pos  current_status\n"
    "0x00120000     ?\n"
    "#      pos        size  status\n"
    "0x00000000  0x00117000  +\n"
    "0x00117000  0x00000200  -\n"
    "0x00117200  0x00001000  /\n"
    "0x00118200  0x00007E00  *\n"
    "0x00120000  0x00048000  ?\n";

TEST(RescueMap, ReadsTheExampleOfTheManual) {
  const auto map = parse_rescue_map(kManual, "x.log");
  ASSERT_TRUE(map);
  EXPECT_EQ(map->domain, (ByteRange{0, 0x168000}));
  EXPECT_THAT(map->unread, ElementsAre(ByteRange{0x117000, 0x51000}));
  EXPECT_EQ(map->failed, 0x9000U);
  EXPECT_FALSE(map->finished);
}

// "you may use decimal, hexadecimal or octal values"; a comment may follow on any line.
TEST(RescueMap, ReadsNumbersOfEveryBase) {
  const auto map = parse_rescue_map("0 + 1\r\n512 0x200 + # read\r\n02000 01000 -\r\n", "x");
  ASSERT_TRUE(map);
  EXPECT_EQ(map->domain, (ByteRange{512, 1024}));
  EXPECT_THAT(map->unread, ElementsAre(ByteRange{1024, 512}));
  EXPECT_TRUE(map->finished);
}

struct Rejected {
  const char* text;
  Errc code;
  std::uint32_t line;
  std::uint32_t column;
};
void PrintTo(const Rejected& row, std::ostream* out) { *out << testing::PrintToString(row.text); }
class RescueMapGrammar : public testing::TestWithParam<Rejected> {};

TEST_P(RescueMapGrammar, RefusesWithLineAndColumn) {
  const auto map = parse_rescue_map(GetParam().text, "x.map");
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, GetParam().code);
  EXPECT_EQ(map.error().line, GetParam().line);
  EXPECT_EQ(map.error().column, GetParam().column);
  EXPECT_EQ(map.error().file, "x.map");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RescueMapGrammar,
    testing::Values(
        Rejected{"", Errc::not_this, 0, 0}, Rejected{"# only\n", Errc::not_this, 1, 0},
        Rejected{"\n hello world\n", Errc::not_this, 2, 2},
        Rejected{"0 X 1\n", Errc::not_this, 1, 1}, Rejected{"0 + x\n", Errc::not_this, 1, 1},
        Rejected{"0 ++\n", Errc::not_this, 1, 1}, Rejected{"0 + 1 1\n", Errc::not_this, 1, 1},
        Rejected{"-1 + 1\n", Errc::not_this, 1, 1}, Rejected{"0 + 1\n", Errc::corrupt, 1, 0},
        Rejected{"0 + 1\n0 512\n", Errc::corrupt, 2, 1},
        Rejected{"0 + 1\n0 512 + +\n", Errc::corrupt, 2, 1},
        Rejected{"0 + 1\n0y 512 +\n", Errc::corrupt, 2, 1},
        Rejected{"0 + 1\n0 0 +\n", Errc::corrupt, 2, 3},
        Rejected{"0 + 1\n0 five +\n", Errc::corrupt, 2, 3},
        Rejected{"0 + 1\n1 0xFFFFFFFFFFFFFFFF +\n", Errc::corrupt, 2, 3},
        Rejected{"0 + 1\n0 0x10000000000000000 +\n", Errc::corrupt, 2, 3},
        Rejected{"0 + 1\n0 512 F\n", Errc::corrupt, 2, 7},
        Rejected{"0 + 1\n0 512 +\n1024 512 -\n", Errc::corrupt, 3, 1},
        Rejected{"0 + 1\n0 512 +\n0 512 -\n", Errc::corrupt, 3, 1}));

TEST(RescueMap, OfWhatWasWrittenIsReadAgain) {
  const std::vector<ByteRange> bad = {{0, 512}, {4096, 1024}, {9728, 272}};
  const auto map = parse_rescue_map(rescue_map_text(10000, bad), "x");
  ASSERT_TRUE(map);
  EXPECT_EQ(map->domain, (ByteRange{0, 10000}));
  EXPECT_EQ(map->unread, bad);
  EXPECT_TRUE(map->finished);
}

// ddrescuelog -l lists the blocks of 512 bytes that have a status.
TEST(RescueMap, IsUnderstoodByDdrescuelog) {
  SKIP_WITHOUT_TOOL("ddrescuelog");
  const TemporaryFolder folder;
  const std::vector<ByteRange> bad = {{1024, 512}, {8192, 1024}};
  const std::string path = folder.write("a.map", as_bytes(rescue_map_text(10240, bad)));
  ASSERT_TRUE(tests::run("test \"$(ddrescuelog -l- " + path + " | tr '\\n' ' ')\" = '2 16 17 '"));
}

// ---- beside an image -----------------------------------------------------------------------

std::vector<std::byte> noise(std::size_t size) {
  std::vector<std::byte> bytes(size);
  unsigned state = 1;
  for (std::byte& byte : bytes) {
    state = state * 1103515245U + 12345U;
    byte = static_cast<std::byte>(state >> 16);
  }
  return bytes;
}

constexpr const char* kSmall =
    "0x0 + 1\n0x000 0x400 +\n0x400 0x200 -\n0x600 0x200 ?\n0x800 0x800 +\n";

class RescueMapNames : public testing::TestWithParam<std::string> {};

TEST_P(RescueMapNames, MakeTheUnreadAreasUnreadable) {
  const TemporaryFolder folder;
  const auto bytes = noise(4096);
  const std::string path = folder.write("disk.img", bytes);
  folder.write(GetParam(), as_bytes(kSmall));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, "raw");
  ASSERT_EQ(image->files.size(), 2U);
  EXPECT_EQ(image->files[1].role, "map");
  EXPECT_EQ(image->files[1].name(), GetParam());
  const Finding* unread = find(*image, "rescue-map.unread");
  ASSERT_NE(unread, nullptr);
  EXPECT_EQ(unread->severity, Severity::damage);
  EXPECT_THAT(unread->text, HasSubstr("1024 bytes in 1 area, the first at 1024"));
  EXPECT_THAT(unread->text, HasSubstr("512 bytes failed, 512 were never tried"));

  const ByteSource& media = *image->main_view().source;
  std::vector<std::byte> got(4096);
  const ReadResult read = media.read(0, got);
  EXPECT_EQ(read.bytes, 4096U);
  EXPECT_THAT(read.bad, ElementsAre(ByteRange{1024, 1024}));
  EXPECT_TRUE(std::equal(got.begin(), got.begin() + 1024, bytes.begin()));
  EXPECT_TRUE(std::equal(got.begin() + 2048, got.end(), bytes.begin() + 2048));
  EXPECT_TRUE(media.view(0, 1024));
  EXPECT_FALSE(media.view(0, 1025));
  EXPECT_TRUE(media.view(2048, 2048));
  EXPECT_THAT(media.failed({0, 4096}), ElementsAre(ByteRange{1024, 1024}));
  EXPECT_THAT(media.failed({1100, 10}), ElementsAre(ByteRange{1100, 10}));
  EXPECT_THAT(media.failed({2048, 4096}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, RescueMapNames,
                         testing::Values("disk.img.map", "disk.map", "disk.img.mapfile",
                                         "disk.mapfile", "disk.img.log", "disk.log"));

TEST(RescueMap, IsNoOtherTextBesideAnImage) {
  const TemporaryFolder folder;
  const std::string path = folder.write("disk.img", noise(4096));
  folder.write("disk.log", as_bytes("Acquired on a Monday\n"));
  folder.write("disk.map", {});
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->files.size(), 1U);
}

TEST(RescueMap, ThatIsMalformedIsReportedWithItsLine) {
  const TemporaryFolder folder;
  const std::string path = folder.write("disk.img", noise(4096));
  const std::string map = folder.write("disk.map", as_bytes("0 + 1\n0 512 +\n600 512 -\n"));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  const Finding* malformed = find(*image, "rescue-map.malformed");
  ASSERT_NE(malformed, nullptr);
  EXPECT_EQ(malformed->severity, Severity::damage);
  EXPECT_EQ(malformed->where.file, map);
  EXPECT_EQ(malformed->where.line, 3U);
}

TEST(RescueMap, OfAnotherSizeIsReported) {
  const TemporaryFolder folder;
  folder.write("short.img", noise(2048));
  folder.write("short.map", as_bytes(kSmall));
  folder.write("long.img", noise(8192));
  folder.write("long.map", as_bytes(kSmall));
  const auto too_short = open_image((folder.path() / "short.img").string());
  ASSERT_TRUE(too_short);
  ASSERT_NE(find(*too_short, "rescue-map.short-image"), nullptr);
  EXPECT_EQ(find(*too_short, "rescue-map.short-image")->severity, Severity::damage);
  const auto too_long = open_image((folder.path() / "long.img").string());
  ASSERT_TRUE(too_long);
  EXPECT_NE(find(*too_long, "rescue-map.uncovered"), nullptr);
  EXPECT_EQ(find(*too_long, "rescue-map.short-image"), nullptr);
}

TEST(RescueMap, CutAnywhereIsReadOrReported) {
  const std::string text = kManual;
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto map = parse_rescue_map(std::string_view(text).substr(0, length), "x");
    if (map)
      EXPECT_LE(map->domain.end(), 0x168000U);
    else
      EXPECT_FALSE(map.error().text.empty());
  }
}

}  // namespace
}  // namespace discern
