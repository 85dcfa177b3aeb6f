// SPDX-License-Identifier: Apache-2.0
// Our own walkers of file systems: FAT, ISO 9660 and UDF, on the sectors of a view.
#ifndef DISCERN_FILESYSTEM_H
#define DISCERN_FILESYSTEM_H

#include <span>
#include <string_view>
#include <vector>

#include "discern/disc.h"
#include "discern/entry.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/progress.h"
#include "discern/result.h"

namespace discern {

// One file system on a view. The view must outlive the walk.
struct WalkTarget {
  const View& view;
  Volume volume;
  // First sectors of the disc's sessions where the image knows them; others are looked for.
  std::vector<Lba> sessions = {};
  Progress progress = {};  // done and total in bytes of the volume
};

// One row per kind of file system that we walk ourselves; `filesystem` is Volume::filesystem.
//
// Entries come in walking order: each directory before what lies in it. Every record is visited
// once, so that time and memory grow with the number of records whatever they say. Damage is a
// finding, and the walk goes on behind it. The sink's false ends the walk, successfully.
//
// Errc::not_this   the volume does not begin as this file system must
// Errc::io         its first structures cannot be read
// Errc::cancelled  progress said so
struct Walker {
  std::string_view filesystem;
  Status (*walk)(const WalkTarget& target, const EntrySink& sink, Findings& findings);
};
std::span<const Walker> walkers();
const Walker* find_walker(std::string_view filesystem);

}  // namespace discern

#endif
