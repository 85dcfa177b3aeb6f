// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OBJECT_NAME_H
#define DISCERN_OBJECT_NAME_H

#include <string>

#include "discern/image.h"

namespace discern {

// What output, digests and references call a view: `session:2`, `track:3`, otherwise `view:NAME`.
std::string object_name(const View& view);

}  // namespace discern

#endif
