// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_IMAGE_IMAGEDISK_H
#define DISCERN_IMAGE_IMAGEDISK_H

#include <string>

#include "discern/image.h"

namespace discern {

// Opens an ImageDisk file; the image has no evidence files yet. What stands before a cut is
// delivered.
//
// Errc::not_this  no ImageDisk signature
// Errc::corrupt   no whole track can be read
// Errc::limit     more than any floppy holds
Result<Image> open_imagedisk(const SourcePtr& file, const std::string& path);

}  // namespace discern

#endif
