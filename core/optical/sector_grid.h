// SPDX-License-Identifier: Apache-2.0
// Finding CD sectors in a file that does not say what it holds: by sync pattern, header addresses
// that count up, and where those are not stored, by subheaders and the volume descriptor.
#ifndef DISCERN_OPTICAL_SECTOR_GRID_H
#define DISCERN_OPTICAL_SECTOR_GRID_H

#include <cstdint>
#include <optional>
#include <vector>

#include "discern/disc.h"
#include "discern/source.h"

namespace discern {

// Address and mode byte (0, 1 or 2) of a sector that begins with a sync.
struct StoredHeader {
  Lba lba;
  int mode = 0;
};

// The header at `offset`; nothing without sync, or when address or mode are none.
std::optional<StoredHeader> read_stored_header(const ByteSource& source, std::uint64_t offset,
                                               bool scrambled);

// How sectors lie in a source: sector i at phase + i * stored.
struct SectorGrid {
  std::uint64_t phase = 0;
  std::uint32_t stored = 2352;
  bool scrambled = false;
  std::uint64_t anchor = 0;  // index of a sector that proves it

  std::uint64_t offset_of(std::uint64_t index) const { return phase + index * stored; }
  // Sectors of a source of `size` bytes, one that is cut at the end included.
  std::uint64_t sectors_in(std::uint64_t size) const;
};

// Looks into five windows of a megabyte, the source's start first. A grid is proved by eight
// sectors in a row with sync and addresses that count up; by all of them when there are fewer.
std::optional<SectorGrid> find_grid(const ByteSource& source);

// Sectors [first, first + count) of a grid. Data: `lba_of_zero` is what the headers make the
// address of index 0, `mode` the mode byte. No data: neither (audio, zeros, or lost).
struct GridRun {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::optional<std::int64_t> lba_of_zero = {};
  int mode = -1;
  bool is_data() const { return lba_of_zero.has_value(); }
  std::int64_t lba(std::uint64_t index) const {
    return *lba_of_zero + static_cast<std::int64_t>(index);
  }
};

// Runs of sectors with one mode and one count of addresses, in order, without gaps. Looks at about
// 512 places and bisects between unlike ones, so that what is inside two like places is not seen;
// a stretch without headers shorter than the shortest track (4 s) counts as damage inside
// the data around it.
std::vector<GridRun> find_runs(const ByteSource& source, const SectorGrid& grid);

// What samples of a range of sectors say. `lba_of_zero` as in GridRun, where headers are stored.
struct SectorEvidence {
  SectorLayout layout = {};
  SectorMode mode = SectorMode::unknown;
  std::uint64_t phase = 0;
  std::optional<std::int64_t> lba_of_zero = {};
  std::uint32_t sampled = 0;
  std::uint32_t good = 0;  // of the sampled ones, with a right EDC
};

// Judges up to 16 sectors of `run`; XA form 1 counts before form 2, mode 0 last.
SectorEvidence sample_run(const ByteSource& source, const SectorGrid& grid, const GridRun& run);

// find_grid() and sample_run() of its first data run; without syncs identify_without_sync(), else
// the volume descriptor "CD001" must stand in sector 16, with equal subheader copies where there
// are some. 2048-byte sectors are not told from other data here.
std::optional<SectorEvidence> identify_sectors(const ByteSource& source);

}  // namespace discern

#endif
