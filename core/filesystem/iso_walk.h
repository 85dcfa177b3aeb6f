// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_ISO_WALK_H
#define DISCERN_FILESYSTEM_ISO_WALK_H

#include "discern/filesystem.h"

namespace discern {

// Walker of ISO 9660 with Joliet, Rock Ridge and several sessions (filesystem.h).
Status walk_iso(const WalkTarget& target, const EntrySink& sink, Findings& findings);

}  // namespace discern

#endif
