// SPDX-License-Identifier: Apache-2.0
// User data of sectors that were checked, and repaired where they failed.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "discern/repair.h"
#include "optical/disc_views.h"
#include "optical/user_data_source.h"

namespace discern {
namespace {

// Whether sectors of `extent` are stored from sync to Q parity.
bool has_parity(const Extent& extent) {
  return extent.file && !extent.gap && extent.layout.sync == 0 && extent.layout.header == 12 &&
         extent.layout.stored >= kRawSector &&
         (extent.mode == SectorMode::mode1 || extent.mode == SectorMode::mode2_form1 ||
          extent.mode == SectorMode::mode2_form2 || extent.mode == SectorMode::mode2);
}

struct Looked {
  bool good = false;
  SectorRepair repair;
  RawSector sector{};
};

bool is_missing(const Extent& extent) { return !extent.file && !extent.gap; }

// A sector as stored, unscrambled, which of its bytes cannot be read, and which others the drive
// doubted.
struct StoredSector {
  RawSector bytes{};
  std::vector<std::uint16_t> unreadable = {};
  std::vector<std::uint16_t> doubted = {};
  std::vector<std::uint16_t> suspects() const {
    std::vector<std::uint16_t> all = unreadable;
    all.insert(all.end(), doubted.begin(), doubted.end());
    return all;
  }
};

// C2 pointers: a bit for each byte of the sector, the first one in bit 7 (MMC-6, READ CD).
std::vector<std::uint16_t> doubted_bytes(const Extent& extent, std::uint64_t offset) {
  std::vector<std::uint16_t> doubted;
  if (extent.layout.c2 < 0) return doubted;
  std::array<std::byte, kRawSector / 8> pointers{};
  extent.file->read(offset + static_cast<std::uint64_t>(extent.layout.c2), pointers);
  for (std::size_t i = 0; i < kRawSector; ++i)
    if ((pointers[i / 8] >> (7 - i % 8) & std::byte{1}) != std::byte{0})
      doubted.push_back(static_cast<std::uint16_t>(i));
  return doubted;
}

StoredSector read_stored(const Extent& extent, std::uint64_t index) {
  StoredSector sector;
  const auto lacks = [&](std::uint64_t from, std::uint64_t to) {
    for (; from < to; ++from) sector.unreadable.push_back(static_cast<std::uint16_t>(from));
  };
  if (!extent.file) {
    lacks(0, kRawSector);
    return sector;
  }
  const std::uint64_t offset = extent.file_offset + index * extent.layout.stored;
  const ReadResult read = extent.file->read(offset, sector.bytes);
  for (const ByteRange& bad : read.bad) lacks(bad.offset - offset, bad.end() - offset);
  lacks(read.bytes, kRawSector);
  if (extent.layout.scrambled) scramble(sector.bytes);
  sector.doubted = doubted_bytes(extent, offset);
  return sector;
}

// Another dump of the disc, by address.
class SecondDump {
 public:
  explicit SecondDump(const Disc& disc) : extents_(data_extents(disc)) {}

  // Nothing when it has no such sector with parity, or not all of its bytes.
  std::optional<RawSector> sector(Lba lba) const {
    const auto behind =
        std::upper_bound(extents_.begin(), extents_.end(), lba,
                         [](Lba value, const Extent& extent) { return value < extent.first; });
    if (behind == extents_.begin()) return std::nullopt;
    const Extent& extent = *std::prev(behind);
    if (lba >= extent.end() || !has_parity(extent)) return std::nullopt;
    const StoredSector found =
        read_stored(extent, static_cast<std::uint64_t>(lba.value - extent.first.value));
    if (!found.unreadable.empty()) return std::nullopt;
    return found.bytes;
  }

