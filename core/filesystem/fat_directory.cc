// SPDX-License-Identifier: Apache-2.0
// Directory slots of 32 bytes, integers little-endian:
//
//    0 11  name 8.3, filled up with blanks; byte 0: 00 end of the directory, E5 deleted, 05 for E5
//   11  1  attributes: 1 read-only 2 hidden 4 system 8 volume label 10 directory 20 archive
//   12  1  08: the base is lower case, 10: the extension is
//   13     times, see fat_times.cc
//   20  2  cluster, high word (FAT32 only)     26  2  cluster, low word     28  4  size
//
// A long name stands in front of its 8.3 slot, last part first, in slots with attributes 0F:
//
//    0  1  number of the part from 1, +40 for the last part; E5 deleted
//    1 10, 14 12, 28 4  13 characters of UTF-16, ended by 0000 and filled up with FFFF
//   11  1  0F    12  1  0    13  1  checksum of the 8.3 name    26  2  0
//
// The checksum binds both. Of a deleted 8.3 name the first byte is lost, but the checksum, which is
// a permutation of it, tells what it was: the long name is believed when that is a legal character.
//
// Source: Microsoft "FAT: General Overview of On-Disk Format" 1.03, "FAT Directory Structure" and
// "FAT Long Directory Entries". The case bits are Windows NT's.
#include "filesystem/fat_directory.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>

#include "filesystem/fat_times.h"
#include "filesystem/utf16.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

struct Slot {
  std::uint8_t name[11];
  std::uint8_t attributes;
  std::uint8_t cases;
  std::uint8_t created_units;
  little_uint16_t created_time;
  little_uint16_t created_date;
  little_uint16_t accessed_date;
  little_uint16_t cluster_high;
  little_uint16_t modified_time;
  little_uint16_t modified_date;
  little_uint16_t cluster_low;
  little_uint32_t size;
};
static_assert(sizeof(Slot) == kFatSlot);

struct LongNameSlot {
  std::uint8_t sequence;
  little_uint16_t first[5];
  std::uint8_t attributes;
  std::uint8_t type;
  std::uint8_t checksum;
  little_uint16_t second[6];
  little_uint16_t cluster;
  little_uint16_t third[2];
};
static_assert(sizeof(LongNameSlot) == kFatSlot);

constexpr std::uint8_t kDeleted = 0xE5;
constexpr std::uint8_t kLongName = 0x0F;
constexpr std::uint8_t kReserved = 0xC0;
constexpr std::uint8_t kLastPart = 0x40;
constexpr std::size_t kMostParts = 20;

std::uint8_t rotated_right(std::uint8_t byte) {
  return static_cast<std::uint8_t>(byte >> 1 | byte << 7);
}
std::uint8_t rotated_left(std::uint8_t byte) {
  return static_cast<std::uint8_t>(byte << 1 | byte >> 7);
}

std::uint8_t checksum_of(const Slot& slot) {
  std::uint8_t sum = 0;
  for (const std::uint8_t byte : slot.name)
    sum = static_cast<std::uint8_t>(rotated_right(sum) + byte);
  return sum;
}

// The first byte with which the name has this checksum.
std::uint8_t first_byte_for(const Slot& slot, std::uint8_t checksum) {
  std::uint8_t sum = checksum;
  for (std::size_t i = sizeof slot.name - 1; i > 0; --i)
    sum = rotated_left(static_cast<std::uint8_t>(sum - slot.name[i]));
  return sum;
}

bool legal_character(std::uint8_t byte) {
  return byte >= 0x80 || (byte > 0x20 && byte < 0x7F && !(byte >= 'a' && byte <= 'z') &&
                          std::string_view("\"*+,./:;<=>?[\\]|").find(static_cast<char>(byte)) ==
                              std::string_view::npos);
}

// Legal characters, then only blanks.
bool legal_part(std::span<const std::uint8_t> part) {
  const auto blank = std::ranges::find(part, std::uint8_t{' '});
  return std::all_of(part.begin(), blank, legal_character) &&
         std::all_of(blank, part.end(), [](std::uint8_t byte) { return byte == ' '; });
}

