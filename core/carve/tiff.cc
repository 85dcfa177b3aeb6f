// SPDX-License-Identifier: Apache-2.0
// TIFF, and what is built on it: DNG, CR2.
//
//   0  2  "II" little-endian or "MM" big-endian
//   2  2  42
//   4  4  offset of the first directory
//
// A directory has a count (2), entries of 12 bytes (tag 2, type 2, count 4, value or its offset 4)
// and the offset of the next directory (4). Tags 330, 34665, 34853 and 40965 lead to more of them;
// 273 and 279, 324 and 325, 513 and 514 to image data and its length. The file ends behind the last
// directory, value or piece of image data: nothing says that the file has no more, and there is no
// checksum. What lies far behind everything else is the doing of a wrong offset, not of the file.
// Image data packed as JPEG or by Deflate begin as these do, or they are none of the file's.
// Sources: Adobe TIFF 6.0; Exif 2.32; Adobe DNG 1.6.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::size_t kDirectoriesLimit = 512;
constexpr std::uint64_t kEntriesLimit = 1024;
constexpr std::uint64_t kPiecesLimit = 1U << 20;
constexpr std::uint64_t kHeader = 8;
constexpr std::uint64_t kEntry = 12;

// Bytes of a value by its type.
constexpr std::array<std::uint64_t, 14> kTypeSizes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

enum Tag : std::uint64_t {
  kWidth = 256,
  kCompression = 259,
  kStripOffsets = 273,
  kStripSizes = 279,
  kTileOffsets = 324,
  kTileSizes = 325,
  kSubDirectories = 330,
  kJpegOffset = 513,
  kJpegSize = 514,
  kExif = 34665,
  kGps = 34853,
  kInterop = 40965,
  kPhotoshop = 34377,
  kDngVersion = 50706,
};
constexpr std::uint64_t kJpegCompression = 7;
constexpr std::uint64_t kDeflateCompression = 8;

struct Field {
  std::uint64_t tag = 0;
  std::uint64_t type = 0;
  std::uint64_t count = 0;
  std::uint64_t values = 0;  // where they stand
  std::uint64_t length() const { return count * kTypeSizes[type]; }
};

class TiffWalk {
 public:
  explicit TiffWalk(Candidate& candidate) : candidate_(candidate) {}
  std::optional<Verdict> run();

 private:
  std::optional<std::uint64_t> number(std::uint64_t offset, std::uint64_t width);
  std::optional<std::uint64_t> value(const Field& field, std::uint64_t index);
  std::optional<Field> field_at(std::uint64_t offset);
  bool take_directory(std::uint64_t offset);
  bool take_pieces(const std::vector<Field>& fields, Tag offsets, Tag sizes);
  void reach(std::uint64_t begin, std::uint64_t length) { used_.push_back({begin, length}); }
  bool begins_well(std::uint64_t compression, std::uint64_t offset);
  std::uint64_t dense_end();

  Candidate& candidate_;
  bool big_ = false;
  std::vector<ByteRange> used_ = {};
  bool sparse_ = false;  // something lies farther off than the file is long
  bool image_ = false;
  bool dng_ = false;
  bool photoshop_ = false;
  std::string lost_ = {};  // what is not where it should be
  std::vector<std::uint64_t> pending_ = {};
  std::set<std::uint64_t> seen_ = {};
};

std::optional<std::uint64_t> TiffWalk::number(std::uint64_t offset, std::uint64_t width) {
  const auto bytes = candidate_.at(offset, width);
  if (!bytes) return std::nullopt;
  std::uint64_t result = 0;
  for (std::uint64_t i = 0; i < width; ++i) {
    const auto byte = std::to_integer<std::uint64_t>((*bytes)[big_ ? i : width - 1 - i]);
    result = result << 8 | byte;
  }
  return result;
}

std::optional<std::uint64_t> TiffWalk::value(const Field& field, std::uint64_t index) {
  const std::uint64_t width = kTypeSizes[field.type];
  if (width > 4) return std::nullopt;
  return number(field.values + index * width, width);
}

std::optional<Field> TiffWalk::field_at(std::uint64_t offset) {
  const auto tag = number(offset, 2);
  const auto type = number(offset + 2, 2);
  const auto count = number(offset + 4, 4);
  const auto place = number(offset + 8, 4);
  if (!tag || !type || !count || !place || *type == 0 || *type >= kTypeSizes.size())
    return std::nullopt;
  Field field{*tag, *type, *count, offset + 8};
  if (field.length() > 4) field.values = *place;
  return field;
}

bool TiffWalk::begins_well(std::uint64_t compression, std::uint64_t offset) {
  if (compression != kJpegCompression && compression != kDeflateCompression) return true;
  const auto bytes = candidate_.at(offset, 2);
  if (!bytes) return false;
  const auto first = std::to_integer<unsigned>((*bytes)[0]);
  const auto second = std::to_integer<unsigned>((*bytes)[1]);
  if (compression == kJpegCompression) return first == 0xFF && second == 0xD8;
  return (first & 15) == 8 && (first << 8 | second) % 31 == 0;  // RFC 1950 2.2
}

