// SPDX-License-Identifier: Apache-2.0
// File systems by what they cannot be without. Offsets are from the volume's start.
//
//   FAT        fat_volume.h
//   NTFS       3 "NTFS    "    11 LE16 bytes per sector   40 LE64 sectors, not counting the
//              partition's last one, which holds a copy of the boot sector
//   exFAT      3 "EXFAT   "    72 LE64 sectors   108 log2 of bytes per sector
//   ext2/3/4   1024: superblock: +4 LE32 blocks, +24 LE32 log2 of block size - 10, +56 LE16 EF53,
//              +96 LE32 incompatible features (0x80: 64-bit counts, high half at +336)
//   HFS        1024 "BD": +18 BE16 blocks, +20 BE32 block size, +124 "H+" when it wraps HFS+
//   HFS+/HFSX  1024 "H+" or "HX": +40 BE32 block size, +44 BE32 blocks
//   MFS        1024 BE16 D2D7: +20 BE32 block size (Macintosh 400K floppies)
//   Amiga      0 "DOS" and a byte 0..7 (old or fast, international, directory cache)
//   Roland     4 "S770 MR25A" (S-750 and S-770 samplers)
//   Ensoniq    550 "ID", 1052 "OS": marks of the device block and the system block
//   ISO 9660   32768: volume descriptors of 2048 bytes: type, "CD001", version; type 1 is primary:
//              +80 LE32 blocks, +128 LE16 block size; type 255 ends the set
//   UDF        in the same sequence: "BEA01", "NSR02" or "NSR03", "TEA01"
//
// Sources: ECMA-119 (ISO 9660) clause 8; ECMA-167 part 2 clause 9 and part 3 clause 9.1; Linux
// Documentation/filesystems/ext4; Apple TN1150 and Inside Macintosh: Files, chapter 2, and volume
// II, chapter 4 (MFS); Microsoft exFAT specification, section 3.1; Amiga ROM Kernel Reference
// Manual: Devices, "Trackdisk"; Roland, "SYS-772 Hard Disk/MO Disk/CD-ROM Format Manual" (1991);
// Ensoniq disk formats by Gary Giebler.
#include "volume/file_system.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <string>

#include "volume/fat_volume.h"
#include "volume/proof_at.h"

