// SPDX-License-Identifier: Apache-2.0
// Where the stored part of a sector goes (layout.cc has the cuts), and what is made around it:
//
//   2352, 2368, 2448   all of it                      2340   header on: sync is made
//   2336               16: sync and header are made   2328   24: subheader, too
//   2332               16: sync, header, EDC          2324   24: subheader and EDC, too
//   2056               16: sync, header, EDC, P, Q    2048   16 or 24: all but user data
#include "optical/full_sectors.h"

#include <algorithm>
#include <cstring>

#include "discern/sector.h"
#include "optical/header.h"
#include "optical/layout.h"
#include "optical/redundancy.h"

namespace discern {
namespace {

constexpr std::int32_t kSubheaderAt = 16;
constexpr std::int32_t kXaDataAt = 24;

// Offset of the stored part in the whole sector.
std::int32_t offset_of(const Extent& extent) {
  if (extent.mode == SectorMode::audio || extent.mode == SectorMode::unknown) return 0;
  return (is_xa(extent.mode) ? kXaDataAt : kSubheaderAt) - extent.layout.user;
}

int mode_byte(SectorMode mode) {
  return mode == SectorMode::mode1 ? 1 : mode == SectorMode::mode0 ? 0 : 2;
}

RawSector made_whole(const Extent& extent, Lba lba, Bytes stored) {
  RawSector sector{};
  const auto at = static_cast<std::size_t>(offset_of(extent));
  std::ranges::copy(stored, sector.begin() + static_cast<std::ptrdiff_t>(at));
  if (extent.layout.scrambled) scramble(sector);
  if (at == 0) return sector;
  std::ranges::copy(kSync, sector.begin());
  if (extent.layout.header < 0)
    write_header(std::span(sector).subspan<12, 4>(), lba, mode_byte(extent.mode));
  if (is_xa(extent.mode) && extent.layout.subheader < 0) write_subheader(sector, extent.mode);
  write_redundancy(sector, extent.mode, at + stored.size());
  return sector;
}

class FullSectorSource final : public ByteSource {
 public:
  explicit FullSectorSource(std::vector<Extent> extents) : extents_(std::move(extents)) {
    std::erase_if(extents_, [](const Extent& extent) { return extent.sectors == 0; });
    for (const Extent& extent : extents_) {
      starts_.push_back(size_);
      size_ += std::uint64_t{extent.sectors} * kRawSector;
    }
  }

  std::uint64_t size() const override { return size_; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result;
    const std::uint64_t end =
        offset + std::min<std::uint64_t>(buffer.size(), offset < size_ ? size_ - offset : 0);
    result.bytes = static_cast<std::size_t>(end - std::min(offset, end));
    while (offset < end) {
      const std::size_t at = extent_of(offset);
      const Extent& extent = extents_[at];
      const std::uint64_t extent_end = starts_[at] + std::uint64_t{extent.sectors} * kRawSector;
      const std::uint64_t within = (offset - starts_[at]) % kRawSector;
      const std::uint64_t length =
          std::min(end, as_stored(extent) ? extent_end : offset - within + kRawSector) - offset;
      const auto part = buffer.first(static_cast<std::size_t>(length));
      if (as_stored(extent))
        read_as_stored(at, offset, part, result.bad);
      else
        read_sector(at, offset, part, result.bad);
      offset += length;
      buffer = buffer.subspan(part.size());
    }
    result.bad = merged(std::move(result.bad));
    return result;
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (length == 0 || offset > size_ || length > size_ - offset) return std::nullopt;
    const std::size_t at = extent_of(offset);
    const Extent& extent = extents_[at];
    if (!as_stored(extent) ||
        offset + length > starts_[at] + std::uint64_t{extent.sectors} * kRawSector)
      return std::nullopt;
    return extent.file->view(extent.file_offset + (offset - starts_[at]), length);
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    std::vector<ByteRange> result;
    const std::uint64_t end = std::min(range.end(), size_);
    for (std::uint64_t offset = range.offset; offset < end;) {
      const std::size_t at = extent_of(offset);
      const Extent& extent = extents_[at];
      const std::uint64_t stop =
          std::min(end, starts_[at] + std::uint64_t{extent.sectors} * kRawSector);
      if (as_stored(extent))
        for (const ByteRange& bad :
             extent.file->failed({extent.file_offset + (offset - starts_[at]), stop - offset}))
          result.push_back({bad.offset - extent.file_offset + starts_[at], bad.length});
      offset = stop;
    }
    return merged(std::move(result));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    if (offset >= size_) return;
    const std::size_t at = extent_of(offset);
    const Extent& extent = extents_[at];
    if (!extent.file) return;
    const std::uint64_t first = (offset - starts_[at]) / kRawSector;
    const std::uint64_t count =
        std::min(extent.sectors - first, (length + kRawSector - 1) / kRawSector + 1);
    extent.file->will_read(extent.file_offset + first * extent.layout.stored,
                           count * extent.layout.stored);
  }

