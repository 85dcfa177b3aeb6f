// SPDX-License-Identifier: Apache-2.0
// RAR: a marker, blocks, a block that ends the archive.
//
//   versions 1.5 to 4: "Rar!" 1A 07 00. Blocks: CRC (2; the lower half of the CRC-32 of the header
//     behind it), kind (1; 73 archive, 74 file, 7A service, 7B end), flags (2; 8000: data follow),
//     size of the header (2); with data their size (4), and with flag 100 of files its upper half
//     at 32
//   version 5: "Rar!" 1A 07 01 00. Blocks: CRC-32 of the header behind it (4), its size, kind (1
//     archive, 2 file, 3 service, 4 encryption, 5 end), flags (1: extra area, 2: data), sizes of
//     the extra area and of the data; numbers of 7 bits a byte, the lowest first
//
// Old archives may lack the end. CRCs of the packed data can only be checked by unpacking.
// Source: RAR 5.0 archive format, and technote.txt of RAR 4.20.
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/seven_bit_number.h"
#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

struct Block {
  std::uint64_t end = 0;
  bool last = false;
};

std::optional<Block> old_block(Candidate& candidate, std::uint64_t offset) {
  struct Head {
    little_uint16_t crc;
    std::uint8_t kind;
    little_uint16_t flags;
    little_uint16_t size;
  };
  static_assert(sizeof(Head) == 7);
  enum Kind : std::uint8_t { kArchive = 0x73, kFile = 0x74, kService = 0x7A, kEnd = 0x7B };
  constexpr unsigned kData = 0x8000;
  constexpr unsigned kLarge = 0x100;
  const auto head = record_at<Head>(candidate, offset);
  if (!head || head->kind < kArchive || head->kind > kEnd || head->size < sizeof(Head))
    return std::nullopt;
  std::uint64_t at = offset + sizeof(little_uint16_t);
  const auto crc = take_crc32(candidate, at, head->size - sizeof(little_uint16_t));
  if (!crc || (*crc & 0xFFFF) != head->crc) return std::nullopt;
  Block block{offset + head->size, head->kind == kEnd};
  const bool file = head->kind == kFile || head->kind == kService;
  if ((head->flags & kData) != 0 || file) {
    const auto size = number_at<little_uint32_t>(candidate, offset + sizeof(Head));
    if (!size) return std::nullopt;
    block.end += *size;
    if (file && (head->flags & kLarge) != 0) {
      const auto high = number_at<little_uint32_t>(candidate, offset + 32);
      if (!high || *high > 0xFFFF) return std::nullopt;
      block.end += *high << 32;
    }
  }
  return block;
}

std::optional<std::uint64_t> take_number(Candidate& candidate, std::uint64_t& offset) {
  constexpr unsigned kMost = 7;  // bytes
  return take_seven_bit_number(candidate, offset, kMost);
}

std::optional<Block> new_block(Candidate& candidate, std::uint64_t offset) {
  constexpr std::uint64_t kLargestHeader = 2 << 20;
  constexpr unsigned kExtra = 1;
  constexpr unsigned kData = 2;
  constexpr unsigned kEnd = 5;
  const auto stored = number_at<little_uint32_t>(candidate, offset);
  std::uint64_t at = offset + sizeof(little_uint32_t);
  const auto size = take_number(candidate, at);
  if (!stored || !size || *size == 0 || *size > kLargestHeader) return std::nullopt;
  const std::uint64_t end = at + *size;
  std::uint64_t crc_at = offset + sizeof(little_uint32_t);
  const auto crc = take_crc32(candidate, crc_at, end - crc_at);
  if (!crc || *crc != *stored) return std::nullopt;
  const auto kind = take_number(candidate, at);
  const auto flags = take_number(candidate, at);
  if (!kind || !flags) return std::nullopt;
  if ((*flags & kExtra) != 0 && !take_number(candidate, at)) return std::nullopt;
  const auto data = (*flags & kData) != 0 ? take_number(candidate, at) : std::uint64_t{0};
  if (!data) return std::nullopt;
  return Block{end + *data, *kind == kEnd};
}

}  // namespace

std::optional<Verdict> validate_rar(Candidate& candidate) {
  const auto head = candidate.at(0, 8);
  if (!head || !as_text(*head).starts_with("Rar!\x1A\x07")) return std::nullopt;
  const bool is_new = (*head)[6] == std::byte{1};
  if (is_new ? (*head)[7] != std::byte{0} : (*head)[6] != std::byte{0}) return std::nullopt;
  std::uint64_t offset = is_new ? 8 : 7;
  for (std::uint64_t blocks = 0;; ++blocks) {
    const auto block = is_new ? new_block(candidate, offset) : old_block(candidate, offset);
    if (!block) {
      if (blocks < 2) return std::nullopt;
      constexpr std::uint64_t kHeader = 64;
      if (candidate.size() - offset < kHeader) return cut_off(candidate, offset);
      // Version 4 archives of old programs end without a block that says so.
      return Verdict{offset, Soundness::truncated, "no block at " + std::to_string(offset)};
    }
    offset = block->end;
    if (offset > candidate.size()) {
      if (blocks == 0) return std::nullopt;
      return broken_off(candidate, candidate.size(), 1);
    }
    if (block->last) return complete_at(candidate, offset, "end of archive");
  }
}

}  // namespace discern
