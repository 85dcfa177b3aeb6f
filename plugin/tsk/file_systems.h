// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_PLUGIN_TSK_FILE_SYSTEMS_H
#define DISCERN_PLUGIN_TSK_FILE_SYSTEMS_H

#include <tsk/libtsk.h>

namespace discern {

// Whether libtsk alone shall judge what is on `image`: it was opened with `-i` and a type of
// libtsk's own.
void leave_to_libtsk(const TSK_IMG_INFO* image, bool alone);

}  // namespace discern

#endif
