// SPDX-License-Identifier: Apache-2.0
// CD-TEXT as it stands in the lead-in: packs of 18 bytes.
#ifndef DISCERN_OPTICAL_CD_TEXT_H
#define DISCERN_OPTICAL_CD_TEXT_H

#include "discern/bytes.h"
#include "discern/disc.h"
#include "discern/finding.h"

namespace discern {

// Adds the texts of `packs` to the disc. A header of four bytes, as .cdt files from drives have it,
// is passed over. Packs whose CRC is wrong are left out, and so are the texts they take part in:
// finding cd_text.crc (damage) with the place of the first one. Bytes behind the last whole pack
// are a finding cd_text.length, but for the one zero that ends a .cdt file.
void add_cd_text(Bytes packs, const Place& place, Disc& disc, Findings& findings);

}  // namespace discern

#endif
