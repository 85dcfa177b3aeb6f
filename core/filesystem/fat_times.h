// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_FAT_TIMES_H
#define DISCERN_FILESYSTEM_FAT_TIMES_H

#include <vector>

#include "discern/bytes.h"
#include "discern/entry.h"

namespace discern {

// Modified, accessed and created of a directory slot of 32 bytes. The clock's reading is taken as
// it stands: FAT knows no zone.
std::vector<EntryTime> fat_times(Bytes slot);

}  // namespace discern

#endif
