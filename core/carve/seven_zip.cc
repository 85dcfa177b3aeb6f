// SPDX-License-Identifier: Apache-2.0
// 7z: 37 7A BC AF 27 1C, version (2), CRC-32 of the next 20 bytes (4), offset of the header behind
// these 32 bytes (8), its size (8), its CRC-32 (4); little-endian. The header ends the file. Its
// CRC says nothing of the packed data before it.
// Source: 7zFormat.txt of the LZMA SDK 9.20.
#include <boost/endian/arithmetic.hpp>

#include "carve/validators.h"

namespace discern {

std::optional<Verdict> validate_seven_zip(Candidate& candidate) {
  using boost::endian::little_uint32_t;
  using boost::endian::little_uint64_t;
  struct Header {
    char magic[6];
    std::uint8_t major;
    std::uint8_t minor;
    little_uint32_t crc;
    little_uint64_t offset;
    little_uint64_t size;
    little_uint32_t header_crc;
  };
  static_assert(sizeof(Header) == 32);
  constexpr std::uint64_t kChecked = 12;  // from here on, 20 bytes
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 48;

  const auto header = record_at<Header>(candidate, 0);
  if (!header || std::string_view(header->magic, 6) != "7z\xBC\xAF\x27\x1C" || header->major != 0 ||
      header->offset > kLargest || header->size == 0 || header->size > kLargest)
    return std::nullopt;
  std::uint64_t at = kChecked;
  const auto crc = take_crc32(candidate, at, 20);
  if (!crc || *crc != header->crc) return std::nullopt;
  const std::uint64_t begin = sizeof(Header) + header->offset;
  const std::uint64_t end = begin + header->size;
  if (end > candidate.size()) return broken_off(candidate, candidate.size(), 1);
  at = begin;
  const auto header_crc = take_crc32(candidate, at, header->size);
  if (!header_crc) return broken_off(candidate, at, 1);
  if (*header_crc != header->header_crc) {
    Verdict broken{end, Soundness::damaged, "CRC of the header at the end differs"};
    broken.suspect = {sizeof(Header), begin - sizeof(Header)};
    return broken;
  }
  Verdict verdict = complete_at(candidate, end, "end of the header, its CRC holds");
  verdict.content_checked = false;
  return verdict;
}

}  // namespace discern
