// SPDX-License-Identifier: Apache-2.0
// Where volumes lie on a medium: partition tables, file systems without one, floppy geometry.
#ifndef DISCERN_VOLUME_H
#define DISCERN_VOLUME_H

#include <cstddef>
#include <optional>
#include <vector>

#include "discern/finding.h"
#include "discern/image.h"

namespace discern {

// What find_volumes() learned about a view.
struct FoundVolumes {
  // Ascending by start. A medium without a partition table has one volume at 0 (a bridge disc
  // two: ISO 9660 and UDF); a volume whose file system is not known has an empty name.
  std::vector<Volume> volumes = {};
  // Of floppies, from the boot sector and the size, or from the size alone where all systems that
  // use it agree. Absent on anything larger.
  std::optional<Geometry> geometry = {};
  // For a FAT floppy whose boot sector lacks the BIOS parameter block or the 0x55AA mark: the 512
  // bytes that would have to stand at offset 0 for readers that insist on them. Otherwise empty.
  std::vector<std::byte> boot_sector = {};
  std::vector<Proof> proofs = {};
  Findings findings = {};
};

// Reads structures only, and never fails: what contradicts itself is a finding, what is not
// recognised is no volume. `view.sector_size` is the unit of MBR addresses, except on discs,
// where it is 512 (isohybrid).
FoundVolumes find_volumes(const View& view);

}  // namespace discern

#endif
