// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_IMAGE_TELEDISK_H
#define DISCERN_IMAGE_TELEDISK_H

#include <string>

#include "discern/image.h"

namespace discern {

// Opens a Teledisk file; the image has no evidence files yet. What stands before a cut is
// delivered.
//
// Errc::not_this     no Teledisk header, or its CRC does not match
// Errc::unsupported  advanced compression of version 1; a later volume of several
// Errc::corrupt      no track can be read
// Errc::limit        more than any floppy holds
Result<Image> open_teledisk(const SourcePtr& file, const std::string& path);

}  // namespace discern

#endif
