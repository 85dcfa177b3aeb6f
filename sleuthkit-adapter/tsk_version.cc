// SPDX-License-Identifier: Apache-2.0
#include <tsk/libtsk.h>

#include "discern/tsk_image.h"

namespace discern {

std::string tsk_version() { return tsk_version_get_str(); }

}  // namespace discern
