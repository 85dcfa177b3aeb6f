// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_FLOPPY_GEOMETRY_H
#define DISCERN_VOLUME_FLOPPY_GEOMETRY_H

#include <optional>
#include <vector>

#include "discern/finding.h"
#include "discern/image.h"
#include "volume/fat_boot_sector.h"

namespace discern {

// The geometry of a floppy that holds the volume `fat`; nothing of larger media. Where the boot
// sector contradicts the only format of this size (mkfs.fat writes 16 sectors a track into 160K),
// the size is believed. floppy.geometry-disagrees, floppy.media-byte: notes.
std::optional<Geometry> floppy_geometry(const ByteSource& source, const FatGeometry& fat,
                                        Findings& findings, std::vector<Proof>& proofs);

// By size alone, where all systems that use it agree. floppy.ambiguous-size: a note that names the
// systems that share the size, unless a file system is `known`.
std::optional<Geometry> floppy_geometry(const ByteSource& source, bool known, Findings& findings);

// medium.no-file-system: a note that says what was looked for and what stands there instead, as far
// as a look at all sectors of a floppy tells: one value throughout, a pattern, or data.
void explain_nothing(const ByteSource& source, Findings& findings);

}  // namespace discern

#endif
