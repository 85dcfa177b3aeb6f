// SPDX-License-Identifier: Apache-2.0
// Event logs, registry hives and prefetch files of Windows; little-endian.
//
// Event log (EVTX): header of 4096 bytes
//   0  8  "ElfFile\0"; 8 first and last chunk (8 each); 32 size of what is used of the header: 128;
//  36  2  minor, 38 major version: 3; 40 size of the header: 4096; 42 number of chunks; 124 CRC-32
//         of the first 120 bytes
//   then chunks of 65536 bytes: "ElfChnk\0", CRC-32 of their first 120 and of bytes 128 to 512 at
//   124
//
// Registry hive: header of 4096 bytes
//   0  4  "regf"; 20 major version: 1; 40 bytes of the bins; 508 checksum: the exclusive or of the
//         127 words before it, where 0 and FFFFFFFF are made 1 and FFFFFFFE
//   then bins: "hbin", offset from the first bin (4), size (4)
//
// Prefetch: 0 version: 17, 23, 26, 30 or 31; 4 "SCCA"; 12 size of the file; 16 name of the program
//   in UTF-16 (60 bytes)
//
// Sources: J. Metz, Windows XML Event Log format, Windows NT Registry File format, Windows Prefetch
// File format.
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;
using namespace std::string_view_literals;

constexpr std::uint64_t kPage = 4096;

// The CRC of an event log's chunk header covers two pieces.
bool chunk_holds(Candidate& candidate, std::uint64_t offset) {
  constexpr std::uint64_t kFirst = 120;
  const auto head = candidate.at(offset, 512);
  if (!head || !as_text(*head).starts_with("ElfChnk\0"sv)) return false;
  const std::uint32_t stored = *read_record<little_uint32_t>(*head, 124);
  std::uint32_t crc = extend_crc32(head->first(kFirst), 0);
  crc = extend_crc32(head->subspan(128), crc);
  return crc == stored;
}

}  // namespace

std::optional<Verdict> validate_evtx(Candidate& candidate) {
  constexpr std::uint64_t kChunk = 65536;
  const auto header = candidate.at(0, 128);
  if (!header || !as_text(*header).starts_with("ElfFile\0"sv)) return std::nullopt;
  if (extend_crc32(header->first(120), 0) != *read_record<little_uint32_t>(*header, 124) ||
      *read_record<little_uint16_t>(*header, 38) != 3 ||
      *read_record<little_uint16_t>(*header, 40) != kPage)
    return std::nullopt;
  const std::uint64_t chunks = *read_record<little_uint16_t>(*header, 42);
  const std::uint64_t end = kPage + chunks * kChunk;
  for (std::uint64_t i = 0; i < chunks; ++i) {
    const std::uint64_t offset = kPage + i * kChunk;
    if (offset >= candidate.size()) break;
    // Chunks that were set aside but never used are zeros.
    if (chunk_holds(candidate, offset) ||
        has_at(candidate, offset, std::string_view("\0\0\0\0\0\0\0\0", 8)))
      continue;
    if (candidate.size() - offset < kChunk) break;
    return Verdict{offset, Soundness::truncated, "no chunk at " + std::to_string(offset)};
  }
  return complete_at(candidate, end, "number of chunks in the header");
}

std::optional<Verdict> validate_hive(Candidate& candidate) {
  const auto header = candidate.at(0, 512);
  if (!header || !as_text(*header).starts_with("regf")) return std::nullopt;
  std::uint32_t sum = 0;
  for (std::uint64_t i = 0; i < 508; i += 4) sum ^= *read_record<little_uint32_t>(*header, i);
  if (sum == 0) sum = 1;
  if (sum == 0xFFFFFFFF) sum = 0xFFFFFFFE;
  const std::uint64_t bins = *read_record<little_uint32_t>(*header, 40);
  if (sum != *read_record<little_uint32_t>(*header, 508) ||
      *read_record<little_uint32_t>(*header, 20) != 1 || bins == 0 || bins % kPage != 0)
    return std::nullopt;
  for (std::uint64_t offset = 0; offset < bins;) {
    const std::uint64_t at = kPage + offset;
    if (candidate.size() < at + 12) break;
    const auto head = candidate.at(at, 12);
    if (!head) return broken_off(candidate, at, 12);
    const std::uint64_t size = *read_record<little_uint32_t>(*head, 8);
    if (!as_text(*head).starts_with("hbin") || *read_record<little_uint32_t>(*head, 4) != offset ||
        size == 0 || size % kPage != 0)
      return Verdict{at, Soundness::truncated, "no bin at " + std::to_string(at)};
    offset += size;
  }
  return complete_at(candidate, kPage + bins, "size of the bins in the header");
}

std::optional<Verdict> validate_prefetch(Candidate& candidate) {
  constexpr std::array<std::uint32_t, 5> kVersions = {17, 23, 26, 30, 31};
  constexpr std::uint64_t kHeader = 84;
  constexpr std::uint64_t kLargest = 16 << 20;
  const auto header = candidate.at(0, kHeader);
  if (!header || !has_text_at(*header, 4, "SCCA")) return std::nullopt;
  const std::uint32_t version = *read_record<little_uint32_t>(*header, 0);
  const std::uint64_t size = *read_record<little_uint32_t>(*header, 12);
  const std::uint16_t first = *read_record<little_uint16_t>(*header, 16);
  if (std::ranges::find(kVersions, version) == kVersions.end() || size <= kHeader ||
      size > kLargest || first < ' ' || first > '~')
    return std::nullopt;
  return complete_at(candidate, size, "size in the header");
}

}  // namespace discern
