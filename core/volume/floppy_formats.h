// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_FLOPPY_FORMATS_H
#define DISCERN_VOLUME_FLOPPY_FORMATS_H

#include <cstdint>
#include <optional>
#include <span>

#include "discern/image.h"
#include "volume/fat_boot_sector.h"

namespace discern {

// A way to format a floppy that formatting programs agree on.
struct FloppyFormat {
  std::uint64_t size;  // bytes of a full image
  Geometry geometry;
  // How DOS lays FAT12 on it: sectors per cluster, root entries, sectors per FAT, FAT id. Zeros
  // where DOS has no such format.
  std::uint32_t sectors_per_cluster;
  std::uint32_t root_entries;
  std::uint32_t sectors_per_fat;
  std::uint8_t media;

  bool dos() const { return media != 0; }
  FatGeometry fat() const;  // for dos()
};
std::span<const FloppyFormat> floppy_formats();

// By size alone, which does not tell platforms apart: 368640 bytes are 40/2/9 for DOS and may be
// 80/1/9 for an Atari. The first row of that size.
std::optional<Geometry> floppy_geometry(std::uint64_t size);

}  // namespace discern

#endif
