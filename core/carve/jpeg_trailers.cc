// SPDX-License-Identifier: Apache-2.0
// Trailers, big-endian:
//
//   AFCP           "AXS!" version (2) count (2) reserved (4); per entry: tag, length, offset in the
//                  file (4 each); data; "AXS!", offset of the first one in the file, reserved
//   FotoStation    blocks of data, tag (2), length of the block (4), A1 B2 C3 D4; the first one
//                  holds IPTC records
//   Photo Mechanic IPTC records, their length (4), "cbipcbbl"
//
// An IPTC record: 1C, record and data set (1 each), length (2), data.
// Sources: AXS File Concatenation Protocol 1.1; ExifTool's tag tables of FotoStation and
// PhotoMechanic; IPTC-IIM 4.2 clause 1.5.
#include "carve/jpeg_trailers.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>

#include "carve/validators.h"

namespace discern::jpeg {
namespace {

using boost::endian::big_uint16_t;
using boost::endian::big_uint32_t;

constexpr std::uint64_t kLongest = std::uint64_t{1} << 20;

std::uint64_t behind_afcp(Candidate& candidate, std::uint64_t begin) {
  constexpr std::string_view kMark = "AXS!";
  constexpr std::uint64_t kRow = 12;
  constexpr std::uint64_t kEntriesLimit = 256;
  const auto count = number_at<big_uint16_t>(candidate, begin + 6);
  if (!has_at(candidate, begin, kMark) || !count || *count > kEntriesLimit) return begin;
  std::uint64_t end = begin + kRow * (1 + *count);
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto length = number_at<big_uint32_t>(candidate, begin + kRow * (1 + i) + 4);
    const auto offset = number_at<big_uint32_t>(candidate, begin + kRow * (1 + i) + 8);
    if (!length || !offset) return begin;
    end = std::max(end, *offset + *length);
  }
  return candidate.at(end, kRow) && has_at(candidate, end, kMark) &&
                 number_at<big_uint32_t>(candidate, end + 4) == begin
             ? end + kRow
             : begin;
}

std::uint64_t behind_records(Candidate& candidate, std::uint64_t begin) {
  std::uint64_t at = begin;
  while (at - begin < kLongest && has_at(candidate, at, "\x1C")) {
    const auto length = number_at<big_uint16_t>(candidate, at + 3);
    if (!length || *length > 0x7FFF) break;  // longer ones have their length elsewhere
    at += 5 + *length;
  }
  return at;
}

// One block, which may hold anything: its end is looked for.
std::uint64_t behind_block(Candidate& candidate, std::uint64_t begin) {
  constexpr std::string_view kMark = "\xA1\xB2\xC3\xD4";
  constexpr std::uint64_t kLength = 4;
  const auto bytes = candidate.upto(begin, kLongest);
  if (!bytes) return begin;
  const std::string_view text = as_text(*bytes);
  for (auto at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
    if (at < kLength) continue;
    const auto length = read_record<big_uint32_t>(*bytes, at - kLength);
    if (length && *length == at + kMark.size()) return begin + at + kMark.size();
  }
  return begin;
}

std::uint64_t behind_blocks(Candidate& candidate, std::uint64_t begin) {
  if (!has_at(candidate, begin, "\x1C\x02")) return begin;
  constexpr std::string_view kPhotoMechanic = "cbipcbbl";
  const std::uint64_t records = behind_records(candidate, begin);
  if (number_at<big_uint32_t>(candidate, records) == records - begin &&
      has_at(candidate, records + 4, kPhotoMechanic))
    return records + 4 + kPhotoMechanic.size();
  std::uint64_t end = begin;
  constexpr int kBlocksLimit = 8;
  for (int i = 0; i < kBlocksLimit; ++i) {
    const std::uint64_t next = behind_block(candidate, end);
    if (next == end) break;
    end = next;
  }
  return end;
}

}  // namespace

std::uint64_t behind_trailers(Candidate& candidate, std::uint64_t end) {
  return behind_blocks(candidate, behind_afcp(candidate, end));
}

}  // namespace discern::jpeg
