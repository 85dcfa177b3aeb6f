// SPDX-License-Identifier: Apache-2.0
// In what units file systems of a view give out space.
#ifndef DISCERN_CLUSTER_SIZE_H
#define DISCERN_CLUSTER_SIZE_H

#include <cstdint>
#include <vector>

#include "discern/image.h"
#include "discern/source.h"

namespace discern {

struct ClusterArea {
  ByteRange range;            // of the view
  std::uint32_t cluster = 0;  // bytes, a power of two
};

// The volumes of `view`, ascending, whose file system says how large its clusters are: FAT, exFAT,
// NTFS, ext2 to ext4, ISO 9660. Volumes of the image's main view, or the one that the view begins
// with. Unreadable ones are left out.
std::vector<ClusterArea> cluster_areas(const Image& image, const View& view);

}  // namespace discern

#endif
