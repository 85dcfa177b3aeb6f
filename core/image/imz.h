// SPDX-License-Identifier: Apache-2.0
// IMZ: a disk image inside a ZIP archive or a gzip file.
#ifndef DISCERN_IMAGE_IMZ_H
#define DISCERN_IMAGE_IMZ_H

#include <string>

#include "discern/image.h"
#include "image/restart_points.h"

namespace discern {

// Opens the payload of `container`, which findings call `path`. The image has no evidence files
// yet.
//
// Errc::not_this     neither ZIP nor gzip
// Errc::unsupported  no disk image inside; an encryption or a method other than stored and deflate
// Errc::ambiguous    several entries may be the image and options.entry names none
// Errc::missing      no entry of the name in options.entry; no password or a wrong one
// Errc::corrupt      nothing of the payload can be delivered
// Errc::limit        no memory for the payload or for its restart points
Result<Image> open_imz(const SourcePtr& container, const std::string& path,
                       const OpenOptions& options, const PayloadLimits& limits);

}  // namespace discern

#endif
