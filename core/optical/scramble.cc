// SPDX-License-Identifier: Apache-2.0
// The scrambler of data sectors. ECMA-130 Annex B: bytes 12..2351 (everything behind the sync) are
// XORed with the output of a 15-bit register that starts at 1 in every sector:
//
//   feedback x^15 + x + 1: the bit shifted in is bit 0 XOR bit 1
//   each output bit is bit 0; the least significant bit of a byte comes first
//
// The sequence begins 01 80 00 60 00 28 00 1E 80 08. Dumps made with an audio read command
// (.scram, .scm, CloneCD with DataTracksScrambled=1) hold sectors in this form.
#include <algorithm>
#include <array>

#include "discern/sector.h"
#include "optical/header.h"

namespace discern {
namespace {

constexpr std::size_t kScrambledFrom = 12;
using Sequence = std::array<std::uint8_t, kRawSector - kScrambledFrom>;

constexpr Sequence make_sequence() {
  Sequence sequence{};
  unsigned shift_register = 1;
  for (auto& byte : sequence) {
    unsigned value = 0;
    for (int bit = 0; bit < 8; ++bit) {
      value |= (shift_register & 1) << bit;
      const unsigned feedback = (shift_register ^ shift_register >> 1) & 1;
      shift_register = shift_register >> 1 | feedback << 14;
    }
    byte = static_cast<std::uint8_t>(value);
  }
  return sequence;
}
constexpr Sequence kSequence = make_sequence();

bool believable(Bytes sector, std::optional<Lba> expected) {
  if (expected && read_header(sector.subspan<12, 4>()).lba == expected) return true;
  if (!has_sync(sector)) return false;
  // The whole byte: the scrambler turns mode 1 into 0x61, which block indicator bits would excuse.
  const auto mode = std::to_integer<int>(sector[15]);
  if (mode == 0) return all_zero(sector.subspan(16));
  return mode == 1 || mode == 2;
}

}  // namespace

void scramble(std::span<std::byte> sector) {
  const std::size_t end = std::min(sector.size(), kRawSector);
  for (std::size_t i = kScrambledFrom; i < end; ++i) {
    sector[i] ^= std::byte{kSequence[i - kScrambledFrom]};
  }
}

bool descramble(std::span<std::byte> sector, std::optional<Lba> expected) {
  constexpr std::size_t kSyncHeader = 16;
  if (sector.size() < kSyncHeader) return false;
  const auto whole = sector.first(std::min(sector.size(), kRawSector));
  scramble(whole);
  if (believable(whole, expected)) return true;
  scramble(whole);
  return false;
}

}  // namespace discern
