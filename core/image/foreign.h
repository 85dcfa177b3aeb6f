// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_IMAGE_FOREIGN_H
#define DISCERN_IMAGE_FOREIGN_H

#include <optional>
#include <string>

#include "discern/result.h"
#include "discern/source.h"

namespace discern {

// Containers that are known by a strong signature but not read. Asked before a file is taken for
// raw, since their headers and packing would pass as the medium's bytes. Errc::unsupported with
// the container's name and what converts it; nothing when the file is none of them.
std::optional<Error> recognise_foreign(const ByteSource& source, const std::string& path);

}  // namespace discern

#endif
