// SPDX-License-Identifier: Apache-2.0
// Sync and header, the first 16 bytes of a data sector (ECMA-130 clauses 14.1 and 14.2):
//
//    0  12  sync 00 FF*10 00
//   12   3  minute, second, frame in BCD, absolute time
//   15   1  mode; on packet and track-at-once discs bits 7..5 tell run-in, run-out and link blocks
//           (MMC, "block indicators")
#ifndef DISCERN_OPTICAL_HEADER_H
#define DISCERN_OPTICAL_HEADER_H

#include <array>
#include <optional>
#include <span>

#include "discern/bytes.h"
#include "discern/disc.h"

namespace discern {

struct SectorHeader {
  std::optional<Lba> lba = {};  // nothing when the time is no BCD, or no time of day
  int mode = 0;                 // without the block indicators
};

SectorHeader read_header(std::span<const std::byte, 4> header);
void write_header(std::span<std::byte, 4> header, Lba lba, int mode);

inline constexpr std::array<std::byte, 12> kSync = {
    std::byte{0x00}, std::byte{0xFF}, std::byte{0xFF}, std::byte{0xFF},
    std::byte{0xFF}, std::byte{0xFF}, std::byte{0xFF}, std::byte{0xFF},
    std::byte{0xFF}, std::byte{0xFF}, std::byte{0xFF}, std::byte{0x00}};
bool has_sync(Bytes sector);

bool all_zero(Bytes bytes);

}  // namespace discern

#endif
