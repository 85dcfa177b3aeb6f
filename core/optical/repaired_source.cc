// SPDX-License-Identifier: Apache-2.0
// User data of sectors that were checked, and repaired where they failed.
#include <algorithm>
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

// The `index`-th sector of an extent with parity, repaired if it must be and can be.
Looked look_at(const Extent& extent, std::uint32_t index) {
  Looked looked;
  looked.repair.lba = {extent.first.value + static_cast<std::int32_t>(index)};
  const std::uint64_t offset = extent.file_offset + std::uint64_t{index} * extent.layout.stored;
  const ReadResult read = extent.file->read(offset, looked.sector);
  std::vector<std::uint16_t> suspects;
  const auto suspect = [&](std::uint64_t from, std::uint64_t to) {
    for (; from < to; ++from) suspects.push_back(static_cast<std::uint16_t>(from));
  };
  for (const ByteRange& bad : read.bad) suspect(bad.offset - offset, bad.end() - offset);
  suspect(read.bytes, kRawSector);
  looked.repair.unreadable = static_cast<std::uint32_t>(suspects.size());
  if (extent.layout.scrambled) scramble(looked.sector);
  const SectorCheck check = check_sector(looked.sector);
  looked.good = suspects.empty() && check.good() && check.sync_ok;
  if (looked.good) return looked;
  if (auto changes = repair_sector(looked.sector, suspects)) {
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
  explicit RepairedSource(std::vector<Extent> extents)
      : extents_(std::move(extents)), data_(user_data_source(extents_)) {
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
      if (!has_parity(extents_[at])) continue;
      const Looked looked = look_at(extents_[at], static_cast<std::uint32_t>(sector - starts_[at]));
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
  std::vector<std::uint64_t> starts_;  // of each extent, in sectors of the view
  std::uint64_t sectors_ = 0;
};

}  // namespace

std::optional<View> repaired_view(const Disc& disc) {
  std::vector<Extent> extents = data_extents(disc);
  if (std::none_of(extents.begin(), extents.end(), has_parity)) return std::nullopt;
  View view{.name = "repaired", .sector_size = kUserSector, .first_lba = Lba{}};
  view.derivation = "view data with sectors corrected by their P and Q parity";
  view.source = std::make_shared<RepairedSource>(std::move(extents));
  return view;
}

Status find_repairs(const Disc& disc, const Progress& progress,
                    const std::function<void(const SectorRepair&)>& sink) {
  const std::vector<Extent> extents = data_extents(disc);
  std::uint64_t total = 0;
  for (const Extent& extent : extents) total += std::uint64_t{extent.sectors} * kUserSector;
  std::uint64_t done = 0;
  for (const Extent& extent : extents) {
    for (std::uint32_t i = 0; has_parity(extent) && i < extent.sectors; ++i) {
      if (i % 1024 == 0 && progress &&
          !progress("repairing", done + std::uint64_t{i} * kUserSector, total))
        return Error{Errc::cancelled, "cancelled"};
      const Looked looked = look_at(extent, i);
      if (!looked.good) sink(looked.repair);
    }
    done += std::uint64_t{extent.sectors} * kUserSector;
  }
  return Done{};
}

}  // namespace discern
