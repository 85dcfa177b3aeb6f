// SPDX-License-Identifier: Apache-2.0
// Entry data. Its length stands in the local header, or (flag bit 3, written by programs that
// stream) in a descriptor behind the data: optional signature 50 4B 07 08, CRC (4), packed size and
// size (4 each, or 8 each with zip64). Then the end is found by inflating or, when the data cannot
// be unpacked, by looking for a descriptor whose packed size equals the distance.
// Source: PKWARE APPNOTE.TXT 6.3.10, clauses 4.3.9, 4.4.4 and 4.4.5; RFC 1951 for deflate.
#include "carve/zip_entry.h"

#include <algorithm>
#include <array>

#include "carve/validators.h"

namespace discern::zip {
namespace {

constexpr std::uint64_t kLongestName = 4096;
constexpr std::uint64_t kDescriptorSearch = 256 << 20;
constexpr std::uint16_t kNewestVersion = 63;

bool known_method(unsigned method) {
  constexpr std::array<std::uint8_t, 22> kMethods = {0,  1,  2,  3,  4,  5,  6,  8,  9,  10, 12,
                                                     14, 16, 18, 19, 20, 93, 94, 95, 97, 98, 99};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

bool plausible(const Local& local) {
  return local.signature == kLocal && (local.version & 0xFF) <= kNewestVersion &&
         (local.flags & kUnused) == 0 && known_method(local.method) && local.name_length >= 1 &&
         local.name_length <= kLongestName;
}

// Puts the 8-byte values of the zip64 extra field in the place of those that refer to it.
bool take_zip64(Entry& entry, Bytes extra) {
  std::uint64_t at = 0;
  while (const auto id = read_record<little_uint16_t>(extra, at)) {
    const auto length = read_record<little_uint16_t>(extra, at + 2);
    if (!length) return false;
    const auto field = slice(extra, at + 4, *length);
    if (!field) return false;
    at += 4 + std::uint64_t{*length};
    if (*id != kZip64Extra) continue;
    std::uint64_t next = 0;
    for (std::uint64_t* value : {&entry.size, &entry.packed}) {
      if (*value != kIn64) continue;
      const auto wide = read_record<little_uint64_t>(*field, next);
      if (!wide) return false;
      *value = *wide;
      next += sizeof(little_uint64_t);
    }
    return true;
  }
  return true;
}

}  // namespace

std::optional<Entry> EntryReader::open(std::uint64_t offset) {
  const auto local = record_at<Local>(candidate_, offset);
  if (!local || !plausible(*local)) return std::nullopt;
  const auto name = candidate_.at(offset + sizeof(Local), local->name_length);
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= ' '; };
  if (!name || !std::ranges::all_of(as_text(*name), printable)) return std::nullopt;

