// SPDX-License-Identifier: Apache-2.0
// What a file beside an image says of the parts that were not read when it was made.
#ifndef DISCERN_IMAGE_UNREAD_RECORD_H
#define DISCERN_IMAGE_UNREAD_RECORD_H

#include "discern/image.h"

namespace discern {

// Where the image file `path` has a ddrescue map or a log (find_unread_record), what that calls
// unread becomes unreadable in the image's main view, because the bytes that stand there are
// fillers; the record becomes an evidence file of the role "map" or "log". Findings:
//   rescue-map.unread, rescue-map.short-image, rescue-map.malformed           damage
//   rescue-map.uncovered                                                      warning
//   acquisition-log.unread, .unplaced (places not named), .malformed          damage
void apply_unread_record(Image& image, const std::string& path);

}  // namespace discern

#endif
