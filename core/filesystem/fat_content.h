// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_FAT_CONTENT_H
#define DISCERN_FILESYSTEM_FAT_CONTENT_H

#include <cstdint>
#include <vector>

#include "discern/entry.h"
#include "filesystem/fat_table.h"

namespace discern {

// Where the bytes of files lie. All chains together are followed for a number of steps that grows
// with the number of clusters, however often they cross.
class FatContent {
 public:
  FatContent(const FatGeometry& geometry, std::uint64_t start, const FatTable& table,
             ViewBytes& view);

  std::uint64_t cluster_size() const { return cluster_size_; }
  std::uint64_t offset_of(std::uint32_t cluster) const {
    return data_ + (std::uint64_t{cluster} - 2) * cluster_size_;
  }
  const std::vector<ClusterRange>& free_ranges() const { return free_; }

  // The first `size` bytes of the chain from `first` on. `record` is where the record stands that
  // says so: a chain that is shorter, or no chain, is a finding there.
  std::vector<Run> chain(std::uint32_t first, std::uint64_t size, std::uint64_t record);
  // The whole chain, for directories.
  std::vector<Run> whole_chain(std::uint32_t first, std::uint64_t record);

  // Where the content of a deleted file probably is: `size` bytes of free clusters from `first` on,
  // clusters in use left out. Nothing when `first` is in use, or too few free ones follow.
  std::vector<Run> guess(std::uint32_t first, std::uint64_t size);

 private:
  std::vector<Run> follow(std::uint32_t first, std::uint64_t size, bool whole,
                          std::uint64_t record);
  const FatTable& table_;
  ViewBytes& view_;
  std::uint64_t cluster_size_;
  std::uint64_t data_;  // view offset of cluster 2
  std::vector<ClusterRange> free_;
  std::vector<std::uint64_t> free_before_;  // clusters in the ranges before each
  std::vector<bool> claimed_;               // by a chain that was followed
  std::uint64_t steps_left_;                // over claimed clusters, and of guesses
};

}  // namespace discern

#endif
