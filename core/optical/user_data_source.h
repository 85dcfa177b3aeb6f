// SPDX-License-Identifier: Apache-2.0
// Byte sources made of one part of each stored sector: user data or main channel.
#ifndef DISCERN_OPTICAL_USER_DATA_SOURCE_H
#define DISCERN_OPTICAL_USER_DATA_SOURCE_H

#include <vector>

#include "discern/disc.h"
#include "discern/source.h"

namespace discern {

// 2048 bytes for every sector of `extents`, in their order; byte 0 belongs to the first extent's
// first LBA. Sectors are unscrambled where the layout says so. What has more than 2048 user bytes
// (XA form 2, formless mode 2) gives its first 2048. Gap and audio extents read as zeros by
// definition. Unreadable are: extents with neither file nor gap, what lies behind the end of a
// file, and what the file itself cannot read.
SourcePtr user_data_source(std::vector<Extent> extents);

// The main channel as stored (main_size() bytes a sector: 2352 of audio), subchannel left out,
// nothing unscrambled.
SourcePtr main_channel_source(std::vector<Extent> extents);

// The subchannel as stored: 96 or 16 bytes for each sector, as the first extent that has some; from
// the extents' own files or, where they have one, their planar_subchannel. Gaps are zeros.
SourcePtr subchannel_source(std::vector<Extent> extents);

}  // namespace discern

#endif
