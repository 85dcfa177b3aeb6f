// SPDX-License-Identifier: Apache-2.0
// The ddrescue map beside an image.
#ifndef DISCERN_IMAGE_RESCUE_COMPANION_H
#define DISCERN_IMAGE_RESCUE_COMPANION_H

#include "discern/image.h"

namespace discern {

// Where the image file `path` has a map, what it calls unread becomes unreadable in the image's
// main view, because the bytes that stand there are fillers; the map becomes an evidence file of
// the role "map". Adds `rescue-map.unread` (damage), `rescue-map.short-image` (damage),
// `rescue-map.uncovered` (warning) and `rescue-map.malformed` (damage).
void apply_rescue_map(Image& image, const std::string& path);

}  // namespace discern

#endif
