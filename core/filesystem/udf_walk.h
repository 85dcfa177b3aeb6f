// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_UDF_WALK_H
#define DISCERN_FILESYSTEM_UDF_WALK_H

#include "discern/filesystem.h"

namespace discern {

// Walker of UDF 1.02 to 2.60 (filesystem.h).
Status walk_udf(const WalkTarget& target, const EntrySink& sink, Findings& findings);

}  // namespace discern

#endif