namespace discern {
namespace {

using boost::endian::order;

constexpr std::uint64_t kDescriptors = 32768;
constexpr std::uint64_t kDescriptorSize = 2048;
constexpr int kMostDescriptors = 64;  // a bound of ours; real discs have up to ten

// The integer at `offset`; 0 outside, where no signature can have matched.
template <class Integer, order Order = order::little>
std::uint64_t number(Bytes bytes, std::uint64_t offset) {
  const auto part = slice(bytes, offset, sizeof(Integer));
  if (!part) return 0;
  return boost::endian::endian_load<Integer, sizeof(Integer), Order>(
      reinterpret_cast<const unsigned char*>(part->data()));
}

// a * b, or 0 ("does not say") when that is no 64-bit number.
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t result = 0;
  return __builtin_mul_overflow(a, b, &result) ? 0 : result;
}

void find_by_first_sector(Bytes head, std::vector<FoundFileSystem>& found) {
  if (has_text_at(head, 3, "NTFS    ")) {
    const std::uint64_t sector = number<std::uint16_t>(head, 11);
    const std::uint64_t sectors = number<std::uint64_t>(head, 40);
    found.push_back({"ntfs", product(sectors, sector), {}, true});
  } else if (has_text_at(head, 3, "EXFAT   ")) {
    const std::uint64_t shift = number<std::uint8_t>(head, 108);
    if (shift >= 9 && shift <= 12)
      found.push_back({"exfat", product(number<std::uint64_t>(head, 72), 1ULL << shift), {}, true});
  } else if (has_text_at(head, 0, "DOS") && number<std::uint8_t>(head, 3) <= 7) {
    found.push_back({"amiga", 0, {}, true});
  } else if (has_text_at(head, 4, "S770 MR25A")) {
    found.push_back({"roland", 0, {}, true});
  }
}

// Where in a file system the bytes stand that name it.
ByteRange signature_of(std::string_view file_system) {
  static constexpr struct {
    std::string_view name;
    ByteRange place;
  } kSignatures[] = {
      {"ntfs", {3, 8}},    {"exfat", {3, 8}},  {"amiga", {0, 4}},
      {"roland", {4, 10}}, {"ext", {1080, 2}}, {"hfs", {1024, 2}},
      {"hfs+", {1024, 2}}, {"mfs", {1024, 2}}, {"ensoniq", {550, 2}},
  };
  for (const auto& each : kSignatures)
    if (each.name == file_system) return each.place;
  return {};
}

// `block` is what stands at 1024.
void find_ext_or_hfs(Bytes block, std::vector<FoundFileSystem>& found) {
  if (number<std::uint16_t>(block, 56) == 0xEF53 && number<std::uint32_t>(block, 24) <= 6) {
    std::uint64_t blocks = number<std::uint32_t>(block, 4);
    if (number<std::uint32_t>(block, 96) & 0x80) blocks |= number<std::uint32_t>(block, 336) << 32;
    found.push_back({"ext", product(blocks, 1024ULL << number<std::uint32_t>(block, 24))});
  } else if (has_text_at(block, 0, "BD")) {
    const std::uint64_t size = number<std::uint32_t, order::big>(block, 20);
    if (size == 0 || size % 512 != 0) return;
    // The wrapper's own structures stand around the counted blocks; only the embedded volume's
    // reader knows the exact end.
    found.push_back({has_text_at(block, 124, "H+") ? "hfs+" : "hfs", 0});
  } else if (has_text_at(block, 0, "\xD2\xD7")) {
    const std::uint64_t size = number<std::uint32_t, order::big>(block, 20);
    if (size != 0 && size % 512 == 0) found.push_back({"mfs", 0});
  } else if (has_text_at(block, 0, "H+") || has_text_at(block, 0, "HX")) {
    const std::uint64_t size = number<std::uint32_t, order::big>(block, 40);
    if (size < 512 || (size & (size - 1)) != 0) return;
    found.push_back({"hfs+", product(number<std::uint32_t, order::big>(block, 44), size)});
  }
}

void find_ensoniq(const ByteSource& source, std::uint64_t start,
                  std::vector<FoundFileSystem>& found) {
  const auto device = read_exactly(source, start + 512 + 38, 2);
  const auto system = read_exactly(source, start + 1024 + 28, 2);
  if (device && system && as_text(*device) == "ID" && as_text(*system) == "OS")
    found.push_back({"ensoniq", 0});
}

// Volume descriptors of ISO 9660 and the volume recognition sequence of UDF stand in one row.
void find_disc_file_systems(const ByteSource& source, std::uint64_t start,
                            std::vector<FoundFileSystem>& found) {
  bool extended_area = false;
  bool primary = false;
  bool udf = false;
  std::uint64_t udf_place = 0;
  for (int index = 0; index < kMostDescriptors; ++index) {
    const std::uint64_t place =
        start + kDescriptors + static_cast<std::uint64_t>(index) * kDescriptorSize;
    const auto descriptor = read_exactly(source, place, 136);
    if (!descriptor) break;
    const auto kind = number<std::uint8_t>(*descriptor, 0);
    const auto id = as_text(Bytes(*descriptor).subspan(1, 5));
    if (id == "CD001") {
      if (kind != 1 || primary) continue;
      primary = true;
      const std::uint64_t block = number<std::uint16_t>(*descriptor, 128);
      found.push_back({"iso9660", product(number<std::uint32_t>(*descriptor, 80), block)});
      add_proof(found.back().proofs, source, place, 6, "ISO 9660 primary volume descriptor");
    } else if (id == "BEA01") {
      extended_area = true;
    } else if ((id == "NSR02" || id == "NSR03") && extended_area) {
      if (!udf) udf_place = place;
      udf = true;
    } else if (id != "TEA01" && id != "BOOT2" && id != "CDW02") {
      break;
    }
  }
  if (!udf) return;
  found.push_back({"udf", 0});
  add_proof(found.back().proofs, source, udf_place, 6, "UDF volume recognition descriptor");
}

}  // namespace

std::vector<FoundFileSystem> find_file_systems(const ByteSource& source, std::uint64_t start,
                                               Findings& findings) {
  std::vector<FoundFileSystem> found;
  if (start >= source.size()) return found;
  if (const auto fat = find_fat(source, start, findings))
    found.push_back({fat->bits() == 12   ? "fat12"
                     : fat->bits() == 16 ? "fat16"
                                         : "fat32",
                     fat->size(), fat, true, fat_proofs(source, start, *fat)});
  const auto head = read_exactly(source, start, 512);
  if (head) find_by_first_sector(*head, found);
  if (found.empty()) {
    if (const auto block = read_exactly(source, start + 1024, 512)) find_ext_or_hfs(*block, found);
    find_ensoniq(source, start, found);
    find_disc_file_systems(source, start, found);
  }
  for (FoundFileSystem& each : found)
    if (const ByteRange place = signature_of(each.name); place.length > 0 && each.proofs.empty())
      add_proof(each.proofs, source, start + place.offset, place.length,
                "signature of a " + std::string(each.name) + " file system");
  return found;
}

}  // namespace discern
