// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_FLOPPY_FORMATS_H
#define DISCERN_VOLUME_FLOPPY_FORMATS_H

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "discern/image.h"
#include "volume/fat_boot_sector.h"

namespace discern {

// A way to format a floppy that formatting programs agree on.
struct FloppyFormat {
  std::uint64_t size;  // bytes of a full image
  Geometry geometry;
  std::string_view name;  // "1.44M"
  // How DOS lays FAT12 on it: sectors per cluster, root entries, sectors per FAT, FAT id. Zeros
  // where DOS has no such format.
  std::uint32_t sectors_per_cluster;
  std::uint32_t root_entries;
  std::uint32_t sectors_per_fat;
  std::uint8_t media;
  // Other systems whose images have this size, in words; empty when there are none.
  std::string_view others;
  bool others_differ;  // some of them divide the medium in another way

  bool dos() const { return media != 0; }
  FatGeometry fat() const;  // for dos()
};
std::span<const FloppyFormat> floppy_formats();

// The first row of that size, or null. The size does not tell platforms apart: see `others`.
const FloppyFormat* floppy_format(std::uint64_t size);

}  // namespace discern

#endif
