// SPDX-License-Identifier: Apache-2.0
// IMZ: a disk image inside a ZIP archive or a gzip file.
#ifndef DISCERN_IMAGE_IMZ_H
#define DISCERN_IMAGE_IMZ_H

#include <cstdint>
#include <string>

#include "discern/image.h"

namespace discern {

// Opens the payload of `container`, which findings call `path`. The image has no evidence files
// yet. `memory_limit` bounds an inflated payload, in bytes.
//
// Errc::not_this     neither ZIP nor gzip
// Errc::unsupported  no disk image inside; encryption; a method other than stored and deflate
// Errc::ambiguous    several entries may be the image and options.entry names none
// Errc::missing      no entry of the name in options.entry
// Errc::corrupt      nothing of the payload can be delivered
// Errc::limit        more payload than memory_limit or than the memory there is
Result<Image> open_imz(const SourcePtr& container, const std::string& path,
                       const OpenOptions& options, std::uint64_t memory_limit);

}  // namespace discern

#endif
