// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_FAT_DIRECTORY_H
#define DISCERN_FILESYSTEM_FAT_DIRECTORY_H

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "filesystem/view_bytes.h"

namespace discern {

inline constexpr std::size_t kFatSlot = 32;

// A file, a directory or a volume label: an 8.3 slot and the long name in front of it.
struct FatRecord {
  std::string name;  // the long name, else 8.3; of a deleted 8.3 name the first character is '_'
  std::uint64_t offset = 0;  // of the 8.3 slot in the view
  std::array<std::byte, kFatSlot> slot = {};
  std::uint32_t cluster = 0;
  std::uint32_t size = 0;
  std::uint8_t attributes = 0;
  bool deleted = false;

  bool is_directory() const { return attributes & 0x10; }
  bool is_label() const { return (attributes & 0x18) == 0x08; }
};

// What a slot must not exceed to be taken for one where nothing else says that it is.
struct FatLimits {
  std::uint32_t last_cluster = 0;
  std::uint64_t size = 0;
  bool fat32 = false;
};

// True for a slot that no file's content is likely to look like: legal characters, legal dates, a
// cluster and a size that the volume has.
bool is_strict_slot(Bytes slot, const FatLimits& limits);

// True for bytes that begin with the records "." and "..".
bool begins_directory(Bytes bytes);

// Collects the records of one directory from consecutive parts of it.
class FatDirectory {
 public:
  FatDirectory(const FatLimits& limits, ViewBytes& view) : limits_(limits), view_(view) {}

  // `bytes` stand at `offset` of the view. Behind the end mark of the directory only strict slots
  // count, as deleted ones.
  void add(Bytes bytes, std::uint64_t offset, std::vector<FatRecord>& records);

  // Slots begin to belong to another directory.
  void restart() {
    ended_ = false;
    long_.clear();
  }

 private:
  struct LongSlot {
    std::array<char16_t, 13> text = {};
    std::uint8_t sequence = 0;
    std::uint8_t checksum = 0;
  };
  bool accepts(Bytes slot, std::uint64_t offset) const;
  std::u16string long_name(Bytes slot, bool deleted, std::uint64_t offset);
  FatLimits limits_;
  ViewBytes& view_;
  bool ended_ = false;
  std::vector<LongSlot> long_ = {};  // as they stand: the last part of the name first
};

}  // namespace discern

#endif
