// SPDX-License-Identifier: Apache-2.0
#include "optical/parity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/optical/reference.h"
#include "discern/sector.h"

namespace discern {
namespace {

using tests::random_bytes;
using tests::reference_parity;

RawSector random_sector(std::uint32_t seed) {
  RawSector sector{};
  std::ranges::copy(random_bytes(kRawSector, seed), sector.begin());
  return sector;
}

// All ways of counting agree; returns what they say.
ParityCheck agreed(const RawSector& sector, HeaderBytes header) {
  const auto expected = reference_parity(sector, header == HeaderBytes::as_zeros);
  const ParityCheck bad{expected.p, expected.q};
  EXPECT_EQ(check_parity_portable(sector, header), bad);
  if (parity_avx2_runs_here()) EXPECT_EQ(check_parity_avx2(sector, header), bad);
  EXPECT_EQ(check_parity(sector, header), bad);
  return bad;
}

TEST(Parity, OfRandomBytesEqualsTheReference) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const RawSector sector = random_sector(seed);
    agreed(sector, HeaderBytes::as_read);
    agreed(sector, HeaderBytes::as_zeros);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(Parity, WrittenByUsHoldsInTheReference) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    for (const auto header : {HeaderBytes::as_read, HeaderBytes::as_zeros}) {
      RawSector sector = random_sector(seed);
      write_parity(sector, header);
      ASSERT_EQ(agreed(sector, header), ParityCheck{}) << seed;
    }
  }
}

TEST(Parity, CountsTheCodewordsOfEveryWrongByte) {
  RawSector sector = random_sector(7);
  write_parity(sector, HeaderBytes::as_read);
  for (std::size_t at = 0; at < kRawSector; ++at) {
    RawSector damaged = sector;
    damaged[at] ^= static_cast<std::byte>(1 + at % 255);
    const ParityCheck bad = agreed(damaged, HeaderBytes::as_read);
    // One P and one Q codeword cover each byte; P does not cover Q, neither covers the sync.
    const bool covered = at >= 12;
    const bool q_itself = at >= 2248;
    ASSERT_EQ(bad, (ParityCheck{covered && !q_itself ? 1 : 0, covered ? 1 : 0})) << at;
  }
}

TEST(Parity, CountsManyWrongBytesAsTheReferenceDoes) {
  std::mt19937 random(11);
  RawSector sector = random_sector(8);
  write_parity(sector, HeaderBytes::as_zeros);
  for (int round = 0; round < 300; ++round) {
    RawSector damaged = sector;
    for (auto count = random() % 60; count > 0; --count) {
      damaged[random() % kRawSector] = static_cast<std::byte>(random());
    }
    agreed(damaged, HeaderBytes::as_zeros);
    agreed(damaged, HeaderBytes::as_read);
    if (HasFailure()) FAIL() << "round " << round;
  }
}

}  // namespace
}  // namespace discern
