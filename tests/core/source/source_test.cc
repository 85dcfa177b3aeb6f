// SPDX-License-Identifier: Apache-2.0
#include "discern/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace discern {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::byte> counting(std::size_t length, int from = 0) {
  std::vector<std::byte> bytes(length);
  for (std::size_t i = 0; i < length; ++i)
    bytes[i] = static_cast<std::byte>(from + static_cast<int>(i));
  return bytes;
}

std::vector<int> numbers(Bytes bytes) {
  std::vector<int> result;
  for (const std::byte byte : bytes) result.push_back(std::to_integer<int>(byte));
  return result;
}

std::vector<int> read_numbers(const ByteSource& source, std::uint64_t offset, std::size_t length) {
  std::vector<std::byte> buffer(length, std::byte{0xEE});
  const ReadResult got = source.read(offset, buffer);
  return numbers(Bytes(buffer).first(got.bytes));
}

// leveldb's env_posix checks `offset + n > length`, which wraps; slice must not.
TEST(Slice, RefusesRangesWhoseEndWraps) {
  const auto bytes = counting(10);
  EXPECT_FALSE(slice(bytes, 5, UINT64_MAX));
  EXPECT_FALSE(slice(bytes, UINT64_MAX, 5));
  EXPECT_FALSE(slice(bytes, UINT64_MAX - 1, 3));
  EXPECT_FALSE(slice(bytes, 11, 0));
  EXPECT_TRUE(slice(bytes, 10, 0));
  EXPECT_EQ(slice(bytes, 8, 2)->size(), 2u);
}

TEST(MemorySource, ReadsUpToItsEnd) {
  const auto source = memory_source(counting(10), "a.img");
  EXPECT_THAT(read_numbers(*source, 7, 100), ElementsAre(7, 8, 9));
  EXPECT_THAT(read_numbers(*source, 10, 4), IsEmpty());
  EXPECT_THAT(read_numbers(*source, UINT64_MAX, 4), IsEmpty());
  EXPECT_THAT(numbers(*source->view(2, 3)), ElementsAre(2, 3, 4));
  EXPECT_FALSE(source->view(8, 3));
  EXPECT_EQ(source->locate(4).file, "a.img");
  EXPECT_FALSE(source->locate(4).offset);
}

TEST(WindowSource, ShiftsAndIsCutAtTheEndOfItsBase) {
  const auto window = window_source(memory_source(counting(10), "a"), 6, 100);
  EXPECT_EQ(window->size(), 4u);
  EXPECT_THAT(read_numbers(*window, 1, 10), ElementsAre(7, 8, 9));
  EXPECT_FALSE(window->view(3, 2));
  EXPECT_EQ(window_source(memory_source(counting(10), "a"), 11, 5)->size(), 0u);
}

TEST(WindowSource, ReportsBadRangesInItsOwnOffsets) {
  const auto window = window_source(partial_source(memory_source(counting(4), "a"), 20), 2, 10);
  std::vector<std::byte> buffer(10);
  const ReadResult got = window->read(0, buffer);
  EXPECT_EQ(got.bytes, 10u);
  EXPECT_THAT(got.bad, ElementsAre(ByteRange{2, 8}));
}

TEST(ConcatSource, ReadsAcrossPartsAndSkipsEmptyOnes) {
  const auto source = concat_source({memory_source(counting(3), "a"), memory_source({}, "b"),
                                     memory_source(counting(3, 10), "c")});
  EXPECT_EQ(source->size(), 6u);
  EXPECT_THAT(read_numbers(*source, 1, 10), ElementsAre(1, 2, 10, 11, 12));
  EXPECT_THAT(numbers(*source->view(3, 3)), ElementsAre(10, 11, 12));
  EXPECT_FALSE(source->view(2, 2)) << "two parts cannot be one span";
  EXPECT_EQ(source->locate(3).file, "c");
  EXPECT_EQ(source->locate(2).length, 1u);
}

TEST(ConcatSource, ReportsBadRangesOfEachPartMerged) {
  const auto part = [](int present) {
    return partial_source(memory_source(counting(static_cast<std::size_t>(present)), "p"), 4);
  };
  const auto source = concat_source({part(2), part(0), part(4)});
  std::vector<std::byte> buffer(12);
  EXPECT_THAT(source->read(0, buffer).bad, ElementsAre(ByteRange{2, 6}));
}

TEST(OverlaySource, ReplacesBytesAndHealsBadRangesUnderThem) {
  const auto source =
      overlay_source(partial_source(memory_source(counting(4), "a"), 12), 3, counting(4, 50));
  EXPECT_THAT(read_numbers(*source, 2, 6), ElementsAre(2, 50, 51, 52, 53, 0));
  std::vector<std::byte> buffer(12);
  EXPECT_THAT(source->read(0, buffer).bad, ElementsAre(ByteRange{7, 5}));
  EXPECT_FALSE(source->view(0, 4));
  EXPECT_TRUE(source->view(0, 3));
  EXPECT_EQ(source->locate(1).length, 2u);
}

TEST(PartialSource, DeliversNoByteBehindItsPresentPartAsGood) {
  const auto source = partial_source(memory_source(counting(5), "a"), 9);
  EXPECT_EQ(source->size(), 9u);
  std::vector<std::byte> buffer(20);
  const ReadResult got = source->read(3, buffer);
  EXPECT_EQ(got.bytes, 6u);
  EXPECT_THAT(got.bad, ElementsAre(ByteRange{5, 4}));
  EXPECT_FALSE(source->view(4, 2));
  EXPECT_EQ(source->locate(7).file, "a");
}

TEST(ReadExactly, NamesThePlaceWhereBytesAreMissing) {
  const auto source = memory_source(counting(5), "a.img");
  EXPECT_EQ(read_exactly(*source, 3, 4).error().code, Errc::corrupt);
  EXPECT_EQ(read_exactly(*partial_source(source, 9), 3, 4).error().code, Errc::io);
  EXPECT_EQ(read_exactly(*source, 3, UINT64_MAX).error().code, Errc::corrupt);
  EXPECT_EQ(numbers(*read_exactly(*source, 3, 2)), (std::vector{3, 4}));
}

TEST(Merged, JoinsTouchingAndOverlappingRangesAndDropsEmptyOnes) {
  EXPECT_THAT(merged({{8, 2}, {0, 4}, {4, 1}, {2, 1}, {20, 0}}),
              ElementsAre(ByteRange{0, 5}, ByteRange{8, 2}));
}

TEST(Describe, PutsFileThenPlaceThenText) {
  EXPECT_EQ(describe(Error{Errc::corrupt, "no such mode", "disc.cue", {}, 14, 3}),
            "disc.cue:14:3: no such mode");
  EXPECT_EQ(describe(Error{Errc::io, "unreadable", "a.img", 512}), "a.img: offset 512: unreadable");
  EXPECT_EQ(describe(Error{Errc::missing, "gone"}), "gone");
}

}  // namespace
}  // namespace discern