  Entry entry;
  entry.name = as_text(*name);
  entry.header = offset;
  entry.data = offset + sizeof(Local) + local->name_length + local->extra_length;
  entry.packed = local->packed;
  entry.size = local->size;
  entry.crc = local->crc;
  entry.flags = local->flags;
  entry.method = local->method;
  if (entry.packed == kIn64 || entry.size == kIn64) {
    const auto extra =
        candidate_.at(offset + sizeof(Local) + local->name_length, local->extra_length);
    if (!extra || !take_zip64(entry, *extra)) return std::nullopt;
  }
  return entry;
}

Content EntryReader::follow(Entry& entry) {
  broken_at_.reset();
  const bool sizes_follow = (entry.flags & kSizesFollow) != 0;
  const bool size_known = !sizes_follow || entry.packed != 0;
  const bool readable =
      (entry.flags & (kEncrypted | kStronglyEncrypted | kPatched | kMasked)) == 0 &&
      (entry.method == kStored || entry.method == kDeflated);

  if (!size_known) {
    if (readable && entry.method == kDeflated) return inflate(entry, false);
    const Content found = find_descriptor(entry);
    return found == Content::good && readable ? check_stored(entry) : found;
  }
  if (entry.data > candidate_.size() || entry.packed > candidate_.size() - entry.data) {
    entry.end = candidate_.size();
    return Content::lacking;
  }
  entry.end = entry.data + entry.packed;
  // Writers that know the size beforehand leave the CRC to the descriptor nevertheless.
  if (sizes_follow) take_descriptor(entry, entry.crc);
  if (!readable) return Content::unchecked;
  return entry.method == kStored ? check_stored(entry) : inflate(entry, true);
}

Content EntryReader::check_stored(const Entry& entry) {
  if (entry.packed != entry.size) return Content::wrong;
  std::uint64_t at = entry.data;
  const auto crc = take_crc32(candidate_, at, entry.packed);
  return crc && *crc == entry.crc ? Content::good : Content::wrong;
}

Content EntryReader::inflate(Entry& entry, bool size_known) {
  const Inflated got =
      deflate_.run(entry.data, size_known ? entry.data + entry.packed : candidate_.size(),
                   size_known ? entry.size : UINT64_MAX);
  if (size_known) {
    if (got.outcome == Inflated::broken) broken_at_ = got.end;
    return got.outcome == Inflated::whole && got.end == entry.data + entry.packed &&
                   got.produced == entry.size && got.crc == entry.crc
               ? Content::good
               : Content::wrong;
  }
  entry.end = got.end;
  if (got.outcome == Inflated::lacking) return Content::lacking;
  if (got.outcome == Inflated::broken) return Content::endless;
  entry.packed = got.end - entry.data;
  entry.size = got.produced;
  return take_descriptor(entry, got.crc) && entry.crc == got.crc ? Content::good : Content::wrong;
}

// Steps over a descriptor with the entry's sizes that stands at entry.end, in any of its four
// forms; one with the right CRC is preferred, since the sizes of small entries fit by chance.
bool EntryReader::take_descriptor(Entry& entry, std::uint32_t crc) {
  const auto bytes = candidate_.upto(entry.end, 24);
  if (!bytes) return false;
  struct Form {
    std::uint64_t length;
    std::uint32_t crc;
  };
  std::optional<Form> chosen;
  const auto consider = [&](std::uint64_t start, auto width) {
    const auto stored_crc = read_record<little_uint32_t>(*bytes, start);
    const auto packed = read_record<decltype(width)>(*bytes, start + 4);
    const auto size = read_record<decltype(width)>(*bytes, start + 4 + sizeof(width));
    if (!size || *packed != entry.packed || *size != entry.size) return;
    if (!chosen || (chosen->crc != crc && *stored_crc == crc))
      chosen = Form{start + 4 + 2 * sizeof(width), *stored_crc};
  };
  const auto signature = read_record<little_uint32_t>(*bytes, 0);
  if (signature && *signature == kDescriptor) {
    consider(4, little_uint32_t{});
    consider(4, little_uint64_t{});
  }
  consider(0, little_uint32_t{});
  consider(0, little_uint64_t{});
  if (!chosen) return false;
  entry.crc = chosen->crc;
  entry.end += chosen->length;
  return true;
}

// For data of unknown size that cannot be unpacked to its end. Good: found, content not yet read.
Content EntryReader::find_descriptor(Entry& entry) {
  using namespace std::string_view_literals;
  entry.end = entry.data;
  // An empty entry (a folder) may do without.
  if (const auto next = record_at<little_uint32_t>(candidate_, entry.data);
      next && (*next == kLocal || *next == kCentral))
    return Content::good;

  struct Sizes {
    little_uint32_t signature;
    little_uint32_t crc;
    little_uint32_t packed;
    little_uint32_t size;
  };
  static_assert(sizeof(Sizes) == 16);
  std::uint64_t at = entry.data;
  while (at - entry.data < kDescriptorSearch) {
    const auto window = candidate_.upto(at, kWindow);
    if (!window) {
      entry.end = at;
      return Content::lacking;
    }
    const std::size_t found = as_text(*window).find("PK\7\10"sv);
    if (found == std::string_view::npos) {
      at += window->size() > 3 ? window->size() - 3 : window->size();
      continue;
    }
    at += found;
    const auto sizes = record_at<Sizes>(candidate_, at);
    if (sizes && sizes->packed == at - entry.data) {
      entry.packed = sizes->packed;
      entry.size = sizes->size;
      entry.crc = sizes->crc;
      entry.end = at + sizeof(Sizes);
      return (entry.flags & kEncrypted) != 0 || entry.method != kStored ? Content::unchecked
                                                                        : Content::good;
    }
    at += 4;
  }
  return Content::endless;
}

}  // namespace discern::zip
