// SPDX-License-Identifier: Apache-2.0
// Small pictures of carved images.
#ifndef DISCERN_REPORT_PAGE_THUMBNAIL_H
#define DISCERN_REPORT_PAGE_THUMBNAIL_H

#include <string>

#include "discern/carve.h"

namespace discern {

// A "data:" address of the picture in `file`, decoded, made smaller and encoded anew, so that none
// of the evidence's bytes are in the page. JPEG and PNG; empty for other types, for what does not
// decode, and for files and pictures too large to be worth it (32 MiB, 40 million pixels).
std::string thumbnail_address(const View& view, const CarvedFile& file);

}  // namespace discern

#endif
