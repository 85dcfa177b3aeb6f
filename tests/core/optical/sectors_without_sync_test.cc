// SPDX-License-Identifier: Apache-2.0
#include "optical/sectors_without_sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;

ByteVector parts(const ByteVector& full, std::size_t from) {
  ByteVector cut;
  for (std::size_t at = 0; at < full.size(); at += kRawSector)
    append(cut, Bytes(full).subspan(at + from, kRawSector - from));
  return cut;
}

ByteVector users(std::int32_t first, std::int32_t count) {
  ByteVector all;
  for (std::int32_t lba = first; lba < first + count; ++lba) append(all, user_data(lba));
  return all;
}

class WithoutSync : public testing::Test {
 protected:
  Result<Image> open(const ByteVector& bytes) { return open_image(folder_.write("x.bin", bytes)); }
  TemporaryFolder folder_;
};

TEST_F(WithoutSync, Finds2340ByItsHeaders) {
  for (const SectorMode mode : {SectorMode::mode1, SectorMode::mode2_form1}) {
    const auto image = open(parts(sectors(0, 60, mode), 12));
    ASSERT_TRUE(image) << describe(image.error());
    EXPECT_EQ(image->format, "raw_cd");
    EXPECT_TRUE(content(*image, "data").bytes == users(0, 60));
    EXPECT_FALSE(has_damage(*image));
    EXPECT_FALSE(image->proofs.empty());
  }
}

TEST_F(WithoutSync, KnowsThatTheHeadIsMissingAndTheStartIsInsideASector) {
  ByteVector bytes = parts(sectors(10, 60), 12);
  bytes.erase(bytes.begin(), bytes.begin() + 700);
  const auto image = open(bytes);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(find(*image, "disc.starts-after-zero"));
  EXPECT_TRUE(find(*image, "disc.starts-inside-sector"));
  const Content data = content(*image, "data");
  EXPECT_THAT(data.bad, ElementsAre(ByteRange{0, 11 * 2048}));
  EXPECT_TRUE(std::equal(data.bytes.begin() + 11 * 2048, data.bytes.end(), users(11, 59).begin()));
}

TEST_F(WithoutSync, Finds2336ByItsEdc) {
  ByteVector bytes = parts(sectors(0, 60, SectorMode::mode2_form1), 16);
  bytes.resize(bytes.size() - 100);
  const auto image = open(bytes);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(find(*image, "disc.cut-inside-sector"));
  ASSERT_TRUE(find(*image, "disc.sectors-found"));
  EXPECT_THAT(find(*image, "disc.sectors-found")->text, HasSubstr("8 of 8"));
  const Content data = content(*image, "data");
  EXPECT_TRUE(std::equal(data.bytes.begin(), data.bytes.begin() + 59 * 2048, users(0, 59).begin()));
}

// EDC as redumper computes it (polynomial 0x80000011); written here bit by bit over the message.
std::uint32_t slow_dvd_edc(Bytes bytes) {
  std::uint64_t rest = 0;
  const auto push = [&](unsigned bit) {
    rest = rest << 1 | bit;
    if ((rest >> 32 & 1) != 0) rest ^= 0x180000011ULL;
  };
  for (const std::byte byte : bytes)
    for (int bit = 7; bit >= 0; --bit) push(std::to_integer<unsigned>(byte) >> bit & 1);
  for (int bit = 0; bit < 32; ++bit) push(0);
  return static_cast<std::uint32_t>(rest);
}

TEST_F(WithoutSync, FindsDvdSectorsByIdAndEdc) {
  ByteVector bytes;
  for (std::int32_t lba = 0; lba < 60; ++lba) {
    Fields sector;
    sector.be(0x30000 + static_cast<unsigned>(lba), 4).zeros(8).add(user_data(lba));
    sector.be(slow_dvd_edc(sector.bytes), 4);
    append(bytes, sector.bytes);
  }
  const auto image = open(bytes);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->disc->sessions[0].tracks[0].mode, SectorMode::dvd);
  EXPECT_TRUE(content(*image, "data").bytes == users(0, 60));
}

TEST_F(WithoutSync, FindsSectorsWithC2Pointers) {
  for (const std::size_t added : {294, 296, 390, 392}) {
    SCOPED_TRACE(added);
    ByteVector bytes;
    for (std::int32_t lba = 0; lba < 60; ++lba) {
      append(bytes, sectors(lba, 1));
      bytes.resize(bytes.size() + added);
    }
    const auto image = open(bytes);
    ASSERT_TRUE(image) << describe(image.error());
    EXPECT_TRUE(content(*image, "data").bytes == users(0, 60));
    EXPECT_TRUE(content(*image, "track 1").bytes == sectors(0, 60));
  }
}

TEST(WithoutSyncBytes, TakesNothingElseForSectors) {
  for (const int fill : {0x00, 0x55, 0xFF}) {
    const auto source = memory_source(ByteVector(200000, static_cast<std::byte>(fill)), "x");
    EXPECT_FALSE(identify_without_sync(*source));
  }
  EXPECT_FALSE(identify_without_sync(*memory_source(audio(100), "x")));
  EXPECT_FALSE(identify_without_sync(*memory_source(ByteVector(3), "x")));
  ByteVector wrong = parts(sectors(0, 60, SectorMode::mode2_form1), 16);
  for (std::size_t at = 100; at < wrong.size(); at += 2336) wrong[at] ^= std::byte{1};
  EXPECT_FALSE(identify_without_sync(*memory_source(wrong, "x")));
}

}  // namespace
}  // namespace discern
