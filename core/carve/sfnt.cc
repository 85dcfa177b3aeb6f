// SPDX-License-Identifier: Apache-2.0
// TrueType and OpenType fonts.
//
//   0  4  00 01 00 00, "OTTO" or "true"
//   4  2  number of tables, big-endian; 6 more derived from it
//  12     entries of 16 bytes, ascending by tag: tag, checksum, offset, length (4 each)
//
// The checksum of a table is the sum of its 32-bit words, filled up with zeros; that of `head` is
// taken with its third word as 0. The file ends behind the last table, filled up to 4 bytes.
// Source: Microsoft OpenType 1.9, "The OpenType font file".
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>
#include <vector>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;
using boost::endian::big_uint32_t;

struct Header {
  big_uint32_t kind;
  big_uint16_t tables;
  big_uint16_t search_range;
  big_uint16_t entry_selector;
  big_uint16_t range_shift;
};
static_assert(sizeof(Header) == 12);

struct Table {
  char tag[4];
  big_uint32_t checksum;
  big_uint32_t offset;
  big_uint32_t length;
  std::string_view name() const { return {tag, sizeof tag}; }
};
static_assert(sizeof(Table) == 16);

constexpr std::uint32_t kTablesLimit = 256;
constexpr std::uint32_t kOpenType = 0x4F54544F;  // "OTTO"

std::optional<std::uint32_t> checksum_of(Candidate& candidate, const Table& table) {
  std::uint32_t sum = 0;
  std::uint64_t done = 0;
  while (done < table.length) {
    const auto piece =
        candidate.at(table.offset + done, std::min<std::uint64_t>(table.length - done, kWindow));
    if (!piece) return std::nullopt;
    for (std::size_t i = 0; i < piece->size(); ++i)
      sum += std::to_integer<std::uint32_t>((*piece)[i]) << (24 - 8 * (i % 4));
    done += piece->size();
  }
  if (table.name() == "head") {
    const auto adjustment = number_at<big_uint32_t>(candidate, std::uint64_t{table.offset} + 8);
    if (adjustment) sum -= static_cast<std::uint32_t>(*adjustment);
  }
  return sum;
}

}  // namespace

std::optional<Verdict> validate_sfnt(Candidate& candidate) {
  const auto header = record_at<Header>(candidate, 0);
  if (!header || header->tables < 4 || header->tables > kTablesLimit ||
      header->range_shift + header->search_range != header->tables * 16U)
    return std::nullopt;
  std::uint64_t end = sizeof(Header) + header->tables * sizeof(Table);
  bool has_head = false;
  std::vector<Table> tables;
  std::array<char, 4> previous = {};
  for (std::uint32_t i = 0; i < header->tables; ++i) {
    const auto table = record_at<Table>(candidate, sizeof(Header) + i * sizeof(Table));
    if (!table || !std::ranges::all_of(table->tag, [](char c) { return c >= ' ' && c <= '~'; }))
      return std::nullopt;
    if (table->name() <= std::string_view(previous.data(), 4) && i > 0) return std::nullopt;
    std::ranges::copy(table->tag, previous.begin());
    has_head |= table->name() == "head";
    tables.push_back(*table);
    const std::uint64_t padded = (std::uint64_t{table->length} + 3) & ~std::uint64_t{3};
    end = std::max(end, table->offset + padded);
  }
  if (!has_head) return std::nullopt;
  if (end > candidate.size()) return broken_off(candidate, candidate.size(), 1);
  // In the order of their places, to see where they begin to be wrong.
  std::ranges::stable_sort(tables, {},
                           [](const Table& table) { return std::uint64_t{table.offset}; });
  const Table* wrong = nullptr;
  bool last_wrong = false;
  std::uint64_t right_end = sizeof(Header) + header->tables * sizeof(Table);
  for (const Table& table : tables) {
    const auto sum = checksum_of(candidate, table);
    if (!sum) return broken_off(candidate, end - 1, 1);
    last_wrong = *sum != table.checksum && table.length > 0;
    if (last_wrong && wrong == nullptr) wrong = &table;
    if (wrong == nullptr) right_end = std::uint64_t{table.offset} + table.length;
  }
  Verdict verdict = complete_at(candidate, end, "end of the last table");
  if (wrong != nullptr && verdict.soundness == Soundness::complete) {
    verdict.soundness = Soundness::damaged;
    verdict.end_reason = "checksum of table " + std::string(wrong->name()) + " differs";
    const std::uint64_t wrong_end = std::uint64_t{wrong->offset} + wrong->length;
    if (wrong_end > right_end) verdict.suspect = {right_end, wrong_end - right_end};
    // One wrong table is damage. Where the last one is wrong as well, foreign bytes came between.
    if (last_wrong && wrong != &tables.back()) {
      verdict.soundness = Soundness::truncated;
      verdict.length = wrong_end;
    }
  }
  if (header->kind == kOpenType) verdict.type = verdict.extension = "otf";
  return verdict;
}

}  // namespace discern
