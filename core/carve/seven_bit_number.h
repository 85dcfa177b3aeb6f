// SPDX-License-Identifier: Apache-2.0
// Numbers of 7 bits a byte, the lowest first; the highest bit of a byte says that more follow.
// RAR 5 and xz have them.
#ifndef DISCERN_CARVE_SEVEN_BIT_NUMBER_H
#define DISCERN_CARVE_SEVEN_BIT_NUMBER_H

#include <cstdint>
#include <optional>

#include "discern/carve.h"

namespace discern {

// The number at `offset`, which moves behind it; nothing when it is longer than `most` bytes, of
// which 9 are 63 bits, or when it cannot be read.
inline std::optional<std::uint64_t> take_seven_bit_number(Candidate& candidate,
                                                          std::uint64_t& offset, unsigned most) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < most; ++i) {
    const auto byte = candidate.at(offset++, 1);
    if (!byte) return std::nullopt;
    const auto bits = std::to_integer<std::uint64_t>((*byte)[0]);
    value |= (bits & 0x7F) << (7 * i);
    if ((bits & 0x80) == 0) return value;
  }
  return std::nullopt;
}

}  // namespace discern

#endif
