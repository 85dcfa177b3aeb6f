// SPDX-License-Identifier: Apache-2.0
// A disc from its sectors alone, for images without descriptor.
#ifndef DISCERN_OPTICAL_DETECT_H
#define DISCERN_OPTICAL_DETECT_H

#include <optional>
#include <string>
#include <vector>

#include "discern/disc.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/source.h"
#include "optical/sector_grid.h"

namespace discern {

struct DetectedDisc {
  Disc disc;
  SourcePtr stored;  // from the first whole sector on; the file itself when that is its start
  Findings findings;
  std::vector<Proof> proofs;
};

// Tracks are runs of sectors of one mode, at the addresses in their headers; what has no headers
// counts on from its neighbours. A jump of the addresses by the length of lead-out and lead-in
// begins a session, any other is a finding. `path` is for findings. Nothing when find_grid() and
// identify_sectors() find nothing.
std::optional<DetectedDisc> detect_disc(const SourcePtr& file, const std::string& path);

// Sectors from the end of a session to the first one of the next, its pregap of 150 included:
// 11400 after the first session, 6900 after later ones (lead-out 6750 or 2250, lead-in 4500).
bool is_session_gap(std::int64_t sectors);

// The finding about a last sector of which only `present` of `stored` bytes are in the file.
Finding cut_sector_finding(const std::string& path, std::uint64_t offset, std::uint64_t present,
                           std::uint32_t stored);

}  // namespace discern

#endif
