// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_FULL_SECTORS_H
#define DISCERN_OPTICAL_FULL_SECTORS_H

#include <vector>

#include "discern/disc.h"
#include "discern/source.h"

namespace discern {

// Whether sectors of this layout are parts of CD sectors, which can be made whole.
bool is_cd_sector(const Extent& extent);

// 2352 bytes for every sector of `extents`, in their order, as a drive delivers them: unscrambled,
// without subchannel. Parts that are not stored are made: sync, header (with the extent's LBA),
// subheader, EDC, P and Q. Gap extents read as zeros by definition; a sector of which a byte is
// unreadable is unreadable as a whole where parts of it had to be made. Extents without file and
// gap, and what lies behind the end of a file, are unreadable.
SourcePtr full_sector_source(std::vector<Extent> extents);

}  // namespace discern

#endif