  Location locate(std::uint64_t offset) const override {
    const std::size_t at = extent_of(offset);
    const Extent& extent = extents_[at];
    const std::uint64_t index = (offset - starts_[at]) / kRawSector;
    const std::uint64_t within = (offset - starts_[at]) % kRawSector;
    const std::int64_t lba = extent.first.value + static_cast<std::int64_t>(index);
    const std::uint64_t left = kRawSector - within;
    if (!extent.file) return {{}, std::nullopt, left, lba};
    const std::int64_t in_part = static_cast<std::int64_t>(within) - offset_of(extent);
    const std::uint64_t place = extent.file_offset + index * extent.layout.stored +
                                static_cast<std::uint64_t>(std::max<std::int64_t>(in_part, 0));
    if (in_part < 0 || in_part >= std::int64_t{main_size(extent.layout)} ||
        place >= extent.file->size())
      return {{}, std::nullopt, left, lba};
    Location location = extent.file->locate(place);
    const std::uint64_t linear =
        as_stored(extent)
            ? starts_[at] + std::uint64_t{extent.sectors} * kRawSector - offset
            : std::min(left, main_size(extent.layout) - static_cast<std::uint64_t>(in_part));
    location.length = std::min(location.length, linear);
    location.lba = lba;
    return location;
  }

 private:
  // One behind the other in the file, with nothing to be done.
  static bool as_stored(const Extent& extent) {
    return extent.file && !extent.gap && extent.layout.stored == kRawSector &&
           !extent.layout.scrambled && offset_of(extent) == 0;
  }

  std::size_t extent_of(std::uint64_t offset) const {
    return static_cast<std::size_t>(
        std::prev(std::upper_bound(starts_.begin(), starts_.end(), offset)) - starts_.begin());
  }

  void read_as_stored(std::size_t at, std::uint64_t offset, std::span<std::byte> buffer,
                      std::vector<ByteRange>& bad) const {
    const Extent& extent = extents_[at];
    const ReadResult got = extent.file->read(extent.file_offset + (offset - starts_[at]), buffer);
    for (const ByteRange& range : got.bad)
      bad.push_back({range.offset - extent.file_offset + starts_[at], range.length});
    if (got.bytes == buffer.size()) return;
    std::ranges::fill(buffer.subspan(got.bytes), std::byte{0});
    bad.push_back({offset + got.bytes, buffer.size() - got.bytes});
  }

  // A part of one sector.
  void read_sector(std::size_t at, std::uint64_t offset, std::span<std::byte> buffer,
                   std::vector<ByteRange>& bad) const {
    const Extent& extent = extents_[at];
    std::ranges::fill(buffer, std::byte{0});
    if (extent.gap) return;
    const std::uint64_t index = (offset - starts_[at]) / kRawSector;
    RawSector stored;
    const std::size_t size = std::min<std::size_t>(main_size(extent.layout), kRawSector);
    const auto part = std::span(stored).first(size);
    const ReadResult got =
        extent.file ? extent.file->read(extent.file_offset + index * extent.layout.stored, part)
                    : ReadResult{};
    if (got.bytes < size || !got.complete()) {
      bad.push_back({offset, buffer.size()});
      return;
    }
    const Lba lba{extent.first.value + static_cast<std::int32_t>(index)};
    const RawSector sector = made_whole(extent, lba, part);
    std::memcpy(buffer.data(), sector.data() + (offset - starts_[at]) % kRawSector, buffer.size());
  }

  std::vector<Extent> extents_;
  std::vector<std::uint64_t> starts_;
  std::uint64_t size_ = 0;
};

}  // namespace

bool is_cd_sector(const Extent& extent) {
  if (extent.mode == SectorMode::dvd) return false;
  const std::int32_t at = offset_of(extent);
  const bool cut = at == 0 || at == 12 || at == kSubheaderAt || at == kXaDataAt;
  const std::size_t size = std::min<std::size_t>(main_size(extent.layout), kRawSector);
  return cut && static_cast<std::size_t>(at) + size <= kRawSector;
}

SourcePtr full_sector_source(std::vector<Extent> extents) {
  return std::make_shared<FullSectorSource>(std::move(extents));
}

}  // namespace discern