// False when image data is listed, but lies outside.
bool TiffWalk::take_pieces(const std::vector<Field>& fields, Tag offsets, Tag sizes) {
  const auto place = std::ranges::find(fields, offsets, &Field::tag);
  const auto size = std::ranges::find(fields, sizes, &Field::tag);
  if (place == fields.end() || size == fields.end()) return true;
  const std::uint64_t count = std::min(place->count, size->count);
  if (count > kPiecesLimit) return false;
  const auto packed = std::ranges::find(fields, kCompression, &Field::tag);
  const auto compression = packed == fields.end() ? std::nullopt : value(*packed, 0);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto begin = value(*place, i);
    const auto length = value(*size, i);
    if (!begin || !length) return false;
    if (*length == 0) continue;
    if (offsets != kJpegOffset && compression && !begins_well(*compression, *begin)) {
      if (lost_.empty()) lost_ = "no image data at " + std::to_string(*begin);
      continue;
    }
    reach(*begin, *length);
    image_ = true;
  }
  return true;
}

// False when there is none.
bool TiffWalk::take_directory(std::uint64_t offset) {
  if (offset < kHeader || !seen_.insert(offset).second) return true;
  const auto count = number(offset, 2);
  if (!count || *count == 0 || *count > kEntriesLimit) return false;
  std::vector<Field> fields;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto field = field_at(offset + 2 + i * kEntry);
    // Some writers leave entries of no type.
    if (!field) continue;
    fields.push_back(*field);
    if (field->length() > 4) reach(field->values, field->length());
    dng_ |= field->tag == kDngVersion;
    photoshop_ |= field->tag == kPhotoshop;
    if (field->tag == kSubDirectories || field->tag == kExif || field->tag == kGps ||
        field->tag == kInterop)
      for (std::uint64_t k = 0; k < field->count && pending_.size() < kDirectoriesLimit; ++k)
        if (const auto further = value(*field, k)) pending_.push_back(*further);
  }
  if (fields.size() * 2 < *count) return false;
  const std::uint64_t behind = offset + 2 + *count * kEntry;
  reach(offset, behind - offset);
  if (const auto next = number(behind, 4)) {
    reach(behind, 4);
    if (*next != 0) pending_.push_back(*next);
  }
  return take_pieces(fields, kStripOffsets, kStripSizes) &&
         take_pieces(fields, kTileOffsets, kTileSizes) &&
         take_pieces(fields, kJpegOffset, kJpegSize);
}

// Behind the last of the ranges that lie close to each other.
std::uint64_t TiffWalk::dense_end() {
  constexpr std::uint64_t kHole = std::uint64_t{256} << 10;
  std::ranges::sort(used_, {}, &ByteRange::offset);
  std::uint64_t end = kHeader;
  for (const ByteRange& range : used_) {
    if (range.offset > end + std::max(kHole, end)) {
      sparse_ = true;
      break;
    }
    end = std::max(end, range.end());
  }
  return end;
}

std::optional<Verdict> TiffWalk::run() {
  const auto order = candidate_.at(0, 2);
  if (!order) return std::nullopt;
  big_ = as_text(*order) == "MM";
  if ((!big_ && as_text(*order) != "II") || number(2, 2) != 42) return std::nullopt;
  const auto first = number(4, 4);
  if (!first || *first < kHeader || !take_directory(*first)) return std::nullopt;
  const bool canon = has_at(candidate_, 8, "CR");
  while (!pending_.empty() && seen_.size() < kDirectoriesLimit) {
    const std::uint64_t offset = pending_.back();
    pending_.pop_back();
    if (!take_directory(offset) && lost_.empty())
      lost_ = "no directory at " + std::to_string(offset);
  }
  if (!image_) return std::nullopt;
  std::uint64_t end = dense_end();
  if (sparse_ && lost_.empty()) lost_ = "an offset leads far behind " + std::to_string(end);
  // Photoshop fills the last four bytes, as its files show.
  constexpr std::string_view kFill("\0\0", 2);
  if (photoshop_ && end % 4 == 2 && has_at(candidate_, end, kFill)) end += kFill.size();
  Verdict verdict = complete_at(candidate_, end, "end of what the directories list");
  if (!lost_.empty() && verdict.soundness == Soundness::complete)
    verdict = {end, Soundness::truncated, lost_};
  if (dng_)
    verdict.type = verdict.extension = "dng";
  else if (canon)
    verdict.type = verdict.extension = "cr2";
  return verdict;
}

}  // namespace

std::optional<Verdict> validate_tiff(Candidate& candidate) { return TiffWalk(candidate).run(); }

}  // namespace discern
