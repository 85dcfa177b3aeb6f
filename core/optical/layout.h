// SPDX-License-Identifier: Apache-2.0
// Where the parts of a sector lie in the sizes that image files store.
#ifndef DISCERN_OPTICAL_LAYOUT_H
#define DISCERN_OPTICAL_LAYOUT_H

#include <cstdint>
#include <optional>

#include "discern/disc.h"

namespace discern {

// Layout of sectors of `stored` bytes with content `mode`; nothing when that size cannot hold
// that mode. Sizes: 2048, 2056, 2064 (DVD), 2324, 2328, 2332, 2336, 2340, 2352, and 2352 with what
// a drive adds: 2368, 2448, 2646, 2648, 2742, 2744.
std::optional<SectorLayout> sector_layout(std::uint32_t stored, SectorMode mode);

// The same of `main` bytes (one of the sizes up to 2352) with a subchannel behind them.
std::optional<SectorLayout> sector_layout(std::uint32_t main, SubchannelForm form, SectorMode mode);

// Bytes of the main channel: what is stored, without subchannel.
std::uint32_t main_size(const SectorLayout& layout);

// True for modes whose sectors carry user data for a file system.
bool is_data(SectorMode mode);

// True for CD-ROM XA sectors; the form is a property of each sector, not of the track.
bool is_xa(SectorMode mode);

}  // namespace discern

#endif
