// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_PLANAR_SOURCE_H
#define DISCERN_OPTICAL_PLANAR_SOURCE_H

#include <vector>

#include "discern/disc.h"
#include "discern/source.h"

namespace discern {

// 96 bytes for every sector of `extents`, in their order: 12 of P, 12 of Q ... 12 of W, as
// CloneCD's .sub has them; interleaved subchannels are put in that order. Extents without P to W
// (none, Q only, packed R to W) are zeros, as gaps are. Null when no extent has P to W.
SourcePtr planar_source(const std::vector<Extent>& extents);

}  // namespace discern

#endif
