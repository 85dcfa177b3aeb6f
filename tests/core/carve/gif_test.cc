// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.h"

namespace discern {
namespace {

using namespace tests;
using testing::HasSubstr;

const std::string kScreen = "GIF87a" + little(2, 2) + little(2, 2) + "\x00\x00\x00"s;
const std::string kImage =
    "\x2C"s + std::string(4, '\0') + little(2, 2) + little(2, 2) + "\x00\x02\x02\x4C\x01\x00"s;

TEST(Gif, IsCompleteAtItsTrailer) {
  const auto verdict = validated("gif", kScreen + kImage + kImage + ";;");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->length, kScreen.size() + 2 * kImage.size() + 1);
  EXPECT_EQ(verdict->soundness, Soundness::complete);
}

TEST(Gif, StepsOverALocalColourTable) {
  const std::string image = "\x2C"s + std::string(4, '\0') + little(2, 2) + little(2, 2) + "\x81"s +
                            std::string(12, ';') + "\x02\x02\x4C\x01\x00"s;
  const auto verdict = validated("gif", kScreen + image + ";");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->length, kScreen.size() + image.size() + 1);
}

TEST(Gif, TakesEveryKindOfExtension) {
  const std::string extensions = "\x21\xFE\x05hello\x00"s + "\x21\xF9\x04\x00\x00\x00\x00\x00"s +
                                 "\x21\x01\x0C"s + std::string(12, ';') + "\x01x\x00"s +
                                 "\x21\xFF\x0BXMP DataXMP\x00"s;
  const auto verdict = validated("gif", kScreen + extensions + kImage + ";");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->soundness, Soundness::complete);
}

TEST(Gif, IsTruncatedWhereNoBlockFollows) {
  for (const std::string& bad :
       {"\x00"s, "\x21\x42\x04"s, "\x21\xF9\x05"s, "\x21\xFF\x02"s, "\x21\x01\x02"s,
        "\x2C"s + std::string(9, '\0'),
        "\x2C"s + std::string(4, '\0') + little(2, 2) + little(2, 2) + "\x00\x0C"s}) {
    const auto verdict = validated("gif", kScreen + kImage + bad + std::string(600, '\0'));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->soundness, Soundness::truncated);
    EXPECT_EQ(verdict->length, kScreen.size() + kImage.size()) << verdict->end_reason;
    EXPECT_THAT(verdict->end_reason, HasSubstr(" at " + std::to_string(verdict->length)));
  }
}

TEST(Gif, IsNoFindWithoutImage) {
  EXPECT_FALSE(validated("gif", kScreen + ";"));
  EXPECT_FALSE(validated("gif", kScreen + "\x21\xFE\x05hello\x00;"s));
  EXPECT_FALSE(validated("gif", "GIF88a" + kScreen.substr(6) + kImage + ";"));
}

}  // namespace
}  // namespace discern
