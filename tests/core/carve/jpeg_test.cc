// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.h"

namespace discern {
namespace {

using namespace tests;
using testing::HasSubstr;

const std::string kBegin = kSoi + jpeg_tables() + jpeg_frame();

void expect_complete(const std::string& file) {
  const auto verdict = validated("jpeg", file + noise(100));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->length, file.size()) << verdict->end_reason;
  EXPECT_EQ(name_of(verdict->soundness), "complete") << verdict->end_reason;
}

TEST(Jpeg, StepsOverAThumbnailInAnApplicationSegment) {
  expect_complete(kSoi + jpeg_segment(0xE1, "Exif\0\0"s + jpeg(100)) + jpeg_tables() +
                  jpeg_frame() + jpeg_scan(jpeg_data(500)) + kEoi);
}

TEST(Jpeg, TakesFillBytesBeforeMarkers) {
  expect_complete(kSoi + "\xFF\xFF"s + jpeg_tables() + "\xFF"s + jpeg_frame() +
                  jpeg_scan(jpeg_data(100) + "\xFF\xFF") + kEoi);
}

TEST(Jpeg, FollowsAllScansOfAProgressiveImage) {
  const std::string scan = jpeg_segment(0xDA, "\x01\x01\x00\x01\x05\x02"s) + jpeg_data(200);
  expect_complete(kSoi + jpeg_tables() + jpeg_frame(0xC2) +
                  jpeg_segment(0xDA, "\x01\x01\x00\x00\x00\x01"s) + jpeg_data(100) + jpeg_tables() +
                  scan + scan + kEoi);
}

TEST(Jpeg, CountsRestartMarkersAnewInEachScan) {
  std::string data;
  for (int i = 0; i < 10; ++i) data += jpeg_data(50) + "\xFF"s + static_cast<char>(0xD0 + i % 8);
  const std::string begin = kBegin + jpeg_segment(0xDD, big(4, 2));
  expect_complete(begin + jpeg_scan(data) + jpeg_scan(data) + kEoi);
}

TEST(Jpeg, IsDamagedByARestartMarkerOutOfTurn) {
  const std::string begin = kBegin + jpeg_segment(0xDD, big(4, 2));
  const std::string before = begin + jpeg_scan(jpeg_data(50) + "\xFF\xD0" + jpeg_data(50));
  const std::string file = before + "\xFF\xD2" + jpeg_data(50) + kEoi;
  const auto verdict = validated("jpeg", file);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->soundness, Soundness::damaged);
  EXPECT_EQ(verdict->length, file.size());
  EXPECT_THAT(verdict->end_reason, HasSubstr("out of turn at " + std::to_string(before.size())));

  // When no end follows either, the file broke off there.
  const auto broken = validated("jpeg", before + "\xFF\xD2" + jpeg_data(50) + "\xFF\x01");
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->soundness, Soundness::truncated);
  EXPECT_EQ(broken->length, before.size());
}

TEST(Jpeg, IsDamagedByARestartMarkerThatNothingAnnounced) {
  const auto verdict =
      validated("jpeg", kBegin + jpeg_scan(jpeg_data(50) + "\xFF\xD0" + jpeg_data(50)) + kEoi);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->soundness, Soundness::damaged);
}

TEST(Jpeg, IsTruncatedWhereAScanMeetsForeignBytes) {
  const std::string good = kBegin + jpeg_scan(jpeg_data(700));
  for (const std::string& foreign :
       {"\xFF\xD8\xFF\xE0"s, "\xFF\x01"s, "\xFF\xC8"s, "\xFF\xC0"s, "\xFF\xF0"s,
        "\xFF\xC4\x00\x13"s, "\xFF\xDB\x00\x04\x09\x09"s, "\xFF\xE1\x00\x01"s,
        "\xFF\xDA\x00\x08\x01\x07\x00\x00\x3F\x00"s, "\xFF\xE1\x00\x10"s}) {
    const auto verdict = validated("jpeg", good + foreign + std::string(2000, 'x'));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->soundness, Soundness::truncated);
    EXPECT_EQ(verdict->length, good.size()) << verdict->end_reason;
  }
}

// A file cut by zeros: the scan of 64 by 64 samples cannot take 1 MiB.
TEST(Jpeg, DoesNotFollowAScanThroughEmptySpace) {
  const std::string good = kBegin + jpeg_scan(jpeg_data(700) + "\xFF\x00"s);
  const auto verdict = validated("jpeg", good + std::string(1 << 20, '\0') + jpeg());
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->soundness, Soundness::truncated);
  EXPECT_EQ(verdict->length, good.size());
  EXPECT_THAT(verdict->end_reason, HasSubstr("longer than the image can need"));
}

TEST(Jpeg, ReachesAcrossReadWindowsWithAMarkerOnTheirBorder) {
  constexpr std::size_t kReadWindow = 64 * 1024;
  const std::string begin = kSoi + jpeg_tables() + jpeg_frame(0xC0, 4000, 4000) + jpeg_scan("");
  for (std::size_t around = kReadWindow - 3; around <= kReadWindow + 3; ++around)
    expect_complete(begin + std::string(around, 'x') + kEoi);
}

