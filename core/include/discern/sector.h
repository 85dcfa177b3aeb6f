// SPDX-License-Identifier: Apache-2.0
// The CD-ROM sector codec: EDC, P/Q parity, scrambling, building sectors.
// Sources: ECMA-130 (2nd edition) clauses 14 to 16, Annex A (P/Q), Annex B (scrambler); the XA
// form rules are those of the CD-ROM XA / Yellow Book extension as quoted in ECMA-168 and MMC.
#ifndef DISCERN_SECTOR_H
#define DISCERN_SECTOR_H

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "discern/bytes.h"
#include "discern/disc.h"

namespace discern {

inline constexpr std::size_t kRawSector = 2352;
inline constexpr std::size_t kUserSector = 2048;
using RawSector = std::array<std::byte, kRawSector>;

enum class Check : std::uint8_t {
  absent,  // this mode has no such field, or (XA form 2) the field says "no EDC"
  good,
  bad,
};

// What the redundancy of one 2352-byte sector says about it.
struct SectorCheck {
  SectorMode mode = SectorMode::unknown;
  bool sync_ok = false;
  bool header_ok = false;       // MSF is valid BCD below 75 frames and 60 seconds
  std::optional<Lba> lba = {};  // from the header, when header_ok
  Check edc = Check::absent;
  Check ecc_p = Check::absent;
  Check ecc_q = Check::absent;
  bool intermediate_zero = true;  // mode 1 bytes 2068..2075, mode 0 bytes 16..2351
  bool subheader_copies_equal = true;
  bool good() const { return edc != Check::bad && ecc_p != Check::bad && ecc_q != Check::bad; }
};

// EDC of `bytes`: polynomial (x^16+x^15+x^2+1)(x^16+x^2+x+1), LSB first, start 0; stored
// little-endian.
std::uint32_t edc(Bytes bytes, std::uint32_t start = 0);

// `sector` is 2352 bytes, unscrambled. A sector without a good sync is judged by its other fields;
// its mode 1 EDC, which covers the sync, is good when it holds with the sync as it is or as it
// should be. `mode` is unknown when nothing but a mode byte speaks for a data sector.
SectorCheck check_sector(std::span<const std::byte, kRawSector> sector);

// One byte that repair_sector() changed. `codeword` proves it: "P 17", "Q 3", "sync", or "system"
// when it took several codewords together.
struct ByteChange {
  std::uint16_t offset = 0;  // in the sector
  std::byte before = {};
  std::byte after = {};
  std::string codeword = {};
};

// Corrects a mode 1 or XA form 1 sector in place by its P and Q parity. `suspects` are offsets (0
// to 2351) of bytes that are not to be trusted: C2 pointers, bytes in which two dumps of the disc
// differ, runs of a fill pattern. Without them about 40 wrong bytes anywhere or 130 in a row are
// found, with them about 200 are corrected. The sector is good afterwards - sync, EDC and all 138
// codewords hold - or as it was, and then the result is empty. Of a good sector the list of changes
// is empty.
std::optional<std::vector<ByteChange>> repair_sector(std::span<std::byte, kRawSector> sector,
                                                     std::span<const std::uint16_t> suspects = {});

// XORs bytes 12.. of `sector` (at most 2352 bytes, shorter when cut) with the scrambler's sequence;
// its own inverse.
void scramble(std::span<std::byte> sector);

// Unscrambles in place when the result is a believable sector, and says whether it did; otherwise
// leaves the bytes as they were. Believable: enough bytes for sync, header and mode; and MSF equals
// `expected`, or else sync is good and the mode is 1 or 2, or is 0 with all-zero data.
bool descramble(std::span<std::byte> sector, std::optional<Lba> expected);

// Builds a full sector around user data (2048 bytes for mode 1 and form 1, 2324 for form 2):
// sync, header, subheader (XA: file 0, channel 0, submode data), EDC, P and Q. Mode 2 takes 2336
// bytes, mode 0 none; audio and unknown are the 2352 bytes themselves. Shorter data is filled up
// with zeros, what is too long is cut.
RawSector build_sector(SectorMode mode, Lba lba, Bytes user_data);

}  // namespace discern

#endif
