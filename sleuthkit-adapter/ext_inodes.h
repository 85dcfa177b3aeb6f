// SPDX-License-Identifier: Apache-2.0
// Times in inodes of ext2, ext3 and ext4, as they stand there.
#ifndef DISCERN_EXT_INODES_H
#define DISCERN_EXT_INODES_H

#include <tsk/libtsk.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "discern/entry.h"

namespace discern {

// libtsk 4.11 to 4.14 takes the 32 bits of seconds for unsigned and leaves out the two bits above
// them: 1969 becomes 2106, and 2110 becomes 1974. It hands on no raw inode, so it is read here.
class ExtInodes {
 public:
  // Nothing when this is no ext file system.
  static std::optional<ExtInodes> of(TSK_FS_INFO& fs);

  // Replaces the times of inode `number`. Where the inode cannot be read, those that libtsk may
  // have wrong become out_of_range.
  void correct(std::uint64_t number, std::vector<EntryTime>& times) const;

  // The first inode that libtsk 4.11 to 4.14 looks for in the wrong place, because it does not know
  // META_BG: what it says of this one and all behind it is some other block's content. Nothing:
  // none.
  std::optional<std::uint64_t> first_misread() const { return first_misread_; }

 private:
  TSK_FS_INFO* fs_ = nullptr;
  std::uint32_t inodes_ = 0;
  std::uint32_t inodes_per_group_ = 0;
  std::uint32_t inode_size_ = 128;
  std::optional<std::uint64_t> first_misread_ = {};
  std::vector<std::uint64_t> tables_ = {};  // of each group, in bytes from the volume's start
};

}  // namespace discern

#endif
