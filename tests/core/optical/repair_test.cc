// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "corpus.h"
#include "discern/sector.h"

namespace discern {
namespace {

RawSector made(SectorMode mode, std::mt19937& random) {
  std::array<std::byte, kUserSector> data;
  for (std::byte& byte : data) byte = static_cast<std::byte>(random());
  return build_sector(mode, Lba{static_cast<std::int32_t>(random() % 300000)}, data);
}

// Different wrong values at `count` places of 12..2351: anywhere, or one run.
std::vector<std::uint16_t> spoil(RawSector& sector, std::size_t count, bool burst,
                                 std::mt19937& random) {
  std::set<std::uint16_t> places;
  const auto start = static_cast<std::uint16_t>(12 + random() % (kRawSector - 12 - count + 1));
  while (places.size() < count)
    places.insert(burst ? static_cast<std::uint16_t>(start + places.size())
                        : static_cast<std::uint16_t>(12 + random() % (kRawSector - 12)));
  for (const std::uint16_t place : places)
    sector[place] ^= static_cast<std::byte>(1 + random() % 255);
  return {places.begin(), places.end()};
}

struct Rate {
  std::size_t wrong;
  double random, burst, flagged_random, flagged_burst;  // per cent
};
void PrintTo(const Rate& rate, std::ostream* out) { *out << rate.wrong << " wrong bytes"; }
class Repair : public testing::TestWithParam<Rate> {};

// Rates that another decoder of the same code (iterated, one correction a codeword, no equations)
// reached on real sectors.
TEST_P(Repair, IsAtLeastAsGoodAsCodewordByCodeword) {
  const Rate rate = GetParam();
  constexpr int kTrials = 60;
  std::mt19937 random(static_cast<unsigned>(rate.wrong));
  for (const bool flagged : {false, true}) {
    for (const bool burst : {false, true}) {
      int good = 0;
      for (int trial = 0; trial < kTrials; ++trial) {
        const RawSector whole =
            made(trial % 2 ? SectorMode::mode1 : SectorMode::mode2_form1, random);
        RawSector sector = whole;
        // Form 1 leaves its header out of the parity.
        auto places = spoil(sector, rate.wrong, burst, random);
        if (trial % 2 == 0) std::copy_n(whole.begin() + 12, 4, sector.begin() + 12);
        const RawSector damaged = sector;
        const auto changes = repair_sector(sector, flagged ? places : std::vector<std::uint16_t>{});
        if (!changes) {
          EXPECT_TRUE(sector == damaged);
          continue;
        }
        ++good;
        ASSERT_TRUE(sector == whole) << "a miscorrection";
        RawSector undone = sector;
        for (const ByteChange& change : *changes) undone[change.offset] = change.before;
        EXPECT_TRUE(undone == damaged);
      }
      const double wanted = flagged ? (burst ? rate.flagged_burst : rate.flagged_random)
                                    : (burst ? rate.burst : rate.random);
      EXPECT_GE(100.0 * good / kTrials, wanted)
          << (flagged ? "flagged " : "") << (burst ? "burst" : "random");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, Repair,
                         testing::Values(Rate{1, 100, 100, 100, 100}, Rate{8, 100, 100, 100, 100},
                                         Rate{12, 99.8, 100, 100, 100},
                                         Rate{16, 100, 100, 100, 100},
                                         Rate{24, 98.5, 100, 100, 100}, Rate{32, 97, 100, 100, 100},
                                         Rate{40, 90.8, 100, 100, 100},
                                         Rate{48, 78.2, 100, 100, 100},
                                         Rate{64, 39.5, 97.5, 100, 100},
                                         Rate{80, 10.8, 98, 100, 100}, Rate{100, 0, 65, 100, 100},
                                         Rate{140, 0, 0, 99.8, 100}, Rate{172, 0, 0, 96.8, 100},
                                         Rate{200, 0, 0, 69.5, 100}, Rate{224, 0, 0, 5.5, 61.2}));

TEST(Repair, ChangesNothingInAGoodSector) {
  std::mt19937 random(1);
  for (const auto mode : {SectorMode::mode1, SectorMode::mode2_form1}) {
    const RawSector whole = made(mode, random);
    RawSector sector = whole;
    const auto changes = repair_sector(sector);
    ASSERT_TRUE(changes);
    EXPECT_TRUE(changes->empty());
    EXPECT_TRUE(sector == whole);
  }
}

TEST(Repair, NamesTheCodewordOfEachChange) {
  std::mt19937 random(2);
  const RawSector whole = made(SectorMode::mode1, random);
  RawSector sector = whole;
  sector[3] ^= std::byte{1};
  sector[12 + 17 + 86 * 5] ^= std::byte{0x80};  // row 5 of column 17: P codeword 17
  const auto changes = repair_sector(sector);
  ASSERT_TRUE(changes);
  EXPECT_TRUE(sector == whole);
  ASSERT_EQ(changes->size(), 2U);
  EXPECT_EQ(changes->at(0).offset, 3);
  EXPECT_EQ(changes->at(0).codeword, "sync");
  EXPECT_EQ(changes->at(1).offset, 12 + 17 + 86 * 5);
  EXPECT_EQ(changes->at(1).codeword, "P 17");
  EXPECT_EQ(changes->at(1).before, whole[12 + 17 + 86 * 5] ^ std::byte{0x80});
  EXPECT_EQ(changes->at(1).after, whole[12 + 17 + 86 * 5]);
}

TEST(Repair, LeavesForm2WhichHasNoParity) {
  for (const char* name : {"psx_1_sector12_invalid_sync_valid_mode2_form2_with_edc",
                           "psx_2_sector12_invalid_sync_valid_mode2_form2_edc_error",
                           "psx_4_sector12_invalid_sync_valid_mode2_form2_no_edc"}) {
    const auto path = tests::corpus(std::string("optical/sectors/") + name + ".bin");
    SKIP_WITHOUT(path);
    const auto bytes = tests::file_bytes(path);
    RawSector sector;
    ASSERT_EQ(bytes.size(), sector.size());
    std::copy(bytes.begin(), bytes.end(), sector.begin());
    const RawSector before = sector;
    EXPECT_FALSE(repair_sector(sector)) << name;
    EXPECT_TRUE(sector == before);
  }
}

TEST(Repair, RestoresTheSyncOfARealSector) {
  const std::string folder = "optical/sectors/ibmpc_";
  const auto path = tests::corpus(folder + "0_sector0_valid_sync_valid_mode1.bin");
  SKIP_WITHOUT(path);
  const auto whole = tests::file_bytes(path);
  const auto bytes =
      tests::file_bytes(tests::corpus(folder + "1_sector0_invalid_sync_valid_mode1.bin"));
  RawSector sector;
  ASSERT_EQ(bytes.size(), sector.size());
  std::copy(bytes.begin(), bytes.end(), sector.begin());
  const auto changes = repair_sector(sector);
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->size(), 1U);
  EXPECT_TRUE(std::equal(whole.begin(), whole.end(), sector.begin()));
}

// Their EDC and parity were computed over the wrong sync, and broken then: no good sector is near.
TEST(Repair, LeavesSectorsWhoseEdcCoversAWrongSync) {
  for (const char* name : {"2_sector0_invalid_sync_valid_mode1_modified_edc_ecc",
                           "4_sector0_invalid_sync_valid_mode1_ecc_p_error",
                           "5_sector0_invalid_sync_valid_mode1_ecc_q_error",
                           "6_sector0_invalid_sync_valid_mode1_ecc_pq_error"}) {
    const auto path = tests::corpus(std::string("optical/sectors/ibmpc_") + name + ".bin");
    SKIP_WITHOUT(path);
    const auto bytes = tests::file_bytes(path);
    RawSector sector;
    ASSERT_EQ(bytes.size(), sector.size());
    std::copy(bytes.begin(), bytes.end(), sector.begin());
    const RawSector before = sector;
    EXPECT_FALSE(repair_sector(sector)) << name;
    EXPECT_TRUE(sector == before) << name;
  }
}

TEST(Repair, LeavesNoiseAsItIs) {
  std::mt19937 random(3);
  for (int trial = 0; trial < 20; ++trial) {
    RawSector sector;
    for (std::byte& byte : sector) byte = static_cast<std::byte>(random());
    const RawSector before = sector;
    EXPECT_FALSE(repair_sector(sector));
    EXPECT_TRUE(sector == before);
  }
}

}  // namespace
}  // namespace discern
