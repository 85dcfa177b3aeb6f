// SPDX-License-Identifier: Apache-2.0
// PE: programs and libraries of Windows.
//
//   0  2  "MZ"; at 60 the offset of the PE header (4, little-endian)
//   0  4  "PE\0\0"
//   4  2  machine; 6 number of sections; 8 time; 12 symbol table, 16 its entries (of 18 bytes);
//  20  2  size of the optional header; 22 characteristics
//  24     optional header: 10B or 20B (2), ..., table of directories; the fifth, "security", has an
//         offset in the file and a size: signatures, at the end
//         sections of 40 bytes: name (8), sizes, ..., raw size at 16, raw offset at 20
//
// The file ends behind its last section, symbols or signature; what an installer appends is not
// described.
// Source: Microsoft, PE Format.
#include <algorithm>
#include <boost/endian/arithmetic.hpp>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

struct Header {
  char magic[4];
  little_uint16_t machine;
  little_uint16_t sections;
  little_uint32_t time;
  little_uint32_t symbols;
  little_uint32_t symbol_count;
  little_uint16_t optional_size;
  little_uint16_t characteristics;
  little_uint16_t kind;  // the first field of the optional header
};
static_assert(sizeof(Header) == 26);

struct Section {
  char name[8];
  little_uint32_t virtual_size;
  little_uint32_t address;
  little_uint32_t raw_size;
  little_uint32_t raw_offset;
  std::uint8_t rest[16];
};
static_assert(sizeof(Section) == 40);

constexpr std::uint64_t kHeaderAt = 60;
constexpr std::uint64_t kHeaderLimit = 1U << 16;
constexpr std::uint64_t kSectionsLimit = 96;
constexpr std::uint64_t kOptional = 24;
constexpr std::uint64_t kExecutable = 2;  // bit of the characteristics
constexpr std::uint64_t kSecurity = 4;    // directory

// The end of the signatures, 0 when there are none.
std::uint64_t end_of_signatures(Candidate& candidate, std::uint64_t optional, bool wide) {
  const std::uint64_t count_at = optional + (wide ? 108 : 92);
  const auto count = number_at<little_uint32_t>(candidate, count_at);
  if (!count || *count <= kSecurity) return 0;
  const auto begin = number_at<little_uint32_t>(candidate, count_at + 4 + kSecurity * 8);
  const auto size = number_at<little_uint32_t>(candidate, count_at + 8 + kSecurity * 8);
  return begin && size && *size > 0 ? *begin + *size : 0;
}

}  // namespace

std::optional<Verdict> validate_pe(Candidate& candidate) {
  const auto at = number_at<little_uint32_t>(candidate, kHeaderAt);
  if (!at || *at < kHeaderAt + 4 || *at > kHeaderLimit || !has_at(candidate, 0, "MZ"))
    return std::nullopt;
  const auto header = record_at<Header>(candidate, *at);
  if (!header || std::string_view(header->magic, 4) != std::string_view("PE\0\0", 4) ||
      (header->kind != 0x10B && header->kind != 0x20B) || header->sections == 0 ||
      header->sections > kSectionsLimit || (header->characteristics & kExecutable) == 0)
    return std::nullopt;

  const std::uint64_t optional = *at + kOptional;
  const std::uint64_t sections = optional + header->optional_size;
  std::uint64_t end = sections + header->sections * sizeof(Section);
  for (std::uint64_t i = 0; i < header->sections; ++i) {
    const auto section = record_at<Section>(candidate, sections + i * sizeof(Section));
    if (!section) return broken_off(candidate, sections + i * sizeof(Section), sizeof(Section));
    if (section->raw_size > 0 && section->raw_offset > 0)
      end = std::max(end, std::uint64_t{section->raw_offset} + section->raw_size);
  }
  if (header->symbols > 0) {
    // The table of long names behind the symbols begins with its size.
    const std::uint64_t names = header->symbols + std::uint64_t{18} * header->symbol_count;
    const auto size = number_at<little_uint32_t>(candidate, names);
    if (names >= end && size && *size >= 4) end = std::max(end, names + *size);
  }
  const bool wide = header->kind == 0x20B;
  const std::uint64_t signatures = end_of_signatures(candidate, optional, wide);
  constexpr std::uint64_t kAlignment = 8;
  if (signatures > 0 && signatures + kAlignment >= end) end = std::max(end, signatures);
  Verdict verdict = complete_at(candidate, end, "end of sections and signatures");
  constexpr std::uint64_t kLibrary = 0x2000;
  if ((header->characteristics & kLibrary) != 0) verdict.extension = "dll";
  return verdict;
}

}  // namespace discern
