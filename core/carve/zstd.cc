// SPDX-License-Identifier: Apache-2.0
// Zstandard: frames.
//
//   0  4  28 B5 2F FD (skippable frames: 5x 2A 4D 18, 4 bytes of size)
//   4  1  descriptor: size of the content (2 bits: 0, 2, 4 or 8 bytes), single segment (1), unused
//         (1), reserved (1: 0), checksum (1), dictionary (2 bits: 0, 1, 2 or 4 bytes)
//   5     window (1, not with single segment), dictionary, content size (1 byte with single segment
//         and code 0)
//         blocks: last (1 bit), kind (2: raw, one byte repeated, compressed, reserved), size (21)
//         4  checksum of the content, when there is one
//
// Source: RFC 8878.
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint24_t;
using boost::endian::little_uint32_t;

constexpr std::uint32_t kMagic = 0xFD2FB528;
constexpr std::uint64_t kLargestBlock = 128 << 10;

// Behind the frame header at `offset`; whether a checksum ends the frame.
std::optional<std::uint64_t> behind_header(Candidate& candidate, std::uint64_t offset,
                                           bool& checksum) {
  const auto byte = candidate.at(offset + 4, 1);
  if (!byte) return std::nullopt;
  const auto descriptor = std::to_integer<unsigned>((*byte)[0]);
  if ((descriptor & 0x18) != 0) return std::nullopt;
  const bool single = (descriptor & 0x20) != 0;
  checksum = (descriptor & 4) != 0;
  constexpr std::array<std::uint64_t, 4> kDictionary = {0, 1, 2, 4};
  constexpr std::array<std::uint64_t, 4> kContent = {0, 2, 4, 8};
  const unsigned code = descriptor >> 6;
  return offset + 5 + (single ? 0 : 1) + kDictionary[descriptor & 3] +
         (code == 0 && single ? 1 : kContent[code]);
}

}  // namespace

std::optional<Verdict> validate_zstd(Candidate& candidate) {
  std::uint64_t offset = 0;
  std::uint64_t compressed = 0;
  while (true) {
    const auto magic = number_at<little_uint32_t>(candidate, offset);
    if (offset > 0 && (!magic || *magic != kMagic)) {
      if (magic && *magic >> 4 == 0x184D2A5) {
        const auto size = number_at<little_uint32_t>(candidate, offset + 4);
        if (!size || offset + 8 + *size > candidate.size()) break;
        offset += 8 + *size;
        continue;
      }
      break;
    }
    if (!magic || *magic != kMagic) return std::nullopt;
    bool checksum = false;
    const auto begin = behind_header(candidate, offset, checksum);
    if (!begin) return std::nullopt;
    std::uint64_t at = *begin;
    for (bool last = false; !last;) {
      const auto head = number_at<little_uint24_t>(candidate, at);
      if (!head && compressed == 0) return std::nullopt;
      if (!head) return broken_off(candidate, at, 3);
      last = (*head & 1) != 0;
      const std::uint64_t kind = *head >> 1 & 3;
      const std::uint64_t size = *head >> 3;
      if (kind == 3 || size > kLargestBlock) {
        if (compressed < 2) return std::nullopt;
        return Verdict{at, Soundness::truncated, "no block at " + std::to_string(at)};
      }
      if (kind == 2) {
        // Literals and at least a count of sequences.
        if (size < 3) return std::nullopt;
        ++compressed;
      }
      at += 3 + (kind == 1 ? 1 : size);
      if (at > candidate.size()) {
        // One block alone may be chance.
        if (compressed < 2) return std::nullopt;
        return broken_off(candidate, candidate.size(), 1);
      }
    }
    offset = at + (checksum ? 4 : 0);
  }
  if (compressed == 0) return std::nullopt;
  return complete_at(candidate, offset, "last block");
}

}  // namespace discern
