// SPDX-License-Identifier: Apache-2.0
// The views of a disc (DESIGN: data, raw, session N, track N).
#ifndef DISCERN_OPTICAL_DISC_VIEWS_H
#define DISCERN_OPTICAL_DISC_VIEWS_H

#include <vector>

#include "discern/image.h"

namespace discern {

// The extents of `data`, in its order and from LBA 0 on without a break.
std::vector<Extent> data_extents(const Disc& disc);

// Adds the views of image.disc to image.views. `stored` are the sectors as stored, in file order;
// one of them alone is the view `raw` itself.
//
// `data` comes first when there is a data track, and reaches from LBA 0 to the end of the last one:
// audio behind that would be zeros only. `raw` is next, then `session N` when there are several
// (the disc as it was when that session was its last, with the session's volume descriptors at LBA
// 16, where file system code looks), then `track N` from INDEX 01 to the track's end.
void add_disc_views(Image& image, std::vector<SourcePtr> stored);

}  // namespace discern

#endif
