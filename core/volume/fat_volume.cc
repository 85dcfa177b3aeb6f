// SPDX-License-Identifier: Apache-2.0
// What proves a FAT volume beyond its boot sector. Each FAT is an array of 12, 16 or 32-bit cells
// (12-bit ones packed in pairs of three bytes). Cell 0 repeats the media byte with all higher bits
// one, cell 1 is an end-of-chain value whose top bits DOS uses as flags; cells from 2 on belong to
// the clusters: 0 is free, FF7 (FFF7) marks a bad cluster. A volume has one or two FATs with equal
// content.
//
//   media F0, FAT12: F0 FF FF ...   FAT16: F0 FF FF FF ...   FAT32: F0 FF FF 0F ...
//
// Disks of DOS 1.x have no BIOS parameter block: the FAT begins in the second sector and its first
// byte alone tells the format. Source: Microsoft FAT specification 1.03, section "FAT Data
// Structure".
#include "volume/fat_volume.h"

#include <algorithm>
#include <string>
#include <vector>

#include "volume/finding_at.h"
#include "volume/floppy_formats.h"

namespace discern {
namespace {

// The longest FAT12 and FAT16 tables; longer ones (FAT32) are not compared or counted.
constexpr std::uint64_t kLongestFat16 = 65536ULL * 2;

unsigned at(Bytes bytes, std::size_t index) { return std::to_integer<unsigned>(bytes[index]); }

// True when a FAT begins as it must for this media byte.
bool begins_as_fat(Bytes fat, const FatGeometry& geometry) {
  if (fat.size() < 4 || at(fat, 0) != geometry.media) return false;
  switch (geometry.bits()) {
    case 12:
      return (at(fat, 1) & 0x0F) == 0x0F;
    case 16:
      return at(fat, 1) == 0xFF;
    default:  // the top four bits are reserved
      return at(fat, 1) == 0xFF && at(fat, 2) == 0xFF && (at(fat, 3) & 0x0F) == 0x0F;
  }
}

std::uint32_t cell(Bytes fat, std::uint64_t cluster, int bits) {
  if (bits == 12) {
    const std::size_t index = static_cast<std::size_t>(cluster + cluster / 2);
    const unsigned pair = at(fat, index) | at(fat, index + 1) << 8;
    return cluster % 2 == 0 ? pair & 0xFFF : pair >> 4;
  }
  const std::size_t index = static_cast<std::size_t>(cluster) * 2;
  return at(fat, index) | at(fat, index + 1) << 8;
}

std::optional<std::vector<std::byte>> read_fat(const ByteSource& source, std::uint64_t start,
                                               const FatGeometry& fat, std::uint32_t copy,
                                               std::uint64_t length) {
  auto bytes = read_exactly(source, start + fat.fat_offset(copy), length);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

std::uint64_t fat_length(const FatGeometry& fat) {
  return std::uint64_t{fat.sectors_per_fat} * fat.bytes_per_sector;
}

void compare_fats(const ByteSource& source, std::uint64_t start, const FatGeometry& fat,
                  Findings& findings) {
  const std::uint64_t length = fat_length(fat);
  if (fat.fats != 2 || fat.fat32 || length > kLongestFat16) return;
  const auto first = read_fat(source, start, fat, 0, length);
  const auto second = read_fat(source, start, fat, 1, length);
  if (!first || !second) return;
  const auto differs = std::mismatch(first->begin(), first->end(), second->begin()).first;
  if (differs == first->end()) return;
  const auto index = static_cast<std::uint64_t>(differs - first->begin());
  findings.push_back(finding_at(source, start + fat.fat_offset(1) + index, "fat.copies-differ",
                                Severity::warning,
                                "the second FAT differs from the first from byte " +
                                    std::to_string(index) + " of the table on"));
}

std::string hex_bytes(Bytes bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text += text.empty() ? "" : " ";
    text += kDigits[value >> 4];
    text += kDigits[value & 0x0F];
  }
  return text;
}

}  // namespace

std::optional<FatGeometry> find_fat(const ByteSource& source, std::uint64_t start,
                                    Findings& findings) {
  const auto sector = read_exactly(source, start, 512);
  if (!sector) return std::nullopt;
  const auto fat = parse_fat_boot_sector(*sector);
  if (!fat) return std::nullopt;

  std::vector<std::uint32_t> good;
  std::optional<std::vector<std::byte>> wrong;
  for (std::uint32_t copy = 0; copy < fat->fats; ++copy) {
    auto head = read_fat(source, start, *fat, copy, 4);
    if (!head) continue;
    if (begins_as_fat(*head, *fat))
      good.push_back(copy);
    else if (!wrong)
      wrong = std::move(head);
  }
  if (good.empty() && wrong) {
    findings.push_back(
        finding_at(source, start + fat->fat_offset(0), "fat.no-table", Severity::warning,
                   "the boot sector describes a FAT volume, but no FAT begins with media byte " +
                       hex_bytes(std::as_bytes(std::span(&fat->media, 1))) + ": found " +
                       hex_bytes(*wrong) + "; not taken for FAT"));
    return std::nullopt;
  }
  compare_fats(source, start, *fat, findings);
  return *fat;
}

std::optional<FatGeometry> find_fat_by_id(const ByteSource& source, Findings& findings) {
  for (const FloppyFormat& format : floppy_formats()) {
    if (!format.dos() || format.size != source.size()) continue;
    const FatGeometry fat = format.fat();
    const auto first = read_fat(source, 0, fat, 0, 4);
    const auto second = read_fat(source, 0, fat, 1, 4);
    if (!first || !second || !begins_as_fat(*first, fat) || !begins_as_fat(*second, fat)) continue;
    findings.push_back(finding_at(source, 0, "fat.no-bpb", Severity::warning,
                                  "no BIOS parameter block in the boot sector; the FAT12 layout "
                                  "follows from the size and FAT id " +
                                      hex_bytes(Bytes(*first).first(1))));
    compare_fats(source, 0, fat, findings);
    return fat;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> clusters_in_use_from(const ByteSource& source, std::uint64_t start,
                                                  const FatGeometry& fat, std::uint64_t end) {
  const std::uint64_t length = fat_length(fat);
  if (fat.fat32 || length > kLongestFat16) return std::nullopt;
  auto table = read_fat(source, start, fat, 0, length);
  if (!table) return std::nullopt;
  // Cells beyond the table's end count as free.
  table->resize(static_cast<std::size_t>((fat.clusters() + 2) * 2 + 2));
  const std::uint64_t cluster_size = std::uint64_t{fat.sectors_per_cluster} * fat.bytes_per_sector;
  const std::uint64_t data = fat.first_data() * fat.bytes_per_sector;
  const std::uint64_t whole = end <= data ? 0 : (end - data) / cluster_size;
  std::uint64_t count = 0;
  const std::uint32_t bad = fat.bits() == 12 ? 0xFF7 : 0xFFF7;
  for (std::uint64_t index = whole; index < fat.clusters(); ++index) {
    const std::uint32_t value = cell(*table, index + 2, fat.bits());
    if (value != 0 && value != bad) ++count;
  }
  return count;
}

}  // namespace discern
