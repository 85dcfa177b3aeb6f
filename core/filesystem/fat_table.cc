// SPDX-License-Identifier: Apache-2.0
// The file allocation table: one cell of 12, 16 or 32 bits for each cluster. FAT12 packs two cells
// into three bytes; of 32 bits the upper four are reserved.
//
//   0 free   2.. the next cluster of the chain   FF7 (FFF7, FFFFFF7) bad   from FF8 on: the end
//
// Source: Microsoft "FAT: General Overview of On-Disk Format" 1.03, "FAT Data Structure".
#include "filesystem/fat_table.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <cstring>

namespace discern {
namespace {

constexpr std::uint32_t kMask32 = 0x0FFFFFFF;

const unsigned char* address(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

FatTable::FatTable(const FatGeometry& geometry, std::uint64_t start, ViewBytes& view)
    : bits_(geometry.bits()) {
  const std::uint64_t size = std::uint64_t{geometry.sectors_per_fat} * geometry.bytes_per_sector;
  const std::uint64_t cells = size * 8 / static_cast<unsigned>(bits_);
  const std::uint64_t wanted = geometry.clusters() + 2;
  if (cells < wanted)
    view.find("short-table", Severity::warning, start + geometry.fat_offset(0),
              "the FAT has cells for " + std::to_string(cells) + " of " + std::to_string(wanted) +
                  " clusters");
  const std::uint64_t used = (std::min(cells, wanted) * static_cast<unsigned>(bits_) + 7) / 8;
  table_ = view.read(start + geometry.fat_offset(0), used);
  if (!table_.complete && geometry.fats > 1) {
    Piece twin = view.read(start + geometry.fat_offset(1), used);
    if (twin.complete && twin.bytes.size() == table_.bytes.size()) {
      view.find("second-table", Severity::note, start + geometry.fat_offset(1),
                "the second FAT is used, because parts of the first one cannot be read");
      table_ = std::move(twin);
    }
  }
  const std::uint64_t there = table_.bytes.size() * 8 / static_cast<unsigned>(bits_);
  if (there < std::min(cells, wanted))
    view.find("cut-table", Severity::damage, start + geometry.fat_offset(0),
              "of the FAT only " + std::to_string(there) + " cells lie inside the view");
  // A cluster without a cell is allocated as far as anybody knows.
  last_ = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(std::min(there, wanted), 2, kMask32 - 16) - 1);
}

std::uint32_t FatTable::cell(std::uint32_t cluster) const {
  switch (bits_) {
    case 12: {
      const auto pair = slice(table_.bytes, cluster + cluster / 2, 2);
      if (!pair) return 0xFF7;
      const std::uint32_t both = boost::endian::load_little_u16(address(*pair));
      return cluster % 2 ? both >> 4 : both & 0xFFF;
    }
    case 16: {
      const auto one = slice(table_.bytes, std::uint64_t{cluster} * 2, 2);
      return one ? boost::endian::load_little_u16(address(*one)) : 0xFFF7;
    }
    default: {
      const auto one = slice(table_.bytes, std::uint64_t{cluster} * 4, 4);
      return one ? boost::endian::load_little_u32(address(*one)) & kMask32 : 0x0FFFFFF7;
    }
  }
}

std::optional<std::uint32_t> FatTable::next(std::uint32_t cluster) const {
  const std::uint32_t value = cell(cluster);
  if (!exists(value)) return std::nullopt;
  return value;
}

bool FatTable::is_end(std::uint32_t cluster) const {
  const std::uint32_t value = cell(cluster);
  return bits_ == 12 ? value >= 0xFF8 : bits_ == 16 ? value >= 0xFFF8 : value >= 0x0FFFFFF8;
}

std::vector<ClusterRange> FatTable::free_ranges() const {
  std::vector<ClusterRange> ranges;
  for (std::uint32_t cluster = 2; cluster <= last_; ++cluster) {
    if (!is_free(cluster)) continue;
    if (!ranges.empty() && ranges.back().first + ranges.back().count == cluster)
      ++ranges.back().count;
    else
      ranges.push_back({cluster, 1});
  }
  return ranges;
}

}  // namespace discern
