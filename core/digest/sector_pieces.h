// SPDX-License-Identifier: Apache-2.0
// A disc's sectors, found again in its raw view.
#ifndef DISCERN_DIGEST_SECTOR_PIECES_H
#define DISCERN_DIGEST_SECTOR_PIECES_H

#include <cstdint>
#include <vector>

#include "discern/image.h"
#include "discern/sector.h"

namespace discern {

// Consecutive sectors of the view, from one extent.
struct SectorPiece {
  std::uint64_t start = 0;  // in the view
  std::uint64_t sectors = 0;
  std::uint32_t stored = kRawSector;
  SectorMode mode = SectorMode::unknown;
  bool scrambled = false;
  bool checkable = false;  // a data sector, whole, with its sync at the front
  std::int64_t first_lba = 0;
  std::int64_t pregap_end = 0;  // LBA of the track's INDEX 01
  std::uint64_t end() const { return start + sectors * stored; }
};

// By place in the view, apart from each other: where tracks overlap, the first one has the bytes.
std::vector<SectorPiece> sector_pieces(const Disc& disc, const View& view);

}  // namespace discern

#endif
