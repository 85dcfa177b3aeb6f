// SPDX-License-Identifier: Apache-2.0
// What programs append to a JPEG behind its last EOI.
#ifndef DISCERN_CARVE_JPEG_TRAILERS_H
#define DISCERN_CARVE_JPEG_TRAILERS_H

#include <cstdint>

#include "discern/carve.h"

namespace discern::jpeg {

// Behind the trailers that begin at `end`; `end` when there is none, or it is not whole.
std::uint64_t behind_trailers(Candidate& candidate, std::uint64_t end);

}  // namespace discern::jpeg

#endif
