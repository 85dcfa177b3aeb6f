// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_FAT_VOLUME_H
#define DISCERN_VOLUME_FAT_VOLUME_H

#include <cstdint>
#include <optional>

#include "discern/finding.h"
#include "discern/source.h"
#include "volume/fat_boot_sector.h"

namespace discern {

// The FAT volume that starts at `start`: its boot sector describes a possible volume and a FAT
// begins with the media byte and one bits. When the FATs lie outside the source or cannot be
// read, the boot sector alone is believed. Reports a FAT that differs from its twin.
std::optional<FatGeometry> find_fat(const ByteSource& source, std::uint64_t start,
                                    Findings& findings);

// The FAT volume of a whole floppy without a usable boot sector, by the source's size and the
// FAT id, which both FATs must carry.
std::optional<FatGeometry> find_fat_by_id(const ByteSource& source, Findings& findings);

// Clusters that the FAT says are in use and that lie, in part or whole, at or behind byte `end` of
// the volume at `start`. Nothing when the FAT cannot be read, or is too long to be looked at.
std::optional<std::uint64_t> clusters_in_use_from(const ByteSource& source, std::uint64_t start,
                                                  const FatGeometry& fat, std::uint64_t end);

}  // namespace discern

#endif
