// SPDX-License-Identifier: Apache-2.0
// The parts of a sector that follow from its other bytes.
#ifndef DISCERN_OPTICAL_REDUNDANCY_H
#define DISCERN_OPTICAL_REDUNDANCY_H

#include "discern/sector.h"

namespace discern {

// XA: file 0, channel 0, submode data, and form 2 where `mode` is that.
void write_subheader(RawSector& sector, SectorMode mode);

// EDC, zero field, P and Q of `mode`, as far as they lie behind `from`: bytes before it are what
// was stored and stay. Nothing for modes that have none.
void write_redundancy(RawSector& sector, SectorMode mode, std::size_t from);

}  // namespace discern

#endif
