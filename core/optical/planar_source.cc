// SPDX-License-Identifier: Apache-2.0
#include "optical/planar_source.h"

#include <algorithm>
#include <array>

#include "optical/user_data_source.h"

namespace discern {
namespace {

constexpr std::uint64_t kSize = 96;

// Bit 7-c of byte i becomes bit 7-i%8 of byte i/8 of channel c.
void put_in_order(std::span<std::byte, kSize> sector) {
  std::array<std::byte, kSize> result{};
  for (std::size_t i = 0; i < kSize; ++i)
    for (std::size_t channel = 0; channel < 8; ++channel)
      if (std::to_integer<unsigned>(sector[i] >> (7 - channel)) & 1U)
        result[channel * 12 + i / 8] |= std::byte{0x80} >> (i % 8);
  std::ranges::copy(result, sector.begin());
}

class InOrder final : public ByteSource {
 public:
  explicit InOrder(SourcePtr interleaved) : base_(std::move(interleaved)) {}

  std::uint64_t size() const override { return base_->size(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result;
    const std::uint64_t end =
        offset >= size() ? offset
                         : offset + std::min<std::uint64_t>(buffer.size(), size() - offset);
    while (offset < end) {
      const std::uint64_t within = offset % kSize;
      const std::uint64_t length = std::min(end - offset, kSize - within);
      std::array<std::byte, kSize> sector{};
      // A sector of which a byte is missing says nothing: its bits are everywhere.
      const ReadResult got = base_->read(offset - within, sector);
      if (got.bytes == kSize && got.complete()) {
        put_in_order(sector);
      } else {
        sector.fill(std::byte{0});
        result.bad.push_back({offset, length});
      }
      std::copy_n(sector.begin() + static_cast<std::ptrdiff_t>(within), length,
                  buffer.begin() + static_cast<std::ptrdiff_t>(result.bytes));
      result.bytes += static_cast<std::size_t>(length);
      offset += length;
    }
    result.bad = merged(std::move(result.bad));
    return result;
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    std::vector<ByteRange> result;
    const std::uint64_t from = range.offset / kSize * kSize;
    for (const ByteRange& bad : base_->failed({from, range.end() - from})) {
      const std::uint64_t begin = std::max(bad.offset / kSize * kSize, range.offset);
      const std::uint64_t end = std::min((bad.end() + kSize - 1) / kSize * kSize, range.end());
      if (begin < end) result.push_back({begin, end - begin});
    }
    return merged(std::move(result));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    base_->will_read(offset, length);
  }

  Location locate(std::uint64_t offset) const override {
    Location location = base_->locate(offset / kSize * kSize);
    location.offset.reset();
    location.length = kSize - offset % kSize;
    return location;
  }

 private:
  SourcePtr base_;
};

bool is_whole(const Extent& extent) {
  return extent.planar_subchannel || (extent.file && extent.layout.subchannel >= 0 &&
                                      (extent.layout.form == SubchannelForm::interleaved ||
                                       extent.layout.form == SubchannelForm::planar));
}

}  // namespace

SourcePtr planar_source(const std::vector<Extent>& extents) {
  if (std::ranges::none_of(extents, is_whole)) return nullptr;
  std::vector<SourcePtr> parts;
  for (Extent extent : extents) {
    if (extent.sectors == 0) continue;
    const bool whole = is_whole(extent) && !extent.gap;
    if (!whole) {
      extent.gap = true;
      extent.layout.subchannel = 0;
      extent.layout.form = SubchannelForm::planar;
    }
    const bool interleaved =
        whole && !extent.planar_subchannel && extent.layout.form == SubchannelForm::interleaved;
    SourcePtr part = subchannel_source({std::move(extent)});
    parts.push_back(interleaved ? std::make_shared<InOrder>(std::move(part)) : std::move(part));
  }
  return concat_source(std::move(parts));
}

}  // namespace discern
