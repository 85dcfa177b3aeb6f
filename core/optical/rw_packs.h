// SPDX-License-Identifier: Apache-2.0
// Packs in the subchannels R to W: CD+G, MIDI and others (IEC 60908, part "Channels R to W").
#ifndef DISCERN_OPTICAL_RW_PACKS_H
#define DISCERN_OPTICAL_RW_PACKS_H

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/disc.h"

namespace discern {

inline constexpr std::size_t kRwSymbols = 96;  // of a sector, 6 bits each: R in bit 5 to W in bit 0
inline constexpr std::size_t kPackSymbols = 24;
using RwSymbols = std::array<std::uint8_t, kRwSymbols>;
using RwPack = std::array<std::uint8_t, kPackSymbols>;

// R to W out of 96 stored bytes. Nothing where the form has none (q16), or `stored` is shorter.
std::optional<RwSymbols> rw_symbols(Bytes stored, SubchannelForm form);

// Whether both parities of a pack hold. A pack of zeros has right parity, too.
bool is_good_pack(const RwPack& pack);

// What mode and item (symbol 0) say: "TV graphics (CD+G)". Empty for packs of no known kind.
std::string_view kind_of_pack(const RwPack& pack);

// Finds the packs of consecutive sectors, whether interleaved as on the disc or put in order by the
// drive: those with content whose parity holds.
class RwPackReader {
 public:
  // Appends the packs that the next sector completes to `packs`. A pack that is interleaved ends in
  // the second sector behind that in which it begins.
  void add(const RwSymbols& sector, std::vector<RwPack>& packs);
  // To be called where a sector does not follow the one before.
  void restart() { held_.clear(); }

 private:
  std::vector<RwPack> held_ = {};  // as stored, the last 7 and those of the sector
};

}  // namespace discern

#endif
