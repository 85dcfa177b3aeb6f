// SPDX-License-Identifier: Apache-2.0
// A disc as a descriptor declares it, once every piece of it has its place in a file: what the
// descriptors TOC, NRG, MDS, B6T, CDI and GDI have in common.
#ifndef DISCERN_OPTICAL_DECLARED_DISC_H
#define DISCERN_OPTICAL_DECLARED_DISC_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "discern/image.h"
#include "discern/result.h"
#include "optical/track_check.h"

namespace discern {

// Consecutive sectors of a track. Without a file: zeros by the descriptor's word when `gap`,
// otherwise missing.
struct DeclaredPiece {
  SourcePtr file = nullptr;
  std::string path = {};  // of the file, for findings
  std::uint64_t offset = 0;
  std::uint64_t sectors = 0;
  bool gap = false;
  bool pregap = false;  // before INDEX 01
};

// `declared.place` is where the descriptor speaks of the track.
struct DeclaredLayout {
  DeclaredTrack declared = {};
  int session = 1;
  std::optional<std::int64_t> lba = {};  // of INDEX 01; absent: behind the track before
  std::vector<DeclaredPiece> pieces = {};
  std::vector<std::uint64_t> indexes = {};  // INDEX 02 on, sectors from INDEX 01
  std::string isrc = {};
  std::vector<std::string> flags = {};
};

// Lays `tracks` (in the order of the disc, sessions ascending) out into image.disc, and adds the
// views; `stored` are the sectors as stored, for the view `raw`. Sectors win over what the
// descriptor says of mode, size and address. Findings, with the code's first part from the track:
//   KIND.address-contradicts-sectors  headers say another LBA, or two tracks claim the same
//   KIND.track-past-end               sectors that the file does not have
// and those of check_track() and report_address_jumps().
//
// Errc::corrupt  no tracks; a size that cannot hold the mode; addresses that no disc has; more
//                sectors than the files have and a disc could miss
Result<Image> lay_out(Image image, const std::vector<DeclaredLayout>& tracks,
                      std::vector<SourcePtr> stored);

// The flags that the control field of a table of contents stands for (MMC, Q subchannel).
std::vector<std::string> flags_of_control(int control);

}  // namespace discern

#endif
