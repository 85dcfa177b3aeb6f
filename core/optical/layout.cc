// SPDX-License-Identifier: Apache-2.0
// Sector sizes found in image files. All but the last two are cuts out of the 2352 bytes that a
// drive delivers (ECMA-130 clause 14; the XA subheader as in the CD-ROM XA specification):
//
//   2352   0 sync 12 | 12 header 4 | 16 mode 1: user 2048, EDC 4, zero 8, P 172, Q 104
//                                  | 16 formless mode 2, mode 0: user 2336
//                                  | 16 XA: subheader 8 | 24 form 1: user 2048, EDC 4, P, Q
//                                                       | 24 form 2: user 2324, EDC 4
//          audio: 588 pairs of 16-bit samples and nothing else
//   2340   from the header on           2336   from the subheader on
//   2332   subheader 8, form 2 user 2324, no EDC
//   2328   form 2 user 2324, EDC 4      2324   form 2 user 2324
//   2056   subheader 8, user 2048       2048   user data only
//   2368   2352, then 16 bytes of Q     2448   2352, then 96 bytes of P to W
#include "optical/layout.h"

namespace discern {
namespace {

struct Cut {
  std::uint32_t stored;
  std::int32_t skipped;  // bytes of the full sector that are not stored in front
  bool subheader_kept;
  std::int32_t subchannel;
};
constexpr Cut kCuts[] = {{2048, 24, false, -1}, {2056, 16, true, -1}, {2324, 24, false, -1},
                         {2328, 24, false, -1}, {2332, 16, true, -1}, {2336, 16, true, -1},
                         {2340, 12, true, -1},  {2352, 0, true, -1},  {2368, 0, true, 2352},
                         {2448, 0, true, 2352}};

}  // namespace

bool is_xa(SectorMode mode) {
  return mode == SectorMode::mode2_form1 || mode == SectorMode::mode2_form2;
}

bool is_data(SectorMode mode) { return mode != SectorMode::audio && mode != SectorMode::unknown; }

std::uint32_t main_size(const SectorLayout& layout) {
  return layout.subchannel >= 0 ? static_cast<std::uint32_t>(layout.subchannel) : layout.stored;
}

std::optional<SectorLayout> sector_layout(std::uint32_t stored, SectorMode mode) {
  for (const Cut& cut : kCuts) {
    if (cut.stored != stored) continue;
    SectorLayout layout{.stored = stored,
                        .sync = -1,
                        .header = -1,
                        .subheader = -1,
                        .user = 0,
                        .user_size = 2352,
                        .subchannel = cut.subchannel};
    if (!is_data(mode)) {
      if (stored < 2352) return std::nullopt;
      return layout;
    }
    const bool form2_only = stored == 2324 || stored == 2328 || stored == 2332;
    if (form2_only && mode != SectorMode::mode2_form2) return std::nullopt;
    if (stored < 2336 && !form2_only && mode == SectorMode::mode2_form2) return std::nullopt;
    if (cut.skipped == 0) layout.sync = 0;
    if (cut.skipped <= 12) layout.header = 12 - cut.skipped;
    if (is_xa(mode)) {
      if (cut.subheader_kept) layout.subheader = 16 - cut.skipped;
      layout.user = 24 - cut.skipped;
      layout.user_size = mode == SectorMode::mode2_form1 ? 2048 : 2324;
      return layout;
    }
    if (stored == 2048) {
      layout.user_size = 2048;
      return layout;
    }
    if (stored < 2336 || (stored == 2336 && mode == SectorMode::mode1)) return std::nullopt;
    layout.user = 16 - cut.skipped;
    layout.user_size = mode == SectorMode::mode1 ? 2048 : 2336;
    return layout;
  }
  return std::nullopt;
}

}  // namespace discern