TEST(Jpeg, NeedsAFrameBeforeItsScan) {
  const std::string scan = jpeg_scan(jpeg_data(50)) + kEoi;
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_tables() + scan));
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_tables() + jpeg_frame() + kEoi));
  const auto with_frame = [&](const std::string& frame) {
    return validated("jpeg", kSoi + jpeg_tables() + jpeg_segment(0xC0, frame) + scan).has_value();
  };
  EXPECT_TRUE(with_frame("\x08\x00\x40\x00\x40\x01\x01\x11\x00"s));
  EXPECT_TRUE(with_frame("\x08\x00\x00\x00\x40\x01\x01\x11\x00"s)) << "height by DNL";
  EXPECT_FALSE(with_frame("\x01\x00\x40\x00\x40\x01\x01\x11\x00"s)) << "precision";
  EXPECT_FALSE(with_frame("\x08\x00\x40\x00\x00\x01\x01\x11\x00"s)) << "no width";
  EXPECT_FALSE(with_frame("\x08\x00\x40\x00\x40\x00"s)) << "no component";
  EXPECT_FALSE(with_frame("\x08\x00\x40\x00\x40\x02\x01\x11\x00"s)) << "length";
  EXPECT_FALSE(with_frame("\x08\x00\x40\x00\x40\x01\x01\x15\x00"s)) << "sampling";
  EXPECT_FALSE(with_frame("\x08\x00"s)) << "cut";
}

TEST(Jpeg, RefusesImpossibleTablesBeforeTheScan) {
  const std::string rest = jpeg_frame() + jpeg_scan(jpeg_data(50)) + kEoi;
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_segment(0xDB, "\x00"s + std::string(63, 1)) + rest));
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_segment(0xDB, "\x20"s + std::string(64, 1)) + rest));
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_segment(0xC4, std::string(17, '\xFF')) + rest));
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_segment(0xC4, "\x04"s + std::string(16, 0)) + rest));
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_segment(0xC4, std::string(10, 0)) + rest));
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_segment(0xDD, "\x01"s) + rest));
  EXPECT_FALSE(validated("jpeg", kSoi + jpeg_frame() + rest)) << "two frames";
}

// An index as CIPA DC-007 5.2.3 lays it out: one tag, B002, two entries of 16 bytes.
std::string multi_picture_index(bool little_endian, std::uint64_t second_start,
                                std::uint64_t second_size) {
  const auto number = [&](std::uint64_t value, int width) {
    return little_endian ? little(value, width) : big(value, width);
  };
  const std::string directory = number(1, 2) + number(0xB002, 2) + number(7, 2) + number(32, 4) +
                                number(26, 4) + number(0, 4);
  return "MPF\0"s + (little_endian ? "II*\0"s : "MM\0*"s) + number(8, 4) + directory +
         number(0x20030000, 4) + number(1000, 4) + number(0, 4) + number(0, 4) + number(0, 4) +
         number(second_size, 4) + number(second_start, 4) + number(0, 4);
}

TEST(Jpeg, ReachesToTheSecondImageOfAMultiPictureFile) {
  for (const bool little_endian : {false, true}) {
    const auto first = [&](std::uint64_t start) {
      return kSoi + jpeg_segment(0xE2, multi_picture_index(little_endian, start, jpeg().size())) +
             jpeg_tables() + jpeg_frame() + jpeg_scan(jpeg_data(300)) + kEoi;
    };
    constexpr std::uint64_t kTiffHeader = 10;  // SOI, marker, length, "MPF\0"
    const std::string padding(6, '\0');
    const std::uint64_t start = first(0).size() + padding.size() - kTiffHeader;
    const std::string file = first(start) + padding + jpeg();
    const auto verdict = validated("jpeg", file + noise(100));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->length, file.size());
    EXPECT_EQ(verdict->soundness, Soundness::complete);
    EXPECT_THAT(verdict->end_reason, HasSubstr("1 of 1 further images"));

    // An editor shortened the first image and left the index.
    const auto moved = validated("jpeg", first(start + 20) + padding + jpeg() + noise(100));
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->length, file.size());

    const auto alone = validated("jpeg", first(start) + noise(100));
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->length, first(start).size());
    EXPECT_THAT(alone->end_reason, HasSubstr("0 of 1 further images"));
  }
}

// As ExifTool 12.57 lists them in files of its own tests.
TEST(Jpeg, EndsBehindTrailersThatProgramsAppend) {
  const std::string record = "\x1C\x02\x50" + big(4, 2) + "name";
  const std::string mechanic = record + record + big(2 * record.size(), 4) + "cbipcbbl";
  const std::string station = record + big(1, 2) + big(record.size() + 10, 4) + "\xA1\xB2\xC3\xD4";
  const std::string at = big(jpeg().size(), 4);
  const std::string afcp = "AXS!" + big(1, 2) + big(1, 2) + big(0, 4) + "IPTC" + big(9, 4) +
                           big(jpeg().size() + 24, 4) + record + "AXS!" + at + big(0, 4);
  ASSERT_EQ(record.size(), 9u);
  for (const std::string& trailer : {mechanic, station, station + station, afcp, afcp + station}) {
    const auto verdict = validated("jpeg", jpeg() + trailer + noise(600));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->length, jpeg().size() + trailer.size());
    for (std::size_t cut = 1; cut <= 10; ++cut) {
      const auto less = validated("jpeg", jpeg() + trailer.substr(0, trailer.size() - cut));
      ASSERT_TRUE(less);
      EXPECT_LT(less->length, jpeg().size() + trailer.size());
    }
  }
}

TEST(Jpeg, IgnoresAMultiPictureIndexThatContradictsItself) {
  const std::string index = multi_picture_index(true, 5, 5);
  for (std::size_t length = 0; length < index.size(); ++length)
    expect_complete(kSoi + jpeg_segment(0xE2, index.substr(0, length)) + jpeg_tables() +
                    jpeg_frame() + jpeg_scan(jpeg_data(300)) + kEoi);
}

}  // namespace
}  // namespace discern
