// SPDX-License-Identifier: Apache-2.0
#include "optical/unit_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "disc_images.h"

namespace discern {
namespace {

using testing::ElementsAre;
using tests::ByteVector;
using tests::content;

ByteVector counted(std::size_t size) {
  ByteVector bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(1 + i % 250);
  return bytes;
}

TEST(SwappedSource, ExchangesTheBytesOfEachWordAndLeavesAnOddOne) {
  const auto got = content(*swapped_source(memory_source(counted(5), "a")));
  EXPECT_TRUE(got.bad.empty());
  EXPECT_EQ(got.bytes,
            (ByteVector{std::byte{2}, std::byte{1}, std::byte{4}, std::byte{3}, std::byte{5}}));
}

TEST(SwappedSource, ReadsAWordOfWhichAByteIsBadAsZeros) {
  const auto swapped =
      swapped_source(holed_source(memory_source(counted(12), "a"), {{3, 1}, {8, 1}}));
  const auto got = content(*swapped);
  EXPECT_THAT(got.bad, ElementsAre(ByteRange{2, 2}, ByteRange{8, 2}));
  for (const std::size_t i : {2U, 3U, 8U, 9U}) EXPECT_EQ(got.bytes[i], std::byte{0}) << i;
  EXPECT_EQ(got.bytes[4], std::byte{6});
  ByteVector one(1);
  const ReadResult half = swapped->read(2, one);  // its byte is there, and its partner is not
  EXPECT_THAT(half.bad, ElementsAre(ByteRange{2, 1}));
  EXPECT_EQ(one[0], std::byte{0});
}

// Ranges that begin and end inside units and blocks, against the whole.
TEST(UnitSource, DeliversTheSameBytesFromAnyPlace) {
  constexpr std::uint32_t kUnit = 96;
  const auto reversed =
      unit_source(memory_source(counted(kUnit * 3000), "a"), kUnit, [](std::span<std::byte> units) {
        for (std::size_t at = 0; at < units.size(); at += kUnit)
          std::ranges::reverse(units.subspan(at, kUnit));
      });
  const ByteVector whole = content(*reversed).bytes;
  for (std::size_t i = 0; i < whole.size(); i += 1237)
    ASSERT_EQ(whole[i], counted(kUnit * 3000)[i / kUnit * kUnit + kUnit - 1 - i % kUnit]) << i;
  for (const std::size_t offset : {0U, 1U, 95U, 96U, 65519U, 65536U, 287999U})
    for (const std::size_t length : {1U, 95U, 97U, 65536U, 131100U}) {
      ByteVector part(length);
      const ReadResult got = reversed->read(offset, part);
      ASSERT_EQ(got.bytes, std::min(length, whole.size() - offset));
      part.resize(got.bytes);
      ASSERT_TRUE(
          std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(offset)))
          << offset << " " << length;
    }
  ByteVector none(1);
  EXPECT_EQ(reversed->read(whole.size(), none).bytes, 0U);
  EXPECT_EQ(reversed->locate(100).length, whole.size() - 100);
}

TEST(UnitSource, TellsWholeUnitsOfWhatFailedLater) {
  const auto swapped = swapped_source(holed_source(memory_source(counted(12), "a"), {{3, 1}}));
  EXPECT_THAT(swapped->failed({0, 12}), ElementsAre(ByteRange{2, 2}));
  EXPECT_THAT(swapped->failed({0, 3}), ElementsAre(ByteRange{2, 1}));
  EXPECT_TRUE(swapped->failed({4, 8}).empty());
  EXPECT_TRUE(swapped->failed({12, 5}).empty());
}

}  // namespace
}  // namespace discern
