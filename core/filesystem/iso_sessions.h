// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_ISO_SESSIONS_H
#define DISCERN_FILESYSTEM_ISO_SESSIONS_H

#include <vector>

#include "filesystem/iso_tree.h"

namespace discern {

struct IsoSession {
  std::uint64_t start = 0;                      // view offset; descriptors stand 32768 bytes behind
  std::vector<IsoDescriptor> descriptors = {};  // the primary one first
};

IsoAddress iso_address(const WalkTarget& target, const IsoDescriptor& descriptor);

// The sets of volume descriptors on the medium, oldest first: where the disc's sessions begin, at
// the start of the volume, and where tools put further sessions into plain images. Every set's root
// directory stands where it says.
std::vector<IsoSession> find_iso_sessions(const WalkTarget& target, ViewBytes& view);

}  // namespace discern

#endif
