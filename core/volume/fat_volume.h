// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_FAT_VOLUME_H
#define DISCERN_VOLUME_FAT_VOLUME_H

#include <cstdint>
#include <optional>
#include <vector>

#include "discern/finding.h"
#include "discern/image.h"
#include "discern/source.h"
#include "volume/fat_boot_sector.h"

namespace discern {

// The FAT volume that starts at `start`: its BPB describes a possible volume, and a FAT begins with
// the media byte and one bits. Where none does, a root directory full of well-formed entries is
// believed instead; where the FATs lie outside the source or cannot be read, the boot sector alone.
// A sector with neither jump nor mark must describe a volume of exactly the source's size whose
// FATs are equal. Reports a FAT that differs from its twin.
std::optional<FatGeometry> find_fat(const ByteSource& source, std::uint64_t start,
                                    Findings& findings);

// The FAT volume of a whole floppy without a usable boot sector. The format follows from the
// source's size and the FAT id, which both FATs must carry; when the size is no floppy's (cut, or
// bytes behind the end), from the FAT id and the place where the second FAT repeats the whole
// first one, if only one format fits.
std::optional<FatGeometry> find_fat_by_id(const ByteSource& source, Findings& findings);

// Bytes in front of a whole FAT floppy: the header of a container that keeps the sectors plain. The
// rest of the source has the size of a floppy, and a good boot sector and FAT say the same.
std::optional<std::uint64_t> find_header_in_front(const ByteSource& source);

// The bytes that prove the volume: BPB, mark, first cells of both FATs. Offsets in `source`.
std::vector<Proof> fat_proofs(const ByteSource& source, std::uint64_t start,
                              const FatGeometry& fat);

// Clusters that the FAT says are in use and that lie, in part or whole, at or behind byte `end` of
// the volume at `start`. Nothing when the FAT cannot be read, or is too long to be looked at.
std::optional<std::uint64_t> clusters_in_use_from(const ByteSource& source, std::uint64_t start,
                                                  const FatGeometry& fat, std::uint64_t end);

}  // namespace discern

#endif
