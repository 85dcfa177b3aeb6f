// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "core/optical/reference.h"
#include "corpus.h"
#include "discern/sector.h"

namespace discern {
namespace {

using tests::corpus;
using tests::file_bytes;
using tests::random_bytes;

// First bytes of the sequence as ECMA-130 Annex B and redumper's tables have them.
TEST(Scramble, BeginsWithTheSequenceOfTheStandard) {
  RawSector sector{};
  scramble(sector);
  const std::array<int, 16> expected = {0x01, 0x80, 0x00, 0x60, 0x00, 0x28, 0x00, 0x1E,
                                        0x80, 0x08, 0x60, 0x06, 0xA8, 0x02, 0xFE, 0x81};
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(std::to_integer<int>(sector[i]), 0);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(std::to_integer<int>(sector[12 + i]), expected[i]) << i;
  }
}

TEST(Scramble, IsItsOwnInverseAtEveryLength) {
  for (std::size_t length = 0; length < kRawSector + 20; length += 7) {
    const auto bytes = random_bytes(length, 5);
    auto changed = bytes;
    scramble(changed);
    scramble(changed);
    EXPECT_EQ(changed, bytes);
  }
}

// superg/redumper's vectors: NN_case.<expected LBA or null>.<pass|fail>.
TEST(Descramble, AgreesWithTheNameOfEveryVector) {
  const auto folder = corpus("optical/scrambled");
  SKIP_WITHOUT(folder);
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto outcome = entry.path().extension().string().substr(1);
    const auto place = entry.path().stem().extension().string().substr(1);
    ASSERT_TRUE(outcome == "pass" || outcome == "fail") << entry.path();
    std::optional<Lba> expected;
    if (place != "null") expected = Lba{std::stoi(place)};
    const auto before = file_bytes(entry.path());
    auto bytes = before;
    EXPECT_EQ(descramble(bytes, expected), outcome == "pass") << entry.path();
    if (outcome == "fail") {
      EXPECT_EQ(bytes, before) << entry.path();
    } else {
      scramble(bytes);
      EXPECT_EQ(bytes, before) << entry.path();
    }
    ++seen;
  }
  EXPECT_GE(seen, 28);
}

TEST(Descramble, RefusesWhatIsTooShortForAHeader) {
  RawSector sector = build_sector(SectorMode::mode1, Lba{0}, {});
  scramble(sector);
  for (std::size_t length = 0; length < 16; ++length) {
    EXPECT_FALSE(descramble(std::span(sector).first(length), Lba{0})) << length;
  }
  EXPECT_TRUE(descramble(std::span(sector).first(16), std::nullopt));
}

TEST(Descramble, LeavesBehindTheSectorWhatDoesNotBelongToIt) {
  auto bytes = random_bytes(2448, 6);
  const auto tail = std::vector(bytes.begin() + kRawSector, bytes.end());
  const RawSector sector = build_sector(SectorMode::mode1, Lba{16}, {});
  std::ranges::copy(sector, bytes.begin());
  scramble(bytes);
  EXPECT_TRUE(descramble(bytes, Lba{16}));
  EXPECT_TRUE(std::equal(sector.begin(), sector.end(), bytes.begin()));
  EXPECT_TRUE(std::equal(tail.begin(), tail.end(), bytes.begin() + kRawSector));
}

TEST(Descramble, RefusesASectorThatIsNotScrambled) {
  RawSector sector = build_sector(SectorMode::mode1, Lba{16}, random_bytes(2048, 9));
  EXPECT_FALSE(descramble(sector, Lba{16}));
}

}  // namespace
}  // namespace discern
