// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_SECTORS_WITHOUT_SYNC_H
#define DISCERN_OPTICAL_SECTORS_WITHOUT_SYNC_H

#include <optional>

#include "optical/sector_grid.h"

namespace discern {

// Sizes that lack the sync but prove themselves: 2340 (headers that count up), 2064 (DVD: IDs that
// count up, right EDCs), 2336 (equal subheader copies, right EDCs), from any byte of the file on.
// Looks into three windows of 64 KiB. The addresses of 2336 come from the place of an ISO 9660
// volume descriptor, when one stands in the first 316 sectors.
std::optional<SectorEvidence> identify_without_sync(const ByteSource& source);

}  // namespace discern

#endif
