// SPDX-License-Identifier: Apache-2.0
// Every file system that libtsk finds in an image, as entries.
#ifndef DISCERN_TSK_WALK_H
#define DISCERN_TSK_WALK_H

#include <cstdint>
#include <functional>

#include "discern/entry.h"
#include "discern/finding.h"
#include "discern/progress.h"
#include "discern/result.h"
#include "discern/tsk_image.h"

namespace discern {

struct TskWalkOptions {
  Progress progress = {};  // done and total in bytes of the view, by volume
  // Says of the start of a volume, in bytes, whether it is to be walked; empty: each one.
  std::function<bool(std::uint64_t start)> wanted = {};
};

// Delivers the names of each file system in walking order: allocated, deleted and orphaned files,
// and TSK's virtual ones ($MBR, $OrphanFiles; type 'v'). Volumes are those of TSK's partition
// tables and of Image::volumes; without any, the whole view is tried. What TSK cannot open or
// follow becomes a finding, and the walk goes on with the next volume:
//   tsk.no-file-system       note     a volume that TSK knows no file system in
//   tsk.file-system          warning  a file system that TSK refuses to open
//   tsk.not-fat              warning  libtsk's FAT is none: no FAT begins as it must; not listed
//   tsk.walk                 damage   the walk of a volume broke off
//   tsk.unreadable           damage   bytes that TSK asked for could not be read
//   tsk.gmt-offset-ignored   note     ISO 9660: times are the recorder's local time
//
// Must run with TZ=UTC: see tsk_image.h. The sink's false ends the walk, successfully.
// Errc::cancelled when progress says so.
Status walk_file_systems(TskImage& image, const TskWalkOptions& options, const EntrySink& sink,
                         Findings& findings);

}  // namespace discern

#endif
