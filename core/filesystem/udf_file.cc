// SPDX-License-Identifier: Apache-2.0
// File entry (ECMA-167 part 4, 14.9; tag 261) and extended file entry (14.17; tag 266):
//
//   16 20  ICB tag: 16 LE32 direct entries before, 20 LE16 strategy, 27 file type, 34 LE16 flags:
//          bits 2..0 form of the allocation descriptors: 0 short, 1 long, 2 extended, 3 the content
//   36 LE32 uid   40 LE32 gid   44 LE32 permissions   56 LE64 size
//   261:  72 accessed  84 modified  96 attributes changed   168 LE32 EA length  172 LE32 AD length
//   176 266:  80 accessed  92 modified 104 created 116 attributes changed  208 LE32, 212 LE32, 216
//
// Allocation descriptors: LE32 length, whose upper two bits tell the kind (0 recorded, 1 allocated,
// 2 neither, 3 continued in an allocation extent descriptor), and an address: short LE32 block,
// long LE32 block and LE16 partition; extended: length, 4 recorded length, 8 information length, 12
// long address.
//
// Strategy 4096 chains file entries by indirect entries (tag 259: 36 long address): the last one is
// valid, the others are older versions of the file (14.6.2, A.5).
//
// Extended attributes: implementation uses aside, type 5 holds times: 12 LE32 length, 16 LE32 which
// (1 created, 4 deleted, 8 effective, 32 backed up), 20 times (14.10.5).
#include "filesystem/udf_file.h"

#include <algorithm>

