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
#include "volume/proof_at.h"

namespace discern {
namespace {

// The longest FAT12 and FAT16 tables; longer ones (FAT32) are not compared or counted.
constexpr std::uint64_t kLongestFat16 = 65536ULL * 2;

// Bytes behind the end of a floppy that still let it pass for one.
constexpr std::uint64_t kMostBehind = 64 << 10;

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

// As DOS formats it: cell 1 without flags. Where no BPB names the media byte, no less is believed.
bool begins_as_fresh_fat(Bytes fat, const FatGeometry& geometry) {
  return begins_as_fat(fat, geometry) && at(fat, 1) == 0xFF && at(fat, 2) == 0xFF;
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
std::string hex_byte(std::uint8_t value) { return hex_bytes(std::as_bytes(std::span(&value, 1))); }

// Whether the second FAT lies inside and repeats the first one byte for byte.
bool fats_equal(const ByteSource& source, std::uint64_t start, const FatGeometry& fat) {
  const std::uint64_t length = fat_length(fat);
  if (fat.fats != 2 || length > kLongestFat16) return false;
  const auto first = read_fat(source, start, fat, 0, length);
  const auto second = read_fat(source, start, fat, 1, length);
  return first && second && *first == *second;
}

// A directory entry: 0 name (11 bytes; first byte E5: deleted, 00: none from here on), 11
// attributes (two top bits zero; 0F: part of a long name), 26 LE16 first cluster, 28 LE32 size.
bool well_formed(Bytes entry, const FatGeometry& fat) {
  const unsigned attributes = at(entry, 11);
  if ((attributes & 0xC0) != 0) return false;
  if (attributes == 0x0F) return at(entry, 26) == 0 && at(entry, 27) == 0;
  for (std::size_t i = 0; i < 11; ++i)
    if (at(entry, i) < 0x20 && !(i == 0 && at(entry, i) == 0x05)) return false;
  const std::uint64_t cluster = at(entry, 26) | at(entry, 27) << 8;
  const std::uint64_t size =
      at(entry, 28) | at(entry, 29) << 8 | at(entry, 30) << 16 | std::uint64_t{at(entry, 31)} << 24;
  return cluster != 1 && cluster < fat.clusters() + 2 && size <= fat.size();
}

// Entries of the fixed root directory up to its end; nothing when one of them is malformed.
std::optional<std::size_t> root_entries(const ByteSource& source, std::uint64_t start,
                                        const FatGeometry& fat) {
  if (fat.fat32) return std::nullopt;
  const auto root =
      read_exactly(source, start + fat.fat_offset(fat.fats), std::uint64_t{fat.root_entries} * 32);
  if (!root) return std::nullopt;
  std::size_t count = 0;
  for (; count < fat.root_entries; ++count) {
    const Bytes entry = Bytes(*root).subspan(count * 32, 32);
    if (at(entry, 0) == 0) break;
    if (!well_formed(entry, fat)) return std::nullopt;
  }
  return count;
}

// No FAT begins as it must: says so, and whether the volume is believed all the same.
bool believe_without_fat(const ByteSource& source, std::uint64_t start, const FatGeometry& fat,
                         Bytes found, Findings& findings) {
  const std::size_t entries = root_entries(source, start, fat).value_or(0);
  const std::string text =
      "the boot sector describes a FAT volume, but no FAT begins with media "
      "byte " +
      hex_byte(fat.media) + ": found " + hex_bytes(found);
  if (entries == 0) {
    findings.push_back(finding_at(source, start + fat.fat_offset(0), "fat.no-table",
                                  Severity::warning, text + "; not taken for FAT"));
    return false;
  }
  findings.push_back(finding_at(source, start + fat.fat_offset(0), "fat.table-damaged",
                                Severity::damage,
                                text + "; taken for FAT because its root directory has " +
                                    std::to_string(entries) + " well-formed entries"));
  return true;
}

// Formats that may be that of a floppy whose size says nothing. Some bytes behind the end are more
// likely than a cut that leaves this very length.
std::vector<const FloppyFormat*> formats_by_fats(const ByteSource& source) {
  std::vector<const FloppyFormat*> fitting;
  std::vector<const FloppyFormat*> overlong;
  for (const FloppyFormat& format : floppy_formats()) {
    if (!format.dos()) continue;
    const FatGeometry fat = format.fat();
    const auto head = read_fat(source, 0, fat, 0, 4);
    if (!head || !begins_as_fresh_fat(*head, fat) || !fats_equal(source, 0, fat) ||
        !root_entries(source, 0, fat))
      continue;
    fitting.push_back(&format);
    if (source.size() > format.size && source.size() - format.size <= kMostBehind)
      overlong.push_back(&format);
  }
  return overlong.size() == 1 ? overlong : fitting;
}

std::vector<const FloppyFormat*> formats_by_size(const ByteSource& source) {
  std::vector<const FloppyFormat*> fitting;
  for (const FloppyFormat& format : floppy_formats()) {
    if (!format.dos() || format.size != source.size()) continue;
    const FatGeometry fat = format.fat();
    const auto first = read_fat(source, 0, fat, 0, 4);
    const auto second = read_fat(source, 0, fat, 1, 4);
    if (first && second && begins_as_fresh_fat(*first, fat) && begins_as_fresh_fat(*second, fat))
      fitting.push_back(&format);
  }
  return fitting;
}

}  // namespace

std::optional<FatGeometry> find_fat(const ByteSource& source, std::uint64_t start,
                                    Findings& findings) {
  const auto sector = read_exactly(source, start, 512);
  if (!sector) return std::nullopt;
  const auto fat = parse_bpb(*sector);
  if (!fat) return std::nullopt;
  if (!parse_fat_boot_sector(*sector) &&
      (fat->size() != source.size() - start || !fats_equal(source, start, *fat)))
    return std::nullopt;

  bool good = false;
  std::optional<std::vector<std::byte>> wrong;
  for (std::uint32_t copy = 0; copy < fat->fats; ++copy) {
    auto head = read_fat(source, start, *fat, copy, 4);
    if (!head) continue;
    if (begins_as_fat(*head, *fat))
      good = true;
    else if (!wrong)
      wrong = std::move(head);
  }
  if (!good && wrong && !believe_without_fat(source, start, *fat, *wrong, findings))
    return std::nullopt;
  compare_fats(source, start, *fat, findings);
  return *fat;
}

std::optional<FatGeometry> find_fat_by_id(const ByteSource& source, Findings& findings) {
  if (source.size() > floppy_formats().back().size + kMostBehind) return std::nullopt;
  auto fitting = formats_by_size(source);
  const bool sized = !fitting.empty();
  if (!sized) fitting = formats_by_fats(source);
  if (fitting.empty()) return std::nullopt;
  const std::string id = hex_byte(fitting.front()->media);
  if (fitting.size() > 1) {
    std::string text = "no BIOS parameter block in the boot sector; FAT id " + id + " fits";
    for (const FloppyFormat* each : fitting)
      text += (each == fitting.front() ? " " : ", ") + std::string(each->name);
    findings.push_back(finding_at(source, 0, "fat.ambiguous", Severity::warning,
                                  text + " equally well; none of them is taken"));
    return std::nullopt;
  }
  const FatGeometry fat = fitting.front()->fat();
  findings.push_back(finding_at(
      source, 0, "fat.no-bpb", Severity::warning,
      "no BIOS parameter block in the boot sector; the FAT12 layout of " +
          std::string(fitting.front()->name) + " floppies follows from " +
          (sized ? "the size and FAT id " + id : "FAT id " + id + " and the place of both FATs")));
  compare_fats(source, 0, fat, findings);
  return fat;
}

std::optional<std::uint64_t> find_header_in_front(const ByteSource& source) {
  constexpr std::uint64_t kLongestHeader = 16 << 10;
  for (const FloppyFormat& format : floppy_formats()) {
    if (source.size() <= format.size || source.size() - format.size > kLongestHeader) continue;
    const std::uint64_t start = source.size() - format.size;
    Findings ignored;
    const auto fat = find_fat(source, start, ignored);
    if (fat && fat->size() == format.size) return start;
  }
  return std::nullopt;
}

std::vector<Proof> fat_proofs(const ByteSource& source, std::uint64_t start,
                              const FatGeometry& fat) {
  std::vector<Proof> proofs;
  const auto add = [&](std::uint64_t offset, std::uint64_t length, std::string meaning) {
    add_proof(proofs, source, start + offset, length, std::move(meaning));
  };
  const auto sector = read_exactly(source, start, 512);
  const auto bpb = sector ? parse_bpb(*sector) : Result<FatGeometry>(Error{});
  if (bpb && bpb->size() == fat.size())
    add(11, 17,
        "BIOS parameter block: " + std::to_string(fat.total) + " sectors of " +
            std::to_string(fat.bytes_per_sector) + " bytes, media byte " + hex_byte(fat.media));
  if (sector && has_boot_mark(*sector)) add(510, 2, "end mark of a boot sector");
  for (std::uint32_t copy = 0; copy < fat.fats; ++copy) {
    const auto head = read_fat(source, start, fat, copy, 4);
    if (head && begins_as_fat(*head, fat))
      add(fat.fat_offset(copy), fat.bits() == 12 ? 3 : 4,
          "FAT " + std::to_string(copy + 1) + " of a FAT" + std::to_string(fat.bits()) +
              " volume begins with the media byte and one bits");
  }
  return proofs;
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
