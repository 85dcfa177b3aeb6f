// SPDX-License-Identifier: Apache-2.0
// tar: a header of 512 bytes for each file, its data in whole blocks of 512, two blocks of zeros
// and, from most writers, zeros up to a multiple of 10240.
//
//   0 100  name; 100 mode, owner, group (8 each, octal), 124 size (12, octal, or with the highest
//          bit set a big-endian number), 136 time (12), 148 checksum (8, octal), 156 kind (1), 157
//          name of a link (100), 257 "ustar"
//
// The checksum is the sum of the header's bytes, its own taken as blanks.
// Source: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual for large sizes.
#include <algorithm>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::uint64_t kBlock = 512;
constexpr std::uint64_t kRecord = 10240;
constexpr std::uint64_t kSizeAt = 124;
constexpr std::uint64_t kSumAt = 148;
constexpr std::uint64_t kKindAt = 156;

std::optional<std::uint64_t> octal(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '7'; ++digits)
    value = value << 3 | static_cast<unsigned>(text[digits] - '0');
  if (digits == 0 || (digits < text.size() && text[digits] != ' ' && text[digits] != '\0'))
    return std::nullopt;
  return value;
}

std::optional<std::uint64_t> size_of(std::string_view field) {
  if ((static_cast<unsigned char>(field[0]) & 0x80) == 0) return octal(field);
  std::uint64_t value = 0;
  for (const char c : field.substr(4)) value = value << 8 | static_cast<unsigned char>(c);
  return value >> 56 == 0 ? std::optional(value) : std::nullopt;
}

bool zeros(Bytes block) {
  return std::ranges::all_of(block, [](std::byte byte) { return byte == std::byte{0}; });
}

// Bytes of header and data; nothing when `block` is no header.
std::optional<std::uint64_t> length_of(Bytes block) {
  const std::string_view text = as_text(block);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i)
    sum += i >= kSumAt && i < kSumAt + 8 ? 32U : static_cast<unsigned char>(text[i]);
  const auto stored = octal(text.substr(kSumAt, 8));
  const auto size = size_of(text.substr(kSizeAt, 12));
  if (!stored || *stored != sum || !size || !has_text_at(block, 257, "ustar")) return std::nullopt;
  // Links, folders and devices have no data whatever their size says.
  const char kind = text[kKindAt];
  if (kind >= '1' && kind <= '6') return kBlock;
  return kBlock + (*size + kBlock - 1) / kBlock * kBlock;
}

}  // namespace

std::optional<Verdict> validate_tar(Candidate& candidate) {
  std::uint64_t offset = 0;
  while (true) {
    const auto block = candidate.at(offset, kBlock);
    if (!block && offset == 0) return std::nullopt;
    if (!block) return broken_off(candidate, offset, kBlock);
    if (zeros(*block)) break;
    const auto length = length_of(*block);
    if (!length && offset == 0) return std::nullopt;
    if (!length)
      return Verdict{offset, Soundness::truncated, "no header at " + std::to_string(offset)};
    if (*length > candidate.size() - offset) return broken_off(candidate, candidate.size(), 1);
    offset += *length;
  }
  if (offset == 0) return std::nullopt;
  const auto second = candidate.at(offset + kBlock, kBlock);
  if (!second) return broken_off(candidate, offset + kBlock, kBlock);
  std::uint64_t end = offset + 2 * kBlock;
  // Zeros that fill the last record belong to the file.
  const std::uint64_t filled = (end + kRecord - 1) / kRecord * kRecord;
  if (filled > end) {
    const auto fill = candidate.at(end, filled - end);
    if (!fill) return broken_off(candidate, end, filled - end);
    if (zeros(*fill)) end = filled;
  }
  return complete_at(candidate, end, "two blocks of zeros");
}

}  // namespace discern
