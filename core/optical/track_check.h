// SPDX-License-Identifier: Apache-2.0
// What a descriptor says of a track, held against the track's sectors.
#ifndef DISCERN_OPTICAL_TRACK_CHECK_H
#define DISCERN_OPTICAL_TRACK_CHECK_H

#include <optional>
#include <string>

#include "discern/disc.h"
#include "discern/finding.h"
#include "discern/source.h"

namespace discern {

// The layout that a descriptor declares; nothing when the size cannot hold the mode.
struct DeclaredTrack;
std::optional<SectorLayout> layout_of(const DeclaredTrack& track);

// What the descriptor says. `kind` begins the codes of findings ("cue"), `type` is its own word.
struct DeclaredTrack {
  std::string kind;
  int number = 1;
  std::string type;
  SectorMode mode = SectorMode::unknown;
  std::uint32_t stored = 2352;
  Place place = {};
  // Of a subchannel behind sectors of another size than 2352; `stored` counts it in.
  SubchannelForm form = SubchannelForm::none;
};

// What holds: sectors win over the descriptor. `lba` is the address of the first sector, from
// headers; the sectors begin `phase` bytes into the source that was looked at.
struct CheckedTrack {
  SectorLayout layout;
  SectorMode mode = SectorMode::unknown;
  std::uint64_t phase = 0;
  std::optional<std::int64_t> lba = {};
};

// `sectors` begins where the descriptor lets the track begin. Findings:
//   KIND.mode-contradicts-sectors  another mode, or data declared as audio
//   KIND.size-contradicts-sectors  another sector size
//   KIND.no-sync                   a size that includes the sync, but there is none
CheckedTrack check_track(const SourcePtr& sectors, const DeclaredTrack& declared,
                         Findings& findings);

// Damage findings about places in `extent` where the addresses of the headers jump.
void report_address_jumps(const Extent& extent, const std::string& path, Findings& findings);

}  // namespace discern

#endif
