// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_CRC16_H
#define DISCERN_OPTICAL_CRC16_H

#include <cstdint>

#include "discern/bytes.h"

namespace discern {

// CRC-16 of the Q subchannel and of CD-TEXT packs (IEC 60908): x^16 + x^12 + x^5 + 1, start 0, most
// significant bit first. Both store it inverted, big-endian.
inline std::uint16_t crc16(Bytes bytes) {
  unsigned crc = 0;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<unsigned>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? crc << 1 ^ 0x1021U : crc << 1;
    crc &= 0xFFFFU;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace discern

#endif
