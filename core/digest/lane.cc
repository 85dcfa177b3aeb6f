// SPDX-License-Identifier: Apache-2.0
#include "digest/lane.h"

#include <algorithm>

namespace discern {
namespace {

__extension__ using Wide = unsigned __int128;

// Steps that a disk gets to fetch what will be wanted.
constexpr std::uint64_t kReadAhead = 8;

// Reads one byte of every page, so that pages enter the page table in stream order and those that
// fail are known before a consumer computes with them. 4096 is the smallest page of any system.
void touch_pages(Bytes bytes) {
  constexpr std::uintptr_t kPage = 4096;
  const volatile std::byte* base = bytes.data();
  const auto misaligned = reinterpret_cast<std::uintptr_t>(bytes.data()) % kPage;
  if (bytes.empty()) return;
  static_cast<void>(base[0]);
  for (std::size_t i = kPage - misaligned; i < bytes.size(); i += kPage) static_cast<void>(base[i]);
}

}  // namespace

Lane::Lane(const Stream& stream, Part part, std::size_t window)
    : stream_(stream),
      size_(stream.source->size()),
      unit_(std::max<std::uint32_t>(stream.unit, 1)),
      units_(size_ / unit_ + (size_ % unit_ != 0)),
      part_(part),
      window_(window),
      slots_(std::make_unique<Slot[]>(window)) {}

std::uint64_t Lane::begin_of(std::uint64_t step) const {
  const std::uint64_t done = std::clamp(step, part_.first, part_.end) - part_.first;
  const Wide unit = Wide{units_} * done / (part_.end - part_.first);
  return static_cast<std::uint64_t>(std::min<Wide>(unit * unit_, size_));
}

// The step whose share reaches past the units that lie before `step`.
std::optional<std::uint64_t> Lane::next_filled(std::uint64_t step) const {
  const std::uint64_t steps = part_.end - part_.first;
  const std::uint64_t done = std::clamp(step, part_.first, part_.end) - part_.first;
  const Wide before = Wide{units_} * done / steps;
  if (before >= units_) return std::nullopt;
  const Wide reaches = ((before + 1) * steps + units_ - 1) / units_;
  return part_.first + std::max(done, static_cast<std::uint64_t>(reaches - 1));
}

std::vector<ByteRange> Lane::fetch(std::uint64_t step) {
  Slot& slot = slots_[step % window_];
  const ByteRange range{begin_of(step), begin_of(step + 1) - begin_of(step)};
  const std::uint64_t soon = std::max(begin_of(step + 1 + kReadAhead), announced_);
  stream_.source->will_read(announced_, soon - announced_);
  announced_ = soon;
  slot.bad.clear();
  const auto bytes = stream_.source->view(range.offset, range.length);
  if (bytes) touch_pages(*bytes);
  slot.in_place = bytes && stream_.source->failed(range).empty();
  if (slot.in_place) {
    slot.block.bytes = *bytes;
  } else {
    slot.copy.resize(static_cast<std::size_t>(range.length));
    slot.bad = stream_.source->read(range.offset, slot.copy).bad;
    slot.block.bytes = slot.copy;
  }
  slot.block.offset = range.offset;
  slot.block.bad = slot.bad;
  slot.users = stream_.consumers.size();
  return slot.bad;
}

std::vector<ByteRange> Lane::release(std::uint64_t step) {
  Slot& slot = slots_[step % window_];
  if (slot.users.fetch_sub(1) != 1 || !slot.in_place) return {};
  return stream_.source->failed({slot.block.offset, slot.block.bytes.size()});
}

}  // namespace discern
