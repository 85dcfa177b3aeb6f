// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_SWAPPED_SOURCE_H
#define DISCERN_OPTICAL_SWAPPED_SOURCE_H

#include "discern/source.h"

namespace discern {

// `base` with the two bytes of each 16-bit word exchanged, words counted from byte 0: big-endian
// samples as little-endian ones. Locations have no offset: the bytes are derived. A byte without
// partner at the end stays as it is.
SourcePtr swapped_source(SourcePtr base);

}  // namespace discern

#endif
