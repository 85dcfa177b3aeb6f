// SPDX-License-Identifier: Apache-2.0
// File systems by what they cannot be without. Offsets are from the volume's start.
//
//   FAT        fat_volume.h
//   NTFS       3 "NTFS    "    11 LE16 bytes per sector   40 LE64 sectors, not counting the last
//   one
//              of the partition, which holds a copy of the boot sector
//   exFAT      3 "EXFAT   "    72 LE64 sectors   108 log2 of bytes per sector
//   ext2/3/4   1024: superblock: +4 LE32 blocks, +24 LE32 log2 of block size - 10, +56 LE16 EF53,
//              +96 LE32 incompatible features (0x80: 64-bit counts, high half at +336)
//   HFS        1024 "BD": +18 BE16 blocks, +20 BE32 block size, +124 "H+" when it wraps HFS+
//   HFS+/HFSX  1024 "H+" or "HX": +40 BE32 block size, +44 BE32 blocks
//   ISO 9660   32768: volume descriptors of 2048 bytes: type, "CD001", version; type 1 is primary:
//              +80 LE32 blocks, +128 LE16 block size; type 255 ends the set
//   UDF        in the same sequence: "BEA01", "NSR02" or "NSR03", "TEA01"
//
// Sources: ECMA-119 (ISO 9660) clause 8; ECMA-167 part 2 clause 9 and part 3 clause 9.1; Linux
// Documentation/filesystems/ext4; Apple TN1150 and Inside Macintosh: Files, chapter 2; Microsoft
// exFAT specification, section 3.1.
#include "volume/file_system.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <string>

#include "volume/fat_volume.h"

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

void find_ntfs_or_exfat(Bytes head, std::vector<FoundFileSystem>& found) {
  if (has_text_at(head, 3, "NTFS    ")) {
    const std::uint64_t sector = number<std::uint16_t>(head, 11);
    const std::uint64_t sectors = number<std::uint64_t>(head, 40);
    found.push_back({"ntfs", product(sectors, sector), {}, true});
  } else if (has_text_at(head, 3, "EXFAT   ")) {
    const std::uint64_t shift = number<std::uint8_t>(head, 108);
    if (shift >= 9 && shift <= 12)
      found.push_back({"exfat", product(number<std::uint64_t>(head, 72), 1ULL << shift), {}, true});
  }
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
  } else if (has_text_at(block, 0, "H+") || has_text_at(block, 0, "HX")) {
    const std::uint64_t size = number<std::uint32_t, order::big>(block, 40);
    if (size < 512 || (size & (size - 1)) != 0) return;
    found.push_back({"hfs+", product(number<std::uint32_t, order::big>(block, 44), size)});
  }
}

// Volume descriptors of ISO 9660 and the volume recognition sequence of UDF stand in one row.
void find_disc_file_systems(const ByteSource& source, std::uint64_t start,
                            std::vector<FoundFileSystem>& found) {
  bool extended_area = false;
  bool primary = false;
  bool udf = false;
  for (int index = 0; index < kMostDescriptors; ++index) {
    const auto descriptor = read_exactly(
        source, start + kDescriptors + static_cast<std::uint64_t>(index) * kDescriptorSize, 136);
    if (!descriptor) break;
    const auto kind = number<std::uint8_t>(*descriptor, 0);
    const auto id = as_text(Bytes(*descriptor).subspan(1, 5));
    if (id == "CD001") {
      if (kind != 1 || primary) continue;
      primary = true;
      const std::uint64_t block = number<std::uint16_t>(*descriptor, 128);
      found.push_back({"iso9660", product(number<std::uint32_t>(*descriptor, 80), block)});
    } else if (id == "BEA01") {
      extended_area = true;
    } else if ((id == "NSR02" || id == "NSR03") && extended_area) {
      udf = true;
    } else if (id != "TEA01" && id != "BOOT2" && id != "CDW02") {
      break;
    }
  }
  if (udf) found.push_back({"udf", 0});
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
                     fat->size(), fat, true});
  if (const auto head = read_exactly(source, start, 512)) find_ntfs_or_exfat(*head, found);
  if (!found.empty()) return found;
  if (const auto block = read_exactly(source, start + 1024, 512)) find_ext_or_hfs(*block, found);
  find_disc_file_systems(source, start, found);
  return found;
}

}  // namespace discern
