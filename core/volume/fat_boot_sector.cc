// SPDX-License-Identifier: Apache-2.0
// The FAT boot sector with its BIOS parameter block (BPB), integers little-endian:
//
//    0  3  jump: EB xx 90 or E9 xx xx (x86); 60 xx (68000 branch, Atari)
//    3  8  name of the formatting system, free text
//   11  2  bytes per sector          13  1  sectors per cluster
//   14  2  reserved sectors          16  1  number of FATs
//   17  2  root directory entries    19  2  total sectors, 0: see 32
//   21  1  media byte                22  2  sectors per FAT, 0: FAT32, see 36
//   24  2  sectors per track         26  2  heads
//   28  4  hidden sectors            32  4  total sectors when the 16-bit field is 0
//   36  4  sectors per FAT (FAT32)   44  4  first cluster of the root directory (FAT32)
//  510  2  55 AA
//
// Sources: Microsoft "FAT: General Overview of On-Disk Format" 1.03 (2000), section "Boot Sector
// and BPB".
#include "volume/fat_boot_sector.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <string>
#include <utility>

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

struct BootSector {
  std::uint8_t jump[3];
  char system[8];
  little_uint16_t bytes_per_sector;
  std::uint8_t sectors_per_cluster;
  little_uint16_t reserved;
  std::uint8_t fats;
  little_uint16_t root_entries;
  little_uint16_t total_16;
  std::uint8_t media;
  little_uint16_t sectors_per_fat_16;
  little_uint16_t sectors_per_track;
  little_uint16_t heads;
  little_uint32_t hidden;
  little_uint32_t total_32;
  little_uint32_t sectors_per_fat_32;
  std::uint8_t rest[470];
  std::uint8_t mark[2];
};
static_assert(sizeof(BootSector) == 512);

Error not_fat(std::string why) { return {Errc::not_this, "no FAT boot sector: " + std::move(why)}; }
Error impossible(std::string why) {
  return {Errc::corrupt, "the FAT boot sector contradicts itself: " + std::move(why)};
}

// Jump, name, BPB and what newer systems keep behind it: drive number, serial number, label, type.
constexpr std::size_t kReplaced = 62;

bool power_of_two(std::uint32_t number) { return number != 0 && (number & (number - 1)) == 0; }

}  // namespace

bool has_boot_mark(Bytes sector) { return has_text_at(sector, 510, "\x55\xAA"); }

Result<FatGeometry> parse_fat_boot_sector(Bytes sector) {
  const auto boot = read_record<BootSector>(sector);
  if (!boot) return not_fat("shorter than 512 bytes");
  const bool jumps = boot->jump[0] == 0xEB || boot->jump[0] == 0xE9 || boot->jump[0] == 0x60;
  if (!jumps && !has_boot_mark(sector)) return not_fat("no jump instruction and no 55 AA");
  return parse_bpb(sector);
}

Result<FatGeometry> parse_bpb(Bytes sector) {
  const auto boot = read_record<BootSector>(sector);
  if (!boot) return not_fat("shorter than 512 bytes");

  FatGeometry fat;
  fat.bytes_per_sector = boot->bytes_per_sector;
  fat.sectors_per_cluster = boot->sectors_per_cluster;
  fat.reserved = boot->reserved;
  fat.fats = boot->fats;
  fat.root_entries = boot->root_entries;
  fat.total = boot->total_16 != 0 ? std::uint32_t{boot->total_16} : std::uint32_t{boot->total_32};
  fat.fat32 = boot->sectors_per_fat_16 == 0;
  fat.sectors_per_fat =
      fat.fat32 ? std::uint32_t{boot->sectors_per_fat_32} : std::uint32_t{boot->sectors_per_fat_16};
  fat.sectors_per_track = boot->sectors_per_track;
  fat.heads = boot->heads;
  fat.media = boot->media;

  if (!power_of_two(fat.bytes_per_sector) || fat.bytes_per_sector < 512 ||
      fat.bytes_per_sector > 4096)
    return not_fat(std::to_string(fat.bytes_per_sector) + " bytes per sector");
  if (!power_of_two(fat.sectors_per_cluster))
    return not_fat(std::to_string(fat.sectors_per_cluster) + " sectors per cluster");
  if (fat.reserved == 0) return not_fat("no reserved sector");
  if (fat.fats != 1 && fat.fats != 2) return not_fat(std::to_string(fat.fats) + " FATs");
  if (fat.media != 0xF0 && fat.media < 0xF8)
    return not_fat("media byte " + std::to_string(fat.media));
  if (fat.sectors_per_fat == 0) return not_fat("FATs of 0 sectors");
  if (fat.total == 0) return not_fat("0 sectors in all");

  if (fat.fat32 != (fat.root_entries == 0))
    return impossible("the root directory has " + std::to_string(fat.root_entries) +
                      " entries, the 16-bit FAT size is " +
                      std::to_string(boot->sectors_per_fat_16));
  if (fat.first_data() + fat.sectors_per_cluster > fat.total)
    return impossible("data would start at sector " + std::to_string(fat.first_data()) + " of " +
                      std::to_string(fat.total));
  if (!fat.fat32 && fat.clusters() >= 65525)
    return impossible(std::to_string(fat.clusters()) + " clusters with a fixed root directory");
  return fat;
}

std::vector<std::byte> make_fat_boot_sector(const FatGeometry& geometry, Bytes original) {
  BootSector boot = read_record<BootSector>(original).value_or(BootSector{});
  std::fill_n(reinterpret_cast<std::uint8_t*>(&boot), kReplaced, std::uint8_t{0});
  boot.jump[0] = 0xEB;
  boot.jump[1] = 0x3C;
  boot.jump[2] = 0x90;
  std::memcpy(boot.system, "DISCERN ", sizeof boot.system);
  boot.bytes_per_sector = static_cast<std::uint16_t>(geometry.bytes_per_sector);
  boot.sectors_per_cluster = static_cast<std::uint8_t>(geometry.sectors_per_cluster);
  boot.reserved = static_cast<std::uint16_t>(geometry.reserved);
  boot.fats = static_cast<std::uint8_t>(geometry.fats);
  boot.root_entries = static_cast<std::uint16_t>(geometry.root_entries);
  if (geometry.total < 0x10000)
    boot.total_16 = static_cast<std::uint16_t>(geometry.total);
  else
    boot.total_32 = geometry.total;
  boot.media = geometry.media;
  boot.sectors_per_fat_16 = static_cast<std::uint16_t>(geometry.sectors_per_fat);
  boot.sectors_per_track = static_cast<std::uint16_t>(geometry.sectors_per_track);
  boot.heads = static_cast<std::uint16_t>(geometry.heads);
  boot.mark[0] = 0x55;
  boot.mark[1] = 0xAA;
  const Bytes bytes = std::as_bytes(std::span(&boot, 1));
  return {bytes.begin(), bytes.end()};
}

}  // namespace discern
