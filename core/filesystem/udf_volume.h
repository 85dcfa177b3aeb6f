// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_UDF_VOLUME_H
#define DISCERN_FILESYSTEM_UDF_VOLUME_H

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "filesystem/udf_records.h"
#include "filesystem/view_bytes.h"

namespace discern {

// How the blocks of one partition map lie in the view.
struct UdfPartition {
  enum class Kind { physical, virtual_, sparable, metadata };
  Kind kind = Kind::physical;
  std::uint64_t start = 0;     // view offset of the partition's block 0
  std::uint32_t blocks = 0;    // of the partition
  std::uint16_t physical = 0;  // virtual_, metadata: index of the map of the partition below
  std::vector<std::uint32_t> table = {};  // virtual_: the VAT
  std::uint32_t packet = 0;               // sparable: blocks
  std::unordered_map<std::uint32_t, std::uint32_t> spared =
      {};  // first block -> sector of the volume
  std::uint32_t metadata_file = 0;
  std::uint32_t metadata_mirror = 0;
  std::vector<Run> metadata = {};  // where the metadata partition lies in the view
};

struct UdfVolume {
  std::uint64_t origin = 0;  // view offset of sector 0
  std::uint32_t sector_size = 2048;
  std::uint32_t block_size = 2048;
  std::string label = {};
  std::vector<EntryTime> times = {};  // of the volume's descriptors
  std::uint64_t descriptor_offset = 0;
  std::vector<UdfPartition> partitions = {};
  UdfBlock file_set = {};

  // The place of a block, and of how many bytes behind it the place moves along; nothing when it is
  // in no partition.
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  std::optional<Place> place_of(UdfBlock block) const;
};

// Finds the anchor, reads the volume descriptor sequence (or its reserve copy) and the partition
// maps. The VAT and the metadata file are still to be read (udf_file.h).
Result<UdfVolume> open_udf(const WalkTarget& target, ViewBytes& view);

}  // namespace discern

#endif
