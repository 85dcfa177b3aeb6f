// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_FAT_WALK_H
#define DISCERN_FILESYSTEM_FAT_WALK_H

#include <string>
#include <vector>

#include "filesystem/fat_content.h"
#include "filesystem/fat_directory.h"

namespace discern {

// Walker of FAT12, FAT16 and FAT32 (filesystem.h).
Status walk_fat(const WalkTarget& target, const EntrySink& sink, Findings& findings);

// An opened FAT volume and the walk through it.
struct FatVolume {
  const WalkTarget& target;
  const EntrySink& sink;
  ViewBytes& view;
  FatGeometry geometry;
  const FatTable& table;
  FatContent& content;
  FatLimits limits;
  std::vector<bool> directory_clusters;  // clusters whose slots have been listed
  std::uint64_t entries = 0;
  bool stopped = false;

  std::uint64_t start() const { return target.volume.start; }
  // TSK numbers slots from 3 on, beginning behind the FATs; 2 is the root directory.
  std::uint64_t slots_offset() const { return start() + geometry.fat_offset(geometry.fats); }
  std::uint64_t id_at(std::uint64_t offset) const {
    return 3 + (offset - slots_offset()) / kFatSlot;
  }
  // Of TSK's files that no record names: $MBR, $FAT1, $FAT2, $OrphanFiles.
  std::uint64_t first_virtual_id() const;

  // The folder of what lies in the directory of `record`.
  std::string path_below(const std::string& folder, const FatRecord& record);
  // Where the content of the record lies, or probably lies when it is not allocated.
  std::vector<Run> runs_of(const FatRecord& record, EntryState state);
  // Delivers the record as an entry of `folder` ("" or "/dir"). False when the walk is to stop.
  bool deliver(const FatRecord& record, const std::string& folder, EntryState state,
               std::vector<Run> runs);
};

// Records of directories that no directory leads to: in free clusters that have not been listed.
// They appear under /$OrphanFiles; a directory among them with what lies in it.
void walk_fat_orphans(FatVolume& volume);

}  // namespace discern

#endif
