// SPDX-License-Identifier: Apache-2.0
// Outlook folders (PST, OST) and shell links (LNK); little-endian.
//
// PST: 0 "!BDN"; 4 CRC (that of CRC-32 without inversions) of the 471 bytes from 8 on; 8 "SM" or
//   "SO"; 10 version: 14 and 15 with offsets of 4 bytes, 23 and 36 with 8; size of the file at 168
//   (4 bytes) or 184 (8 bytes)
//
// LNK: 0 size of the header: 76; 4 class identifier; 20 flags: 1 list of items, 2 location, 4 name,
//   8 relative path, 16 working folder, 32 arguments, 64 icon, 128 texts in UTF-16. Behind the
//   header the list and the location with their sizes (2 and 4), texts with the number of
//   characters (2), and blocks with their sizes (4, at least 8 bytes; a smaller number ends the
//   file).
//
// Sources: Microsoft MS-PST 2.2.2.6, MS-SHLLINK.
#include <boost/endian/arithmetic.hpp>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;
using boost::endian::little_uint64_t;

}  // namespace

std::optional<Verdict> validate_pst(Candidate& candidate) {
  constexpr std::uint64_t kChecked = 471;
  const auto header = candidate.at(0, 512);
  if (!header || !as_text(*header).starts_with("!BDN") ||
      (!has_text_at(*header, 8, "SM") && !has_text_at(*header, 8, "SO")))
    return std::nullopt;
  const std::uint16_t version = *read_record<little_uint16_t>(*header, 10);
  const bool narrow = version == 14 || version == 15;
  if (!narrow && version != 23 && version != 36) return std::nullopt;
  // The library inverts before and after.
  if (~extend_crc32(header->subspan(8, kChecked), 0xFFFFFFFF) !=
      *read_record<little_uint32_t>(*header, 4))
    return std::nullopt;
  const std::uint64_t size = narrow ? std::uint64_t{*read_record<little_uint32_t>(*header, 168)}
                                    : std::uint64_t{*read_record<little_uint64_t>(*header, 184)};
  if (size < header->size()) return std::nullopt;
  if (size > candidate.size()) return broken_off(candidate, candidate.size(), 1);
  return complete_at(candidate, size, "size in the header");
}

std::optional<Verdict> validate_lnk(Candidate& candidate) {
  constexpr std::uint64_t kHeader = 76;
  constexpr std::string_view kClass{"L\0\0\0\1\x14\2\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 20};
  enum Flag : std::uint32_t { kItems = 1, kLocation = 2, kFirstText = 4, kUnicode = 128 };
  const auto header = candidate.at(0, kHeader);
  if (!header || !as_text(*header).starts_with(kClass)) return std::nullopt;
  const std::uint32_t flags = *read_record<little_uint32_t>(*header, 20);
  std::uint64_t at = kHeader;
  if ((flags & kItems) != 0) {
    const auto size = number_at<little_uint16_t>(candidate, at);
    if (!size) return broken_off(candidate, at, 2);
    at += 2 + *size;
  }
  if ((flags & kLocation) != 0) {
    const auto size = number_at<little_uint32_t>(candidate, at);
    if (!size) return broken_off(candidate, at, 4);
    if (*size < 28 || *size > kWindow) return std::nullopt;
    at += *size;
  }
  constexpr std::uint32_t kTexts = 5;
  for (std::uint32_t i = 0; i < kTexts; ++i) {
    if ((flags & kFirstText << i) == 0) continue;
    const auto characters = number_at<little_uint16_t>(candidate, at);
    if (!characters) return broken_off(candidate, at, 2);
    at += 2 + *characters * ((flags & kUnicode) != 0 ? 2 : 1);
  }
  while (true) {
    const auto size = number_at<little_uint32_t>(candidate, at);
    if (!size) return broken_off(candidate, at, 4);
    if (*size < 4) return complete_at(candidate, at + 4, "terminal block");
    const auto signature = number_at<little_uint32_t>(candidate, at + 4);
    if (!signature) return broken_off(candidate, at + 4, 4);
    if (*size < 8 || *size > kWindow || *signature >> 16 != 0xA000) return std::nullopt;
    at += *size;
  }
}

}  // namespace discern
