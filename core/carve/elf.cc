// SPDX-License-Identifier: Apache-2.0
// ELF: a header that places two tables: program headers (segments) and section headers.
//
//   0  4  7F "ELF"
//   4  1  class: 1 of 32 bits, 2 of 64; 5 byte order: 1 little-endian, 2 big-endian; 6 version: 1
//  16     type, machine (2 each), version (4), then in words of the class: entry, offsets of
//  program
//         and section headers; flags (4), size of this header, size and number of program headers,
//         of section headers, index of the names (2 each)
//
// The file ends behind what reaches farthest of the tables, segments and sections with bytes.
// Source: System V ABI, chapter 4.
#include <algorithm>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

class ElfWalk {
 public:
  explicit ElfWalk(Candidate& candidate) : candidate_(candidate) {}
  std::optional<Verdict> run();

 private:
  std::optional<std::uint64_t> number(std::uint64_t offset, std::uint64_t width);
  std::optional<std::uint64_t> word(std::uint64_t offset) { return number(offset, wide_ ? 8 : 4); }
  bool take_table(std::uint64_t table, std::uint64_t entry_size, std::uint64_t count,
                  bool sections);

  Candidate& candidate_;
  bool wide_ = false;
  bool big_ = false;
  std::uint64_t end_ = 0;
};

constexpr std::uint64_t kNoBits = 8;  // a section without bytes in the file

std::optional<std::uint64_t> ElfWalk::number(std::uint64_t offset, std::uint64_t width) {
  const auto bytes = candidate_.at(offset, width);
  if (!bytes) return std::nullopt;
  std::uint64_t result = 0;
  for (std::uint64_t i = 0; i < width; ++i)
    result = result << 8 | std::to_integer<std::uint64_t>((*bytes)[big_ ? i : width - 1 - i]);
  return result;
}

// False when it or what it lists lies outside.
bool ElfWalk::take_table(std::uint64_t table, std::uint64_t entry_size, std::uint64_t count,
                         bool sections) {
  if (count == 0) return true;
  if (table > candidate_.size()) return false;
  end_ = std::max(end_, table + entry_size * count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t entry = table + i * entry_size;
    const std::uint64_t in_words = wide_ ? 8 : 4;
    std::optional<std::uint64_t> begin;
    std::optional<std::uint64_t> size;
    if (sections) {
      const auto kind = number(entry + 4, 4);
      if (!kind) return false;
      if (*kind == kNoBits || *kind == 0) continue;
      begin = word(entry + 8 + 2 * in_words);
      size = word(entry + 8 + 3 * in_words);
    } else {
      begin = word(entry + (wide_ ? 8 : 4));
      size = word(entry + (wide_ ? 32 : 16));
    }
    if (!begin || !size) return false;
    if (*size == 0) continue;
    if (*begin > candidate_.size() || *size > candidate_.size()) return false;
    end_ = std::max(end_, *begin + *size);
  }
  return true;
}

std::optional<Verdict> ElfWalk::run() {
  const auto ident = candidate_.at(0, 16);
  if (!ident || !as_text(*ident).starts_with("\x7F"
                                             "ELF"))
    return std::nullopt;
  const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>((*ident)[i]); };
  if (byte(4) < 1 || byte(4) > 2 || byte(5) < 1 || byte(5) > 2 || byte(6) != 1) return std::nullopt;
  wide_ = byte(4) == 2;
  big_ = byte(5) == 2;
  const std::uint64_t words = wide_ ? 8 : 4;
  const std::uint64_t behind = 24 + 3 * words;  // of the words: flags
  const auto type = number(16, 2);
  const auto machine = number(18, 2);
  const auto version = number(20, 4);
  const auto segments = word(24 + words);
  const auto sections = word(24 + 2 * words);
  const auto header_size = number(behind + 4, 2);
  const auto segment_size = number(behind + 6, 2);
  const auto segment_count = number(behind + 8, 2);
  const auto section_size = number(behind + 10, 2);
  const auto section_count = number(behind + 12, 2);
  if (!section_count || *type == 0 || (*type > 4 && *type < 0xFE00) || *machine == 0 ||
      *version != 1 || *header_size != (wide_ ? 64U : 52U))
    return std::nullopt;
  const std::uint64_t expected_segment = wide_ ? 56 : 32;
  const std::uint64_t expected_section = wide_ ? 64 : 40;
  if ((*segment_count > 0 && *segment_size != expected_segment) ||
      (*section_count > 0 && *section_size != expected_section) ||
      *segment_count + *section_count == 0)
    return std::nullopt;
  end_ = *header_size;
  if (*segment_count > 0 && !number(*segments, 4)) return std::nullopt;
  const bool whole = take_table(*segments, expected_segment, *segment_count, false) &&
                     take_table(*sections, expected_section, *section_count, true);
  if (!whole) return broken_off(candidate_, candidate_.size(), 1);
  return complete_at(candidate_, end_, "end of tables, segments and sections");
}

}  // namespace

std::optional<Verdict> validate_elf(Candidate& candidate) { return ElfWalk(candidate).run(); }

}  // namespace discern
