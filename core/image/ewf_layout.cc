// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_layout.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>

#include "image/ewf_section.h"

namespace discern {
namespace {

using ewf::little_uint32_t;

constexpr std::uint32_t kCompressed = 0x80000000;

std::uint32_t adler32(Bytes bytes) {
  return isal_adler32(1, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::uint32_t entry_at(Bytes entries, std::uint64_t index) {
  return *read_record<little_uint32_t>(entries, index * sizeof(little_uint32_t));
}

}  // namespace

std::optional<EwfLayout> EwfLayout::of(const Segments& segments, std::uint64_t chunks) {
  EwfLayout layout;
  layout.segments_ = segments;
  for (std::size_t i = 0; i < segments.size(); ++i)
    if (!layout.add_segment(i)) return std::nullopt;
  if (layout.tables_.empty()) return std::nullopt;
  const Table& last = layout.tables_.back();
  if (last.first + last.count != chunks) return std::nullopt;
  return layout;
}

bool EwfLayout::add_segment(std::size_t segment) {
  const MappedFile& file = *segments_[segment];
  std::optional<ByteRange> sectors;
  std::uint64_t offset = sizeof(ewf::FileHeader);
  for (std::uint64_t count = 0; count < ewf::kMostSections; ++count) {
    const auto bytes = read_exactly(file, offset, sizeof(ewf::Section));
    if (!bytes) return false;
    const auto section = *read_record<ewf::Section>(*bytes);
    if (adler32(Bytes(*bytes).first(sizeof(ewf::Section) - 4)) != section.checksum) return false;
    if (section.name() == "done" || section.name() == "next") return true;
    const std::uint64_t next = section.next;
    if (next <= offset + sizeof(ewf::Section) || next > file.size()) return false;
    const ByteRange body{offset + sizeof(ewf::Section), next - offset - sizeof(ewf::Section)};
    if (section.name() == "sectors") {
      sectors = body;
    } else if (section.name() == "table") {
      const auto table = sectors ? table_at(segment, body, *sectors) : std::nullopt;
      if (!table) return false;
      tables_.push_back(*table);
      sectors.reset();
    }
    offset = next;
  }
  return false;
}

std::optional<EwfLayout::Table> EwfLayout::table_at(std::size_t segment, ByteRange body,
                                                    ByteRange sectors) const {
  const MappedFile& file = *segments_[segment];
  const auto bytes = read_exactly(file, body.offset, body.length);
  if (!bytes) return std::nullopt;
  const auto header = read_record<ewf::TableHeader>(*bytes);
  if (!header || adler32(Bytes(*bytes).first(sizeof(ewf::TableHeader) - 4)) != header->checksum)
    return std::nullopt;
  const std::uint64_t length = std::uint64_t{header->entries} * sizeof(little_uint32_t);
  const auto entries = slice(*bytes, sizeof(ewf::TableHeader), length);
  const auto checksum = read_record<little_uint32_t>(*bytes, sizeof(ewf::TableHeader) + length);
  if (!entries || entries->empty() || !checksum || adler32(*entries) != *checksum)
    return std::nullopt;
  const Table table{.first = tables_.empty() ? 0 : tables_.back().first + tables_.back().count,
                    .count = header->entries,
                    .segment = segment,
                    .entries = body.offset + sizeof(ewf::TableHeader),
                    .base = header->base,
                    .sectors = sectors};
  if (!ascends(table, *entries)) return std::nullopt;
  return table;
}

bool EwfLayout::ascends(const Table& table, Bytes entries) const {
  if (table.base > segments_[table.segment]->size()) return false;
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < table.count; ++i) {
    const std::uint64_t start = table.base + (entry_at(entries, i) & ~kCompressed);
    if (start < table.sectors.offset || start >= table.sectors.end() || (i > 0 && start <= last))
      return false;
    last = start;
  }
  return true;
}

std::optional<EwfChunk> EwfLayout::chunk(std::uint64_t index) const {
  const auto after = std::ranges::upper_bound(tables_, index, {}, &Table::first);
  const Table& table = *std::prev(after);
  const std::uint64_t at = index - table.first;
  const std::uint64_t count = std::min<std::uint64_t>(table.count - at, 2);
  const auto bytes =
      read_exactly(*segments_[table.segment], table.entries + at * sizeof(little_uint32_t),
                   count * sizeof(little_uint32_t));
  if (!bytes) return std::nullopt;
  const std::uint32_t entry = entry_at(*bytes, 0);
  const std::uint64_t start = table.base + (entry & ~kCompressed);
  const std::uint64_t end =
      count == 2 ? table.base + (entry_at(*bytes, 1) & ~kCompressed) : table.sectors.end();
  // The file may have changed since.
  if (end <= start || end > table.sectors.end()) return std::nullopt;
  return EwfChunk{table.segment, {start, end - start}, (entry & kCompressed) != 0};
}

}  // namespace discern
