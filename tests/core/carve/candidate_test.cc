// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.h"

namespace discern {
namespace {

using namespace tests;

TEST(Candidate, ReadsFromItsStartOnly) {
  const SourcePtr source = memory_source(bytes_of("0123456789"), "x");
  Candidate candidate(*source, 4, 10000);
  EXPECT_EQ(candidate.size(), 6u);
  EXPECT_EQ(as_text(*candidate.at(1, 3)), "567");
  EXPECT_EQ(as_text(*candidate.upto(4, 100)), "89");
  EXPECT_FALSE(candidate.at(4, 3));
  EXPECT_FALSE(candidate.upto(6, 1));
  EXPECT_FALSE(candidate.at(UINT64_MAX, 2));
  EXPECT_FALSE(candidate.at(1, UINT64_MAX));
  Candidate outside(*source, 100, 10000);
  EXPECT_EQ(outside.size(), 0u);
  EXPECT_FALSE(outside.upto(0, 1));
}

TEST(Candidate, StopsWhenItsBudgetIsSpent) {
  const SourcePtr source = memory_source(std::vector<std::byte>(100000), "x");
  Candidate candidate(*source, 0, 1000);
  EXPECT_TRUE(candidate.at(0, 600));
  EXPECT_FALSE(candidate.exhausted());
  EXPECT_FALSE(candidate.at(0, 600));
  EXPECT_TRUE(candidate.exhausted());
  EXPECT_FALSE(candidate.at(0, 1));
}

TEST(Candidate, CountsOtherWorkToo) {
  const SourcePtr source = memory_source(std::vector<std::byte>(100), "x");
  Candidate candidate(*source, 0, 1000);
  EXPECT_TRUE(candidate.spend(990));
  EXPECT_FALSE(candidate.spend(11));
  EXPECT_TRUE(candidate.exhausted());
}

TEST(Candidate, DeliversNothingThatIsUnreadable) {
  const SourcePtr source = partial_source(memory_source(bytes_of("abcdef"), "x"), 20);
  Candidate candidate(*source, 2, 10000);
  EXPECT_EQ(as_text(*candidate.upto(0, 18)), "cdef");
  EXPECT_FALSE(candidate.at(0, 5));
  EXPECT_FALSE(candidate.upto(4, 1));
  EXPECT_FALSE(candidate.at(10, 1));
  EXPECT_EQ(as_text(*candidate.at(3, 1)), "f");
}

// What is read does not depend on how: in place, or through a buffer that follows jumps.
TEST(Candidate, ReadsTheSameThroughABuffer) {
  const std::string text = noise(300000);
  const SourcePtr memory = memory_source(bytes_of(text), "x");
  const RawDiscData disc(text);
  Candidate in_place(*memory, 1000, UINT64_MAX);
  Candidate buffered(disc, 1000, UINT64_MAX);
  std::mt19937 random(3);
  std::uint64_t offset = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t length = random() % (i % 50 == 0 ? 100000 : 60);
    const auto a = in_place.upto(offset, length);
    const auto b = buffered.upto(offset, length);
    ASSERT_EQ(a.has_value(), b.has_value());
    if (a) ASSERT_EQ(as_text(*a), as_text(*b));
    offset = random() % 20 == 0 ? random() % text.size() : offset + length;
  }
}

}  // namespace
}  // namespace discern
