// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_UNIT_SOURCE_H
#define DISCERN_OPTICAL_UNIT_SOURCE_H

#include <cstdint>
#include <span>

#include "discern/source.h"

namespace discern {

// `base` in units of `unit` bytes, counted from byte 0, each rearranged in place by `change`, which
// gets one or more whole units. A unit of which a byte is bad is bad and reads as zeros: its good
// bytes would stand elsewhere. A tail shorter than a unit stays as it is. Locations have no offset:
// the bytes are derived.
SourcePtr unit_source(SourcePtr base, std::uint32_t unit, void (*change)(std::span<std::byte>));

// `base` with the two bytes of each 16-bit word exchanged: big-endian samples as little-endian
// ones.
SourcePtr swapped_source(SourcePtr base);

}  // namespace discern

#endif
