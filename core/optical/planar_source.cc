// SPDX-License-Identifier: Apache-2.0
#include "optical/planar_source.h"

#include <algorithm>
#include <array>

#include "optical/unit_source.h"
#include "optical/user_data_source.h"

namespace discern {
namespace {

constexpr std::size_t kSize = 96;

// Bit 7-c of byte i becomes bit 7-i%8 of byte i/8 of channel c.
void put_in_order(std::span<std::byte> sectors) {
  for (std::size_t at = 0; at < sectors.size(); at += kSize) {
    const auto sector = sectors.subspan(at, kSize);
    std::array<std::byte, kSize> result{};
    for (std::size_t i = 0; i < kSize; ++i)
      for (std::size_t channel = 0; channel < 8; ++channel)
        if (std::to_integer<unsigned>(sector[i] >> (7 - channel)) & 1U)
          result[channel * 12 + i / 8] |= std::byte{0x80} >> (i % 8);
    std::ranges::copy(result, sector.begin());
  }
}

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
    parts.push_back(interleaved ? unit_source(std::move(part), kSize, put_in_order)
                                : std::move(part));
  }
  return concat_source(std::move(parts));
}

}  // namespace discern