 private:
  std::vector<Extent> extents_;
};

bool is_good(const RawSector& sector) {
  const SectorCheck check = check_sector(sector);
  return check.good() && check.sync_ok && check.edc == Check::good;
}

// `sector` becomes `better`, byte by byte; where a byte was corrected, that codeword proves it.
void adopt(const RawSector& better, const std::vector<ByteChange>& corrected, RawSector& sector,
           std::vector<ByteChange>& changes) {
  for (std::size_t i = 0; i < kRawSector; ++i) {
    if (sector[i] == better[i]) continue;
    const auto by = std::ranges::find(corrected, i, &ByteChange::offset);
    changes.push_back({static_cast<std::uint16_t>(i), sector[i], better[i],
                       by == corrected.end() ? "second dump" : by->codeword});
    sector[i] = better[i];
  }
}

// With the help of the other dump's sector. False when neither becomes good.
bool repair_by_second(Lba lba, const RawSector& other, const StoredSector& stored, Looked& looked) {
  // Two dumps of one disc agree about addresses, or they are of two discs.
  const auto belongs = [&](const RawSector& sector) { return check_sector(sector).lba == lba; };
  if (is_good(other) && belongs(other)) {
    adopt(other, {}, looked.sector, looked.repair.changes);
    return true;
  }
  std::vector<std::uint16_t> suspects = stored.suspects();
  for (std::size_t i = 0; i < kRawSector; ++i)
    if (looked.sector[i] != other[i]) suspects.push_back(static_cast<std::uint16_t>(i));
  if (auto changes = repair_sector(looked.sector, suspects)) {
    looked.repair.changes = std::move(*changes);
    return true;
  }
  RawSector corrected = other;
  const auto changes = repair_sector(corrected, suspects);
  if (!changes || !belongs(corrected)) return false;
  adopt(corrected, *changes, looked.sector, looked.repair.changes);
  return true;
}

// The `index`-th sector of an extent with parity, repaired if it must be and can be.
Looked look_at(const Extent& extent, std::uint32_t index, const SecondDump* second) {
  Looked looked;
  looked.repair.lba = {extent.first.value + static_cast<std::int32_t>(index)};
  const StoredSector stored = read_stored(extent, index);
  looked.sector = stored.bytes;
  looked.repair.unreadable = static_cast<std::uint32_t>(stored.unreadable.size());
  const SectorCheck check = check_sector(looked.sector);
  looked.good = stored.unreadable.empty() && check.good() && check.sync_ok;
  if (looked.good) return looked;
  const auto other = second ? second->sector(looked.repair.lba) : std::nullopt;
  if (other) {
    looked.repair.repaired = repair_by_second(looked.repair.lba, *other, stored, looked);
  } else if (auto changes = repair_sector(looked.sector, stored.suspects())) {
    looked.repair.repaired = true;
    looked.repair.changes = std::move(*changes);
  }
  return looked;
}

Bytes user_data(const RawSector& sector) {
  const bool xa = check_sector(sector).mode == SectorMode::mode2_form1;
  return Bytes(sector).subspan(xa ? 24 : 16, kUserSector);
}

std::vector<ByteRange> without(const std::vector<ByteRange>& ranges, ByteRange repaired) {
  std::vector<ByteRange> left;
  for (const ByteRange& range : ranges) {
    if (range.offset < repaired.offset)
      left.push_back({range.offset, std::min(range.end(), repaired.offset) - range.offset});
    if (range.end() > repaired.end()) {
      const std::uint64_t from = std::max(range.offset, repaired.end());
      left.push_back({from, range.end() - from});
    }
  }
  return left;
}

class RepairedSource final : public ByteSource {
 public:
  RepairedSource(std::vector<Extent> extents, std::optional<SecondDump> second)
      : extents_(std::move(extents)),
        data_(user_data_source(extents_)),
        second_(std::move(second)) {
    for (const Extent& extent : extents_) {
      starts_.push_back(sectors_);
      sectors_ += extent.sectors;
    }
  }

  std::uint64_t size() const override { return data_->size(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result = data_->read(offset, buffer);
    const std::uint64_t end = offset + result.bytes;
    for (std::uint64_t sector = offset / kUserSector; sector * kUserSector < end; ++sector) {
      const std::size_t at = extent_of(sector);
      if (!has_parity(extents_[at]) && !(second_ && is_missing(extents_[at]))) continue;
      const Looked looked = look_at(extents_[at], static_cast<std::uint32_t>(sector - starts_[at]),
                                    second_ ? &*second_ : nullptr);
      if (!looked.repair.repaired) continue;
      const std::uint64_t start = sector * kUserSector;
      const std::uint64_t from = std::max(start, offset);
      const std::uint64_t to = std::min(start + kUserSector, end);
      std::memcpy(buffer.data() + (from - offset), user_data(looked.sector).data() + (from - start),
                  static_cast<std::size_t>(to - from));
      result.bad = without(result.bad, {from, to - from});
    }
    return result;
  }

  // Before a repair was tried all that `data` lacks counts.
  std::vector<ByteRange> failed(ByteRange range) const override { return data_->failed(range); }
  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    data_->will_read(offset, length);
  }
  Location locate(std::uint64_t offset) const override { return data_->locate(offset); }

 private:
  std::size_t extent_of(std::uint64_t sector) const {
    return static_cast<std::size_t>(
        std::prev(std::upper_bound(starts_.begin(), starts_.end(), sector)) - starts_.begin());
  }

  std::vector<Extent> extents_;
  SourcePtr data_;
  std::optional<SecondDump> second_;
  std::vector<std::uint64_t> starts_;  // of each extent, in sectors of the view
  std::uint64_t sectors_ = 0;
};

}  // namespace

std::optional<View> repaired_view(const Disc& disc, const Disc* second) {
  std::vector<Extent> extents = data_extents(disc);
  if (std::none_of(extents.begin(), extents.end(), has_parity)) return std::nullopt;
  View view{.name = "repaired", .sector_size = kUserSector, .first_lba = Lba{}};
  view.derivation = "view data with sectors corrected by their P and Q parity";
  if (second) view.derivation += ", or taken from a second dump";
  view.source = std::make_shared<RepairedSource>(
      std::move(extents), second ? std::optional(SecondDump(*second)) : std::nullopt);
  return view;
}

Status find_repairs(const Disc& disc, const Progress& progress,
                    const std::function<void(const SectorRepair&)>& sink, const Disc* second) {
  const std::vector<Extent> extents = data_extents(disc);
  const auto other = second ? std::optional(SecondDump(*second)) : std::nullopt;
  std::uint64_t total = 0;
  for (const Extent& extent : extents) total += std::uint64_t{extent.sectors} * kUserSector;
  std::uint64_t done = 0;
  for (const Extent& extent : extents) {
    const bool looked_at = has_parity(extent) || (other && is_missing(extent));
    for (std::uint32_t i = 0; looked_at && i < extent.sectors; ++i) {
      if (i % 1024 == 0 && progress &&
          !progress("repairing", done + std::uint64_t{i} * kUserSector, total))
        return Error{Errc::cancelled, "cancelled"};
      const Looked looked = look_at(extent, i, other ? &*other : nullptr);
      if (!looked.good) sink(looked.repair);
    }
    done += std::uint64_t{extent.sectors} * kUserSector;
  }
  return Done{};
}

}  // namespace discern
