// SPDX-License-Identifier: Apache-2.0
// The content of an entry as a source, put together from its runs.
#ifndef DISCERN_RUN_SOURCE_H
#define DISCERN_RUN_SOURCE_H

#include "discern/entry.h"
#include "discern/source.h"

namespace discern {

// entry.size bytes put together from entry.runs on `view`. Sparse runs are zeros, as the file
// system defines them; bytes that no run holds are bad.
SourcePtr run_source(SourcePtr view, const Entry& entry);

}  // namespace discern

#endif
