// SPDX-License-Identifier: Apache-2.0
// The events of a timeline in the form that the viewer's script reads.
#ifndef DISCERN_TIMELINE_VIEWER_PACK_H
#define DISCERN_TIMELINE_VIEWER_PACK_H

#include <string>

#include "discern/timeline.h"

namespace discern {

// gzip of the columns described in viewer_pack.cc, in base64.
std::string pack_for_viewer(const Timeline& timeline);

}  // namespace discern

#endif
