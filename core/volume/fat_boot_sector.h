// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_FAT_BOOT_SECTOR_H
#define DISCERN_VOLUME_FAT_BOOT_SECTOR_H

#include <cstdint>
#include <vector>

#include "discern/bytes.h"
#include "discern/result.h"

namespace discern {

// Shape of a FAT volume as its boot sector declares it. Counts are in sectors of
// `bytes_per_sector` unless the name says otherwise.
struct FatGeometry {
  std::uint32_t bytes_per_sector = 0;     // 512, 1024, 2048 or 4096
  std::uint32_t sectors_per_cluster = 0;  // power of two, 1..128
  std::uint32_t reserved = 0;             // before the first FAT, boot sector included
  std::uint32_t fats = 0;                 // 1 or 2
  std::uint32_t root_entries = 0;         // of 32 bytes; 0 on FAT32
  std::uint32_t total = 0;
  std::uint32_t sectors_per_fat = 0;
  std::uint32_t sectors_per_track = 0;  // 0 where it has no meaning
  std::uint32_t heads = 0;
  std::uint8_t media = 0;  // F0, F8..FF; the first byte of each FAT repeats it
  bool fat32 = false;      // by layout: no 16-bit FAT size and no fixed root directory

  std::uint64_t root_sectors() const {
    return (std::uint64_t{root_entries} * 32 + bytes_per_sector - 1) / bytes_per_sector;
  }
  std::uint64_t first_data() const {
    return reserved + std::uint64_t{fats} * sectors_per_fat + root_sectors();
  }
  std::uint64_t clusters() const { return (total - first_data()) / sectors_per_cluster; }
  // 12, 16 or 32. Among volumes with a fixed root directory the cluster count alone decides; the
  // "FAT12   " label in the boot sector is a comment. Source: Microsoft FAT specification 1.03.
  int bits() const { return fat32 ? 32 : clusters() < 4085 ? 12 : 16; }
  std::uint64_t size() const { return std::uint64_t{total} * bytes_per_sector; }
  std::uint64_t fat_offset(std::uint32_t copy) const {
    return (reserved + std::uint64_t{copy} * sectors_per_fat) * bytes_per_sector;
  }
};

// Reads the BIOS parameter block (BPB) from the first 512 bytes of a volume. Whether a boot sector
// stands around it is another question: floppies of DOS 1.x and of other systems lack the 0x55AA
// mark, those that boot nothing lack code.
//
// Errc::not_this  a field outside its legal values
// Errc::corrupt   fields are legal one by one but describe no possible volume
Result<FatGeometry> parse_bpb(Bytes sector);

// The same of a sector that also looks like code: it begins with a jump or ends in 55 AA.
// Errc::not_this otherwise.
Result<FatGeometry> parse_fat_boot_sector(Bytes sector);

// A boot sector of 512 bytes that declares `geometry` (FAT12 and FAT16): `original` with the bytes
// 0..61 and the mark replaced, so that a reader sees where it comes from and boots nothing.
std::vector<std::byte> make_fat_boot_sector(const FatGeometry& geometry, Bytes original = {});

bool has_boot_mark(Bytes sector);  // 55 AA at offset 510

}  // namespace discern

#endif
