// SPDX-License-Identifier: Apache-2.0
// Scans whose every code is right by the tables, and what becomes of them when bytes are put in
// between or taken away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "samples.h"

namespace discern {
namespace {

using namespace tests;
using testing::HasSubstr;

// Codes of jpeg_tables() for DC, and for AC: 0 ends the block, 10 is a coefficient of 1 bit right
// behind the last, 110 one of 3 bits behind 2 zeros; 111 is no code.
std::string ac_table() {
  return jpeg_segment(0xC4, "\x10\1\1\1\0\0\0\0\0\0\0\0\0\0\0\0\0"s + "\x00\x01\x23"s);
}

class Bits {
 public:
  void put(unsigned value, unsigned count) {
    for (unsigned bit = count; bit-- > 0;) {
      byte_ = byte_ << 1 | (value >> bit & 1);
      if (++held_ < 8) continue;
      bytes_ += static_cast<char>(byte_);
      if (byte_ == 0xFF) bytes_ += '\0';
      byte_ = held_ = 0;
    }
  }
  // Filled up with ones.
  std::string finish() {
    while (held_ > 0) put(1, 1);
    return bytes_;
  }

 private:
  std::string bytes_ = {};
  unsigned byte_ = 0;
  unsigned held_ = 0;
};

std::string scan_data(unsigned blocks, unsigned seed = 1) {
  std::mt19937 random(seed);
  Bits bits;
  for (unsigned block = 0; block < blocks; ++block) {
    bits.put(0b010, 3);  // DC of 1 bit
    bits.put(random() & 1, 1);
    const unsigned coefficients = 5 + random() % 15;
    for (unsigned i = 0; i < coefficients; ++i) {
      if ((random() & 1) != 0) {
        bits.put(0b10, 2);
        bits.put(random() & 1, 1);
      } else {
        bits.put(0b110, 3);
        bits.put(random() & 7, 3);
      }
    }
    bits.put(0, 1);
  }
  return bits.finish();
}

constexpr int kSide = 800;
constexpr unsigned kBlocks = kSide / 8 * (kSide / 8);

std::string begin() {
  return kSoi + jpeg_tables() + ac_table() + jpeg_frame(0xC0, kSide, kSide) +
         jpeg_segment(0xDA, "\x01\x01\x00\x00\x3F\x00"s);
}
std::string decodable() { return begin() + scan_data(kBlocks) + kEoi; }

std::string text(std::size_t length) {
  std::string result;
  while (result.size() < length) result += "the quick brown fox jumps over the lazy dog, ";
  return result.substr(0, length);
}

TEST(JpegScan, IsCompleteWithAllItsBlocks) {
  const auto verdict = validated("jpeg", decodable() + noise(100));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(name_of(verdict->soundness), "complete") << verdict->end_reason;
  EXPECT_EQ(verdict->length, decodable().size());
}

TEST(JpegScan, IsNotCompleteWithForeignBytesInIt) {
  constexpr std::size_t kBreak = 8192;
  for (const std::string& foreign : {std::string(4096, '\0'), text(4096), jpeg_data(4096)}) {
    const auto verdict =
        validated("jpeg", decodable().substr(0, kBreak) + foreign + decodable().substr(kBreak));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(name_of(verdict->soundness), "damaged") << verdict->end_reason;
    EXPECT_LE(verdict->suspect.offset, kBreak);
    EXPECT_GE(verdict->suspect.end(), kBreak);
    EXPECT_LT(verdict->suspect.end(), kBreak + 1024);
  }
}

TEST(JpegScan, IsNotCompleteWithoutItsLastBlocks) {
  const auto verdict = validated("jpeg", begin() + scan_data(kBlocks - 20) + kEoi);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(name_of(verdict->soundness), "damaged");
  EXPECT_THAT(verdict->end_reason, HasSubstr("ends before its last block"));
}

TEST(JpegScan, IsNotCompleteWithMoreBlocksThanTheImageHas) {
  const auto verdict = validated("jpeg", begin() + scan_data(kBlocks + 500) + kEoi);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(name_of(verdict->soundness), "damaged");
  EXPECT_THAT(verdict->end_reason, HasSubstr("goes on behind its last block"));
}

TEST(JpegScan, IsAFirstFragmentWhereNothingFollowsThatFits) {
  const std::string medium = decodable().substr(0, 8192) + text(1 << 20);
  const auto files =
      carve_view({"media", 512, memory_source(bytes_of(medium), "x")}, {.types = {"jpeg"}});
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(name_of(files->front().soundness), "first fragment");
  EXPECT_NEAR(static_cast<double>(files->front().size), 8192, 512);
}

TEST(JpegScan, FindsItsOtherPartBehindAGap) {
  for (const std::string& gap :
       {std::string(4096 * 3, '\0'), text(4096), noise(std::size_t{4096} * 128)}) {
    const std::string medium =
        decodable().substr(0, 8192) + gap + decodable().substr(8192) + noise(9000);
    const auto files =
        carve_view({"media", 512, memory_source(bytes_of(medium), "x")}, {.types = {"jpeg"}});
    ASSERT_TRUE(files);
    ASSERT_FALSE(files->empty());
    const CarvedFile& file = files->front();
    EXPECT_EQ(name_of(file.soundness), "complete") << file.end_reason;
    ASSERT_EQ(file.fragments.size(), 2U);
    EXPECT_EQ(file.fragments[0].length, 8192U);
    EXPECT_EQ(file.fragments[1].offset, 8192U + gap.size());
    EXPECT_EQ(file.size, decodable().size());
  }
}

}  // namespace
}  // namespace discern
