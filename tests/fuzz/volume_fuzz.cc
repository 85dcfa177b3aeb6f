// SPDX-License-Identifier: Apache-2.0
// Partition tables and boot sectors from arbitrary bytes. The input is laid out sparsely: 2-byte
// little-endian sector number, then the 512 bytes of that sector, again and again, so that small
// inputs reach structures far apart.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "discern/volume.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSector = 512;
  constexpr std::size_t kSectors = 512;
  std::vector<std::byte> disk(kSectors * kSector);
  for (std::size_t at = 0; at + 2 < size; at += 2 + kSector) {
    const std::size_t sector = (data[at] | std::size_t{data[at + 1]} << 8) % kSectors;
    std::memcpy(disk.data() + sector * kSector, data + at + 2, std::min(kSector, size - at - 2));
  }
  const discern::FoundVolumes found =
      discern::find_volumes({.name = "media", .source = discern::memory_source(disk, "fuzz")});
  // Volumes start inside; whatever else is claimed is the evidence's own claim.
  for (const discern::Volume& volume : found.volumes)
    if (volume.start >= disk.size()) std::abort();
  return 0;
}
