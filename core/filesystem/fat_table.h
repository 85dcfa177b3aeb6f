// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_FAT_TABLE_H
#define DISCERN_FILESYSTEM_FAT_TABLE_H

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "filesystem/view_bytes.h"
#include "volume/fat_boot_sector.h"

namespace discern {

// Consecutive clusters.
struct ClusterRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

// The first file allocation table; its twin where the first one cannot be read. Clusters count from
// 2 to last().
class FatTable {
 public:
  FatTable(const FatGeometry& geometry, std::uint64_t start, ViewBytes& view);

  std::uint32_t last() const { return last_; }
  bool exists(std::uint32_t cluster) const { return cluster >= 2 && cluster <= last_; }
  bool is_free(std::uint32_t cluster) const { return cell(cluster) == 0; }
  // The cluster behind this one in its chain; nothing at the chain's end, whatever marks it.
  std::optional<std::uint32_t> next(std::uint32_t cluster) const;
  // True when the chain ends properly: an end mark, not a free, bad or impossible cell.
  bool is_end(std::uint32_t cluster) const;
  // All free clusters, ascending.
  std::vector<ClusterRange> free_ranges() const;

 private:
  std::uint32_t cell(std::uint32_t cluster) const;
  int bits_;
  std::uint32_t last_ = 1;
  Piece table_ = {};
};

}  // namespace discern

#endif
