// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_FILE_SYSTEM_H
#define DISCERN_VOLUME_FILE_SYSTEM_H

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "discern/finding.h"
#include "discern/image.h"
#include "discern/source.h"
#include "volume/fat_boot_sector.h"

namespace discern {

struct FoundFileSystem {
  std::string_view name;                // as in Volume::filesystem
  std::uint64_t size = 0;               // bytes that it claims; 0 when it does not say
  std::optional<FatGeometry> fat = {};  // of FAT
  // It occupies the volume's first sector, so that nothing else (a partition table) can be there.
  bool owns_first_sector = false;
  std::vector<Proof> proofs = {};  // offsets in the source
};

// File systems that start at `start` of `source`: one, or several on hybrid discs, or none.
std::vector<FoundFileSystem> find_file_systems(const ByteSource& source, std::uint64_t start,
                                               Findings& findings);

}  // namespace discern

#endif
