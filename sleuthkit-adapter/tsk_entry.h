// SPDX-License-Identifier: Apache-2.0
// From TSK's records of one name to Entry.
#ifndef DISCERN_TSK_ENTRY_H
#define DISCERN_TSK_ENTRY_H

#include <tsk/libtsk.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/entry.h"
#include "ext_inodes.h"

namespace discern {

// What a file system keeps of its times, as far as TSK hands it on. A kind that is not listed does
// not exist there, or TSK does not read it.
struct TimeRule {
  TimeKind kind;
  Precision precision;
};
struct FileSystemTimes {
  std::vector<TimeRule> rules;
  Zone zone;
  std::optional<ExtInodes> inodes = {};  // where libtsk reads times wrongly
};
FileSystemTimes times_of(TSK_FS_TYPE_ENUM type);

// One entry per name, or on NTFS one per data stream and directory index, as fls lists them.
// `folder` is TSK's path of the parent: without a leading '/', with one at its end.
std::vector<Entry> entries_of(TSK_FS_FILE& file, std::string_view folder, bool in_orphans,
                              const FileSystemTimes& times);

}  // namespace discern

#endif
