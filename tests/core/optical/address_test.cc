// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "discern/disc.h"

namespace discern {
namespace {

// MMC-3, table "LBA to MSF translation".
TEST(Address, FollowsTheTableOfMmc) {
  EXPECT_EQ(to_lba({0, 2, 0}).value, 0);
  EXPECT_EQ(to_lba({0, 0, 0}).value, -150);
  EXPECT_EQ(to_lba({89, 59, 74}).value, 404849);
  EXPECT_EQ(to_lba({90, 0, 0}).value, -45150);
  EXPECT_EQ(to_lba({99, 59, 74}).value, -151);
}

TEST(Address, ConvertsBackEveryAddressThatAHeaderCanHold) {
  for (std::int32_t value = -45150; value < 404850; ++value) {
    ASSERT_EQ(to_lba(to_msf({value})).value, value);
  }
}

TEST(Address, StaysDefinedOutsideOfWhatAHeaderCanHold) {
  EXPECT_EQ(to_msf({std::numeric_limits<std::int32_t>::min()}), (Msf{90, 0, 0}));
  EXPECT_EQ(to_msf({404850}), (Msf{90, 0, 0}));
  EXPECT_EQ(to_msf({std::numeric_limits<std::int32_t>::max()}), (Msf{477218, 37, 22}));
}

TEST(Address, NamesEveryMode) {
  EXPECT_EQ(name_of(SectorMode::unknown), "unknown");
  EXPECT_EQ(name_of(SectorMode::audio), "audio");
  EXPECT_EQ(name_of(SectorMode::mode0), "mode0");
  EXPECT_EQ(name_of(SectorMode::mode1), "mode1");
  EXPECT_EQ(name_of(SectorMode::mode2), "mode2");
  EXPECT_EQ(name_of(SectorMode::mode2_form1), "mode2_form1");
  EXPECT_EQ(name_of(SectorMode::mode2_form2), "mode2_form2");
}

}  // namespace
}  // namespace discern
