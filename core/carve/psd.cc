// SPDX-License-Identifier: Apache-2.0
// PSD and PSB: Photoshop documents.
//
//   0  4  "8BPS"; 4 version: 1, or 2 (PSB: larger sizes); 6 reserved: 6 zeros
//  12  2  channels, 14 height, 18 width (4 each), 22 bits of a channel, 24 colour mode (2 each)
//  26     colour mode data, image resources, layers: each a length (4; layers of a PSB 8) and data
//         the whole image: compression (2; 0 raw, 1 PackBits), rows of all channels; with PackBits
//         first the packed length of each row (2; PSB 4)
//
// Source: Adobe Photoshop File Formats Specification (November 2019).
#include <boost/endian/arithmetic.hpp>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;
using boost::endian::big_uint32_t;
using boost::endian::big_uint64_t;

struct Header {
  char magic[4];
  big_uint16_t version;
  std::uint8_t reserved[6];
  big_uint16_t channels;
  big_uint32_t height;
  big_uint32_t width;
  big_uint16_t depth;
  big_uint16_t mode;
};
static_assert(sizeof(Header) == 26);

bool plausible(const Header& header) {
  constexpr std::uint32_t kSide = 300'000;
  bool reserved = true;
  for (const std::uint8_t byte : header.reserved) reserved &= byte == 0;
  const bool depth =
      header.depth == 1 || header.depth == 8 || header.depth == 16 || header.depth == 32;
  return std::string_view(header.magic, 4) == "8BPS" && header.version >= 1 &&
         header.version <= 2 && reserved && header.channels >= 1 && header.channels <= 56 &&
         header.height >= 1 && header.height <= kSide && header.width >= 1 &&
         header.width <= kSide && depth && header.mode <= 9;
}

// PackBits: a count n, and n + 1 bytes; or 257 - n times the byte behind it; 128 is skipped.
bool unpacks_to(Bytes packed, std::uint64_t row) {
  std::uint64_t unpacked = 0;
  std::size_t at = 0;
  while (at < packed.size()) {
    const auto count = std::to_integer<std::size_t>(packed[at++]);
    if (count == 128) continue;
    unpacked += count < 128 ? count + 1 : 257 - count;
    at += count < 128 ? count + 1 : 1;
  }
  return at == packed.size() && unpacked == row;
}

}  // namespace

std::optional<Verdict> validate_psd(Candidate& candidate) {
  const auto header = record_at<Header>(candidate, 0);
  if (!header || !plausible(*header)) return std::nullopt;
  const bool large = header->version == 2;
  std::uint64_t offset = sizeof(Header);
  constexpr int kSections = 3;
  for (int section = 0; section < kSections; ++section) {
    const bool wide = large && section == kSections - 1;
    const auto length = wide ? number_at<big_uint64_t>(candidate, offset)
                             : number_at<big_uint32_t>(candidate, offset);
    if (!length) return broken_off(candidate, offset, wide ? 8 : 4);
    // Resources begin with a signature of their own.
    if (section == 1 && *length >= 4 && !has_at(candidate, offset + 4, "8BIM") &&
        candidate.at(offset + 4, 4))
      return std::nullopt;
    if (*length > candidate.size()) return broken_off(candidate, candidate.size(), 1);
    offset += (wide ? 8 : 4) + *length;
  }
  const auto compression = number_at<big_uint16_t>(candidate, offset);
  if (!compression) return broken_off(candidate, offset, 2);
  if (*compression > 1)
    return Verdict{offset, Soundness::truncated, "image data packed in an unknown way"};
  offset += sizeof(big_uint16_t);
  const std::uint64_t rows = std::uint64_t{header->height} * header->channels;
  const std::uint64_t row = (std::uint64_t{header->width} * header->depth + 7) / 8;
  if (*compression == 0)
    return complete_at(candidate, offset + rows * row, "end of the image data");
  const std::uint64_t width = large ? 4 : 2;
  std::uint64_t end = offset + rows * width;
  for (std::uint64_t i = 0; i < rows; ++i) {
    const auto length = large ? number_at<big_uint32_t>(candidate, offset + i * 4)
                              : number_at<big_uint16_t>(candidate, offset + i * 2);
    if (!length) return broken_off(candidate, offset + i * width, width);
    // PackBits adds at most a byte to 128.
    if (*length > row + row / 128 + 8)
      return Verdict{offset + i * width, Soundness::truncated, "impossible length of a row"};
    end += *length;
  }
  // Each row unpacks to its width, or foreign bytes stand in it.
  std::uint64_t at = offset + rows * width;
  for (std::uint64_t i = 0; i < rows; ++i) {
    const auto length = large ? number_at<big_uint32_t>(candidate, offset + i * 4)
                              : number_at<big_uint16_t>(candidate, offset + i * 2);
    const auto packed = length ? candidate.at(at, *length) : std::nullopt;
    if (!packed) return broken_off(candidate, at, length.value_or(1));
    if (!unpacks_to(*packed, row)) {
      Verdict broken{at, Soundness::truncated, "row " + std::to_string(i) + " does not unpack"};
      broken.suspect = {offset + rows * width, at + *length - (offset + rows * width)};
      return broken;
    }
    at += *length;
  }
  return complete_at(candidate, end, "end of the image data");
}

}  // namespace discern