bool legal_name(const Slot& slot) {
  const std::span<const std::uint8_t> name(slot.name);
  const std::string_view text(reinterpret_cast<const char*>(slot.name), sizeof slot.name);
  if (text == ".          " || text == "..         ") return true;
  if (slot.name[0] == ' ') return false;
  return legal_part(name.subspan(slot.name[0] == kDeleted || slot.name[0] == 0x05 ? 1 : 0,
                                 slot.name[0] == kDeleted || slot.name[0] == 0x05 ? 7 : 8)) &&
         legal_part(name.subspan(8));
}

std::uint32_t cluster_of(const Slot& slot, bool fat32) {
  return std::uint32_t{slot.cluster_low} |
         (fat32 ? (std::uint32_t{slot.cluster_high} & 0x0FFF) << 16 : 0u);
}

bool is_dot(const Slot& slot) {
  const std::string_view text(reinterpret_cast<const char*>(slot.name), sizeof slot.name);
  return text == ".          " || text == "..         ";
}

std::string part_of_name(std::span<const std::uint8_t> part, bool lower) {
  std::string text;
  for (const std::uint8_t byte : part)
    text += static_cast<char>(lower && byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string short_name(const Slot& slot, bool deleted) {
  std::string name = part_of_name(std::span(slot.name).first(8), slot.cases & 0x08);
  if (!name.empty() && deleted) name[0] = '_';
  if (!name.empty() && !deleted && slot.name[0] == 0x05) name[0] = static_cast<char>(kDeleted);
  const std::string extension = part_of_name(std::span(slot.name).last(3), slot.cases & 0x10);
  return extension.empty() ? name : name + "." + extension;
}

// Blanks inside are kept: the label is one field, as fls shows it.
std::string label_name(const Slot& slot) {
  std::string name;
  for (const std::uint8_t byte : slot.name)
    if (byte != 0 && byte != 0xFF) name += static_cast<char>(byte);
  return name + " (Volume Label Entry)";
}

bool ends_name(std::span<const char16_t> text) {
  return std::ranges::find(text, char16_t{0}) != text.end();
}

}  // namespace

bool is_strict_slot(Bytes bytes, const FatLimits& limits) {
  const auto slot = read_record<Slot>(bytes);
  if (!slot || (slot->attributes & kReserved)) return false;
  if (slot->attributes == kLongName) {
    const auto part = read_record<LongNameSlot>(bytes);
    const unsigned number = part->sequence & 0x3Fu;
    return part->type == 0 && part->cluster == 0 &&
           (part->sequence == kDeleted ||
            (part->sequence < 0x80 && number >= 1 && number <= kMostParts));
  }
  if ((slot->attributes & 0x18) == 0x18 || (slot->cases & ~0x18) || slot->created_units > 199 ||
      !legal_name(*slot))
    return false;
  const auto times = fat_times(bytes);
  if (times[0].validity != Validity::ok) return false;
  if (std::ranges::any_of(
          times, [](const EntryTime& time) { return time.validity == Validity::invalid_field; }))
    return false;
  const std::uint32_t cluster = cluster_of(*slot, limits.fat32);
  const bool directory = slot->attributes & 0x10;
  return (cluster == 0 || (cluster >= 2 && cluster <= limits.last_cluster)) &&
         slot->size <= limits.size && !(directory && slot->size != 0);
}

bool begins_directory(Bytes bytes) {
  const auto self = read_record<Slot>(bytes);
  const auto parent = read_record<Slot>(bytes, kFatSlot);
  return self && parent && has_text_at(bytes, 0, ".          ") &&
         has_text_at(bytes, kFatSlot, "..         ") && (self->attributes & 0x18) == 0x10 &&
         (parent->attributes & 0x18) == 0x10;
}

// The long name that belongs to `slot`, or nothing.
std::u16string FatDirectory::long_name(Bytes bytes, bool deleted, std::uint64_t offset) {
  const Slot slot = *read_record<Slot>(bytes);
  if (long_.empty()) return {};
  const std::uint8_t checksum = long_.back().checksum;
  std::u16string name;
  bool whole = false;
  for (std::size_t part = 1; part <= long_.size() && part <= kMostParts && !whole; ++part) {
    const LongSlot& slot_of_part = long_[long_.size() - part];
    const bool numbered = (slot_of_part.sequence & 0x3Fu) == part && slot_of_part.sequence < 0x80;
    if (slot_of_part.checksum != checksum ||
        !(numbered || (deleted && slot_of_part.sequence == kDeleted)))
      break;
    const auto end = std::ranges::find(slot_of_part.text, char16_t{0});
    name.append(slot_of_part.text.begin(), end);
    // Of a deleted name the mark of the last part is gone: what ends inside a part is one.
    whole = deleted ? ends_name(slot_of_part.text) : (slot_of_part.sequence & kLastPart) != 0;
  }
  const bool bound = deleted ? legal_character(first_byte_for(slot, checksum))
                             : checksum == checksum_of(slot) && whole;
  if (bound && !name.empty()) return name;
  view_.find("long-name", Severity::note, offset,
             "a long name that does not belong to the 8.3 name behind it (checksum or parts); the "
             "8.3 name is listed");
  return {};
}

// Whether a slot in front of the end mark is a record at all. Live ones are, whatever their name;
// formatting fills directories with E5 or F6, which must not become deleted files.
bool FatDirectory::accepts(Bytes bytes, std::uint64_t offset) const {
  const auto slot = read_record<Slot>(bytes);
  const bool deleted = slot->name[0] == kDeleted;
  bool good = !(slot->attributes & kReserved) && (slot->attributes & 0x18) != 0x18;
  if (deleted)
    good = good && std::all_of(std::begin(slot->name) + 1, std::end(slot->name),
                               [](std::uint8_t byte) { return byte >= 0x20 && byte != kDeleted; });
  if (good) return true;
  const auto first = bytes.front();
  const bool filler =
      std::all_of(bytes.begin() + 1, bytes.end(), [&](std::byte byte) { return byte == bytes[1]; });
  if (!(filler && (bytes[1] == first || bytes[1] == std::byte{0xF6})))
    view_.find("no-record", deleted ? Severity::note : Severity::warning, offset,
               std::string(deleted ? "a slot marked as deleted" : "a slot in use") +
                   " that no record looks like (attributes or name); not listed");
  return false;
}

void FatDirectory::add(Bytes bytes, std::uint64_t offset, std::vector<FatRecord>& records) {
  for (std::uint64_t at = 0; at + kFatSlot <= bytes.size(); at += kFatSlot) {
    const Bytes raw = bytes.subspan(static_cast<std::size_t>(at), kFatSlot);
    const Slot slot = *read_record<Slot>(raw);
    if (slot.name[0] == 0) {
      ended_ = true;
      long_.clear();
      continue;
    }
    if (ended_ ? !is_strict_slot(raw, limits_)
               : slot.attributes != kLongName && !accepts(raw, offset + at)) {
      long_.clear();
      continue;
    }
    if (slot.attributes == kLongName) {
      const auto part = read_record<LongNameSlot>(raw);
      LongSlot& kept = long_.emplace_back();
      auto to = kept.text.begin();
      to = std::copy(std::begin(part->first), std::end(part->first), to);
      to = std::copy(std::begin(part->second), std::end(part->second), to);
      std::copy(std::begin(part->third), std::end(part->third), to);
      kept.sequence = part->sequence;
      kept.checksum = part->checksum;
      continue;
    }
    if (is_dot(slot)) {
      long_.clear();
      continue;
    }
    FatRecord& record = records.emplace_back();
    const bool marked = slot.name[0] == kDeleted;
    record.deleted = marked || ended_;
    record.offset = offset + at;
    std::copy(raw.begin(), raw.end(), record.slot.begin());
    record.attributes = slot.attributes;
    record.cluster = cluster_of(slot, limits_.fat32);
    record.size = slot.size;
    if (record.is_label()) {
      record.name = label_name(slot);
    } else {
      record.name = utf8_of(long_name(raw, marked, offset + at));
      if (record.name.empty()) record.name = short_name(slot, marked);
    }
    long_.clear();
  }
}

}  // namespace discern
