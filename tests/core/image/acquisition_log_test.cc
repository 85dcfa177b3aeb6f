// SPDX-License-Identifier: Apache-2.0
#include "image/acquisition_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "corpus.h"
#include "discern/image.h"

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

// What FTK Imager CLI 3.1.1 wrote of a damaged disk, as published in a textbook on imaging.
constexpr const char* kFtk =
    "Case Information:\r\n"
    "Acquired using: FTK\r\n"
    "Bytes per Sector: 512\r\n"
    "ATTENTION:\r\n"
    "The following sector(s) on the source drive could not be read:\r\n"
    "        491584 through 491591\r\n"
    "        491928 through 491935\r\n"
    "The contents of these sectors were replaced with zeros in the image.\r\n";

// What dc3dd 7.2.646 wrote of a device whose sectors from 1984 on fail.
constexpr const char* kDc3dd =
    "\ndc3dd 7.2.646 started at 2026-11-24 16:45:11 +0000\n"
    "compiled options:\n"
    "command line: dc3dd if=/dev/loop0 of=dc.out log=dc.log hash=md5\n"
    "device size: 2880 sectors (probed),        1,474,560 bytes\n"
    "sector size: 512 bytes (probed)\n"
    "     1474560 bytes ( 1.4 M ) copied ( 100% ), 0.216491 s, 6.5 M/s\n\n"
    "input results for device `/dev/loop0':\n"
    "   2880 sectors in\n"
    "   896 bad sectors replaced by zeros\n"
    "   508899db63303d5b86eb0f34146e3530 (md5)\n";

TEST(AcquisitionLog, OfFtkImagerNamesTheUnreadSectors) {
  const auto log = parse_acquisition_log(kFtk, "x.txt");
  ASSERT_TRUE(log);
  EXPECT_EQ(log->program, "FTK Imager");
  EXPECT_EQ(log->unplaced, 0U);
  EXPECT_THAT(log->unread, ElementsAre(ByteRange{491584 * 512ULL, 8 * 512},
                                       ByteRange{491928 * 512ULL, 8 * 512}));
}

TEST(AcquisitionLog, OfFtkImagerMayGoOnBehindTheColonAndCountInLargerSectors) {
  const auto log = parse_acquisition_log(
      "Bytes per Sector: 2,048\nBytes per Sector: 2048\n"
      "The following sector(s) on the source drive could not be read: 3, 7 through 9\n",
      "x");
  ASSERT_TRUE(log);
  EXPECT_EQ(log->sector_size, 2048U);
  EXPECT_THAT(log->unread, ElementsAre(ByteRange{3 * 2048, 2048}, ByteRange{7 * 2048, 3 * 2048}));
}

TEST(AcquisitionLog, OfDc3ddTellsANumberWithoutPlaces) {
  const auto log = parse_acquisition_log(kDc3dd, "x.log");
  ASSERT_TRUE(log);
  EXPECT_EQ(log->program, "dc3dd");
  EXPECT_EQ(log->unplaced, 896U);
  EXPECT_THAT(log->unread, IsEmpty());
}

struct Rejected {
  const char* text;
  Errc code;
  std::uint32_t line;
  std::uint32_t column;
};
void PrintTo(const Rejected& row, std::ostream* out) { *out << testing::PrintToString(row.text); }
class AcquisitionLogGrammar : public testing::TestWithParam<Rejected> {};

TEST_P(AcquisitionLogGrammar, RefusesWithLineAndColumn) {
  const auto log = parse_acquisition_log(GetParam().text, "x.txt");
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, GetParam().code);
  EXPECT_EQ(log.error().line, GetParam().line);
  EXPECT_EQ(log.error().column, GetParam().column);
}

#define LIST "sector(s) on the source drive could not be read:"
INSTANTIATE_TEST_SUITE_P(
    Rows, AcquisitionLogGrammar,
    testing::Values(Rejected{"", Errc::not_this, 0, 0},
                    Rejected{"12 bad sectors replaced by zeros\n", Errc::not_this, 0, 0},
                    Rejected{LIST "\n 9 through\n", Errc::corrupt, 2, 2},
                    Rejected{LIST "\n 9 through 8\n", Errc::corrupt, 2, 2},
                    Rejected{LIST "\n 1\n 9 through 18446744073709551615\n", Errc::corrupt, 3, 2},
                    Rejected{LIST "\n 1\n 18446744073709551615\n", Errc::corrupt, 3, 2},
                    Rejected{LIST "\n 9 to 10\n", Errc::corrupt, 2, 4},
                    Rejected{LIST "\n 99999999999999999999\n", Errc::corrupt, 2, 2},
                    Rejected{LIST "\n 1844674407370955161\n", Errc::corrupt, 0, 0}));
#undef LIST

// ---- beside an image -----------------------------------------------------------------------

TEST(AcquisitionLog, BesideAnImageMakesItsSectorsUnreadable) {
  const TemporaryFolder folder;
  const std::string path = folder.write("disk.img", std::vector<std::byte>(8192, std::byte{7}));
  folder.write("disk.img.txt",
               as_bytes("The following sector(s) on the source drive could not be read:\n\t2\n\t5 "
                        "through 6\nThe contents of these sectors were replaced with zeros\n"));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  ASSERT_EQ(image->files.size(), 2U);
  EXPECT_EQ(image->files[1].role, "log");
  const Finding* const unread = find(*image, "acquisition-log.unread");
  ASSERT_NE(unread, nullptr);
  EXPECT_EQ(unread->severity, Severity::damage);
  EXPECT_THAT(unread->text,
              HasSubstr("1536 bytes in 2 areas, the first at 1024, could not be read by FTK"));
  std::vector<std::byte> got(8192);
  EXPECT_THAT(image->main_view().source->read(0, got).bad,
              ElementsAre(ByteRange{1024, 512}, ByteRange{2560, 1024}));
}

TEST(AcquisitionLog, WithoutPlacesIsDamageOfAnUnknownPlace) {
  const TemporaryFolder folder;
  const std::string path = folder.write("disk.dd", std::vector<std::byte>(8192, std::byte{7}));
  folder.write("disk.log", as_bytes(kDc3dd));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  const Finding* const unplaced = find(*image, "acquisition-log.unplaced");
  ASSERT_NE(unplaced, nullptr);
  EXPECT_EQ(unplaced->severity, Severity::damage);
  std::vector<std::byte> got(8192);
  EXPECT_THAT(image->main_view().source->read(0, got).bad, IsEmpty());
}

TEST(AcquisitionLog, ThatReportsNoErrorIsNoPartOfTheImage) {
  const TemporaryFolder folder;
  const std::string path = folder.write("disk.dd", std::vector<std::byte>(8192, std::byte{7}));
  std::string clean = kDc3dd;
  clean.replace(clean.find("896 bad"), 7, "0 bad");
  folder.write("disk.log", as_bytes(clean));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->files.size(), 1U);
  EXPECT_EQ(find(*image, "acquisition-log.unplaced"), nullptr);
}

TEST(AcquisitionLog, CutAnywhereIsReadOrReported) {
  const std::string text = kFtk;
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto log = parse_acquisition_log(std::string_view(text).substr(0, length), "x");
    if (!log) EXPECT_FALSE(log.error().text.empty());
  }
}

}  // namespace
}  // namespace discern