namespace discern {
namespace {

constexpr int kMostVersions = 1024;  // of a file entry under strategy 4096
constexpr int kMostContinuations = 65'536;
constexpr std::uint32_t kLengthMask = 0x3FFFFFFF;

void add_attribute_times(Bytes attributes, std::vector<EntryTime>& times) {
  for (std::uint64_t at = 24; at + 12 <= attributes.size();) {
    const std::uint32_t type = udf32(attributes, at);
    const std::uint32_t length = udf32(attributes, at + 8);
    const auto attribute = slice(attributes, at, length);
    if (!attribute || length < 12) return;
    if (type == 5) {
      const std::uint32_t which = udf32(*attribute, 16);
      std::uint64_t place = 20;
      for (unsigned bit = 0; bit < 32; ++bit) {
        if (!(which >> bit & 1)) continue;
        const auto raw = slice(*attribute, place, 12);
        if (!raw) break;
        const TimeKind kind = bit == 0   ? TimeKind::created
                              : bit == 2 ? TimeKind::expires
                              : bit == 5 ? TimeKind::backed_up
                                         : TimeKind::effective;
        times.push_back(udf_time(kind, *raw));
        place += 12;
      }
    }
    at += length;
  }
}

}  // namespace

std::uint32_t UdfFile::unix_mode() const {
  // Five bits each for others, group and owner: execute, write, read, change attributes, delete.
  const auto three = [&](unsigned shift) {
    const std::uint32_t bits = permissions >> shift;
    return (bits >> 2 & 1) << 2 | (bits >> 1 & 1) << 1 | (bits & 1);
  };
  std::uint32_t mode = three(10) << 6 | three(5) << 3 | three(0);
  mode |= flags & 0x40 ? 04000u : 0u;
  mode |= flags & 0x80 ? 02000u : 0u;
  mode |= flags & 0x100 ? 01000u : 0u;
  switch (type) {
    case 4:
      return mode | 0040000;
    case 6:
      return mode | 0060000;
    case 7:
      return mode | 0020000;
    case 9:
      return mode | 0010000;
    case 10:
      return mode | 0140000;
    case 12:
      return mode | 0120000;
    default:
      return mode | 0100000;
  }
}

std::optional<UdfFile> UdfFiles::read(UdfBlock block, std::uint64_t record, bool quiet) {
  std::optional<UdfFile> file;
  UdfBlock at = block;
  for (int version = 0; version < kMostVersions; ++version) {
    const auto place = volume_.place_of(at);
    if (!place) break;
    const Piece piece = view_.read(place->offset, volume_.block_size);
    auto found = read_entry(piece.bytes, place->offset, at.partition);
    if (!found) break;
    file = std::move(found);
    if (udf16(piece.bytes, 20) != 4096) break;
    const auto behind = volume_.place_of({at.block + 1, at.partition});
    if (!behind) break;
    const Piece indirect = view_.read(behind->offset, volume_.block_size);
    if (udf_tag(indirect.bytes) != UdfTag::indirect || udf32(indirect.bytes, 36) == 0) break;
    at = udf_long_address(indirect.bytes, 36);
  }
  if (!file && !quiet)
    view_.find("no-file-entry", Severity::damage, record,
               "no file entry stands at block " + std::to_string(block.block) + " of partition " +
                   std::to_string(block.partition));
  return file;
}

std::optional<UdfFile> UdfFiles::read_entry(Bytes bytes, std::uint64_t offset,
                                            std::uint16_t partition) {
  const auto tag = udf_tag(bytes);
  const bool extended = tag == UdfTag::extended_file_entry;
  if (!extended && tag != UdfTag::file_entry) return std::nullopt;
  UdfFile file;
  file.record_offset = offset;
  const auto type = slice(bytes, 27, 1);
  file.type = type ? std::to_integer<std::uint8_t>(type->front()) : std::uint8_t{0};
  file.flags = udf16(bytes, 34);
  file.uid = udf32(bytes, 36);
  file.gid = udf32(bytes, 40);
  file.permissions = udf32(bytes, 44);
  file.size = udf64(bytes, 56);
  const struct {
    TimeKind kind;
    std::uint64_t at;
  } kTimes[] = {{TimeKind::modified, extended ? 92u : 84u},
                {TimeKind::accessed, extended ? 80u : 72u},
                {TimeKind::changed, extended ? 116u : 96u},
                {TimeKind::created, extended ? 104u : 0u}};
  for (const auto& time : kTimes)
    if (time.at != 0)
      if (const auto raw = slice(bytes, time.at, 12))
        file.times.push_back(udf_time(time.kind, *raw));
  const std::uint64_t lengths = extended ? 208 : 168;
  const std::uint32_t attributes = udf32(bytes, lengths);
  const std::uint32_t length = udf32(bytes, lengths + 4);
  if (const auto part = slice(bytes, lengths + 8, attributes))
    add_attribute_times(*part, file.times);
  const std::uint64_t place = lengths + 8 + attributes;
  const auto descriptors = slice(bytes, place, length);
  if (!descriptors) {
    view_.find("bad-file-entry", Severity::damage, offset,
               "the lengths of a file entry's parts exceed its block; the content is not known");
    return file;
  }
  const unsigned form = file.flags & 7;
  if (form == 3) {
    if (file.size > length)
      view_.find("embedded", Severity::damage, offset,
                 "of " + std::to_string(file.size) + " bytes inside the file entry there are " +
                     std::to_string(length));
    if (length > 0 && file.size > 0)
      file.runs.push_back({0, std::min<std::uint64_t>(length, file.size), offset + place});
    return file;
  }
  add_extents(*descriptors, form, partition, file);
  const std::uint64_t known =
      file.runs.empty() ? 0 : file.runs.back().file_offset + file.runs.back().length;
  if (known < file.size)
    view_.find(
        "short-file", Severity::damage, offset,
        "of " + std::to_string(file.size) + " bytes " + std::to_string(known) + " have a place");
  return file;
}

void UdfFiles::add_extents(Bytes first, unsigned form, std::uint16_t partition, UdfFile& file) {
  const std::uint64_t step = form == 0 ? 8 : form == 1 ? 16 : 20;
  Piece piece;
  Bytes descriptors = first;
  for (int continuations = 0; continuations < kMostContinuations; ++continuations) {
    std::optional<UdfExtent> next;
    for (std::uint64_t at = 0; at + step <= descriptors.size(); at += step) {
      UdfExtent extent;
      const std::uint32_t length = udf32(descriptors, at);
      extent.length = length & kLengthMask;
      extent.kind = static_cast<UdfExtentKind>(length >> 30);
      if (extent.length == 0) return;
      extent.start = form == 0 ? UdfBlock{udf32(descriptors, at + 4), partition}
                     : form == 1
                         ? udf_long_address(descriptors, at)
                         : UdfBlock{udf32(descriptors, at + 12), udf16(descriptors, at + 16)};
      if (extent.kind == UdfExtentKind::continuation) {
        next = extent;
        break;
      }
      add_extent(extent, file);
    }
    if (!next) return;
    const auto place = volume_.place_of(next->start);
    if (!place || steps_left_ == 0) break;
    --steps_left_;
    piece = view_.read(place->offset, volume_.block_size);
    if (udf_tag(piece.bytes) != UdfTag::allocation_extent) break;
    const auto part = slice(piece.bytes, 24, udf32(piece.bytes, 20));
    if (!part) break;
    descriptors = *part;
  }
  view_.find("continuation", Severity::damage, file.record_offset,
             "the list of extents of a file breaks off");
}

void UdfFiles::add_extent(const UdfExtent& extent, UdfFile& file) {
  std::uint64_t at = file.runs.empty() ? 0 : file.runs.back().file_offset + file.runs.back().length;
  if (at >= file.size) return;  // the tail: allocated, not part of the content
  std::uint64_t left = std::min<std::uint64_t>(extent.length, file.size - at);
  if (extent.kind != UdfExtentKind::recorded) {
    file.runs.push_back({at, left, std::nullopt});
    return;
  }
  UdfBlock block = extent.start;
  while (left > 0) {
    const auto place = volume_.place_of(block);
    if (!place || steps_left_ == 0) {
      view_.find("outside", Severity::damage, file.record_offset,
                 "an extent of a file at block " + std::to_string(block.block) + " of partition " +
                     std::to_string(block.partition) + " lies outside");
      return;
    }
    --steps_left_;
    const std::uint64_t length = std::min(left, place->length);
    Run* const last = file.runs.empty() ? nullptr : &file.runs.back();
    if (last && last->view_offset && *last->view_offset + last->length == place->offset)
      last->length += length;
    else
      file.runs.push_back({at, length, place->offset});
    at += length;
    left -= length;
    block.block += static_cast<std::uint32_t>(length / volume_.block_size);
  }
}

std::vector<std::byte> UdfFiles::content(const UdfFile& file, std::uint64_t most) {
  std::vector<std::byte> bytes;
  for (const Run& run : file.runs) {
    if (bytes.size() >= most || run.file_offset != bytes.size()) break;
    const std::uint64_t length = std::min(run.length, most - bytes.size());
    if (!run.view_offset) {
      // Not more than the view itself could hold.
      if (length > view_.size()) break;
      bytes.resize(static_cast<std::size_t>(bytes.size() + length));
      continue;
    }
    const Piece piece = view_.read(*run.view_offset, length);
    bytes.insert(bytes.end(), piece.bytes.begin(), piece.bytes.end());
    if (piece.bytes.size() < length) break;
  }
  return bytes;
}

}  // namespace discern
