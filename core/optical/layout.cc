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
//   2064   DVD: ID 4, IED 2, CPR_MAI 6, user 2048, EDC 4 (ECMA-267 clause 16)
//
// A drive adds to 2352: 16 bytes of Q (2368), 96 bytes of P to W (2448), 294 bytes of C2 pointers,
// one bit for each byte (2646), 296 with two summary bytes (2648), and both, C2 first (2742, 2744)
// (MMC, READ CD).
#include "optical/layout.h"

namespace discern {
namespace {

struct Cut {
  std::uint32_t stored;
  std::int32_t skipped;  // bytes of the full sector that are not stored in front
  bool subheader_kept;
};
constexpr Cut kCuts[] = {{2048, 24, false}, {2056, 16, true}, {2324, 24, false}, {2328, 24, false},
                         {2332, 16, true},  {2336, 16, true}, {2340, 12, true},  {2352, 0, true}};

struct Addition {
  std::uint32_t stored;
  std::int32_t c2;
  std::int32_t subchannel;
  SubchannelForm form;
};
constexpr Addition kAdditions[] = {{2368, -1, 2352, SubchannelForm::q16},
                                   {2448, -1, 2352, SubchannelForm::interleaved},
                                   {2646, 2352, -1, SubchannelForm::none},
                                   {2648, 2352, -1, SubchannelForm::none},
                                   {2742, 2352, 2646, SubchannelForm::interleaved},
                                   {2744, 2352, 2648, SubchannelForm::interleaved}};

}  // namespace

bool is_xa(SectorMode mode) {
  return mode == SectorMode::mode2_form1 || mode == SectorMode::mode2_form2;
}

bool is_data(SectorMode mode) { return mode != SectorMode::audio && mode != SectorMode::unknown; }

std::uint32_t main_size(const SectorLayout& layout) {
  if (layout.c2 >= 0) return static_cast<std::uint32_t>(layout.c2);
  return layout.subchannel >= 0 ? static_cast<std::uint32_t>(layout.subchannel) : layout.stored;
}

std::optional<SectorLayout> sector_layout(std::uint32_t stored, SectorMode mode) {
  if (mode == SectorMode::dvd) {
    if (stored != 2048 && stored != 2064) return std::nullopt;
    return SectorLayout{
        .stored = stored, .sync = -1, .header = -1, .user = stored == 2064 ? 12 : 0};
  }
  for (const Addition& added : kAdditions) {
    if (added.stored != stored) continue;
    auto layout = sector_layout(2352, mode);
    layout->stored = stored;
    layout->c2 = added.c2;
    layout->subchannel = added.subchannel;
    layout->form = added.form;
    return layout;
  }
  for (const Cut& cut : kCuts) {
    if (cut.stored != stored) continue;
    SectorLayout layout{
        .stored = stored, .sync = -1, .header = -1, .subheader = -1, .user = 0, .user_size = 2352};
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

std::optional<SectorLayout> sector_layout(std::uint32_t main, SubchannelForm form,
                                          SectorMode mode) {
  if (main > 2352) return std::nullopt;
  auto layout = sector_layout(main, mode);
  if (!layout || form == SubchannelForm::none) return layout;
  layout->subchannel = static_cast<std::int32_t>(main);
  layout->form = form;
  layout->stored = main + (form == SubchannelForm::q16 ? 16 : 96);
  return layout;
}

}  // namespace discern
