// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CARVE_ZIP_DIRECTORY_H
#define DISCERN_CARVE_ZIP_DIRECTORY_H

#include <cstdint>

#include "discern/carve.h"

namespace discern::zip {

// Follows the central directory that should begin at `offset`, behind `entries` local entries, to
// the end of the archive. Its Verdict::type is left empty.
Verdict follow_directory(Candidate& candidate, std::uint64_t offset, std::uint64_t entries);

}  // namespace discern::zip

#endif
