// SPDX-License-Identifier: Apache-2.0
#include "optical/unit_source.h"

#include <algorithm>
#include <utility>

namespace discern {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{64} << 10;  // looked at in one go

class UnitSource final : public ByteSource {
 public:
  UnitSource(SourcePtr base, std::uint32_t unit, void (*change)(std::span<std::byte>))
      : base_(std::move(base)), unit_(unit), change_(change) {}

  std::uint64_t size() const override { return base_->size(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    if (offset >= size()) return {};
    const ByteRange wanted{offset, std::min<std::uint64_t>(buffer.size(), size() - offset)};
    ReadResult result{static_cast<std::size_t>(wanted.length)};
    std::vector<std::byte> units;
    for (std::uint64_t at = offset; at < wanted.end();) {
      const ByteRange block = whole_units({at, std::min(kBlock, wanted.end() - at)});
      units.resize(static_cast<std::size_t>(block.length));
      const ReadResult got = base_->read(block.offset, units);
      change_(std::span(units).first(units.size() / unit_ * unit_));
      for (const ByteRange& part : got.bad) {
        const ByteRange bad = whole_units(part);
        std::fill_n(units.begin() + static_cast<std::ptrdiff_t>(bad.offset - block.offset),
                    std::min(bad.end(), block.end()) - bad.offset, std::byte{0});
        add_overlap(bad, wanted, result.bad);
      }
      const std::uint64_t end = std::min(block.end(), wanted.end());
      std::copy_n(units.begin() + static_cast<std::ptrdiff_t>(at - block.offset), end - at,
                  buffer.begin() + static_cast<std::ptrdiff_t>(at - offset));
      at = end;
    }
    result.bad = merged(std::move(result.bad));
    return result;
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    std::vector<ByteRange> result;
    for (const ByteRange& bad : base_->failed(whole_units(range)))
      add_overlap(whole_units(bad), range, result);
    return merged(std::move(result));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    base_->will_read(offset, length);
  }

  Location locate(std::uint64_t offset) const override {
    const std::uint64_t within = offset % unit_;
    Location location = base_->locate(offset - within);
    location.offset.reset();
    location.length = location.length > within ? location.length - within : unit_ - within;
    return location;
  }

 private:
  // The units that `range` touches, inside the source.
  ByteRange whole_units(ByteRange range) const {
    const std::uint64_t start = std::min(range.offset, size());
    const std::uint64_t end = start + std::min(range.length, size() - start);
    const std::uint64_t from = start / unit_ * unit_;
    return {from, std::min(size(), (end + unit_ - 1) / unit_ * unit_) - from};
  }

  static void add_overlap(ByteRange bad, ByteRange wanted, std::vector<ByteRange>& result) {
    const std::uint64_t from = std::max(bad.offset, wanted.offset);
    const std::uint64_t end = std::min(bad.end(), wanted.end());
    if (from < end) result.push_back({from, end - from});
  }

  SourcePtr base_;
  std::uint64_t unit_;
  void (*change_)(std::span<std::byte>);
};

}  // namespace

SourcePtr unit_source(SourcePtr base, std::uint32_t unit, void (*change)(std::span<std::byte>)) {
  return std::make_shared<UnitSource>(std::move(base), unit, change);
}

SourcePtr swapped_source(SourcePtr base) {
  return unit_source(std::move(base), 2, [](std::span<std::byte> words) {
    for (std::size_t i = 0; i < words.size(); i += 2) std::swap(words[i], words[i + 1]);
  });
}

}  // namespace discern
