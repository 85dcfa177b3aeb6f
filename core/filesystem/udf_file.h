// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_UDF_FILE_H
#define DISCERN_FILESYSTEM_UDF_FILE_H

#include <cstdint>
#include <optional>
#include <vector>

#include "filesystem/udf_volume.h"

namespace discern {

// What an information control block (ICB) says of a file.
struct UdfFile {
  std::uint64_t record_offset = 0;  // of the file entry in the view
  std::uint8_t type = 0;            // 4 directory, 5 file, 12 link, 248 VAT, 250 metadata file ...
  std::uint16_t flags = 0;          // of the ICB; 0x40, 0x80, 0x100: setuid, setgid, sticky
  std::uint32_t permissions = 0;
  std::uint32_t uid = 0xFFFFFFFF;
  std::uint32_t gid = 0xFFFFFFFF;
  std::uint64_t size = 0;
  std::vector<EntryTime> times = {};
  std::vector<Run> runs = {};

  bool is_directory() const { return type == 4; }
  std::uint32_t unix_mode() const;
};

// Reads files of a volume. Extents of all files together are followed for a number of steps that
// grows with the size of the view.
class UdfFiles {
 public:
  UdfFiles(const UdfVolume& volume, ViewBytes& view)
      : volume_(volume), view_(view), steps_left_(view.size() / 64 + 65'536) {}

  // The file whose ICB stands at `block`; nothing, and a finding at `record`, when none does. With
  // `quiet` (deleted files) it is no finding.
  std::optional<UdfFile> read(UdfBlock block, std::uint64_t record, bool quiet = false);
  // The same of a file entry at a place of the view; its short addresses count in `partition`.
  std::optional<UdfFile> read_entry(Bytes bytes, std::uint64_t offset, std::uint16_t partition);

  // Up to `most` bytes of the content. Holes read as zeros.
  std::vector<std::byte> content(const UdfFile& file, std::uint64_t most);

 private:
  void add_extents(Bytes descriptors, unsigned form, std::uint16_t partition, UdfFile& file);
  void add_extent(const UdfExtent& extent, UdfFile& file);
  const UdfVolume& volume_;
  ViewBytes& view_;
  std::uint64_t steps_left_;
};

// Reads what the partition maps leave to files: metadata partitions, then the newest VAT. Delivers
// the older VATs, newest first: what the volume was before each later session.
std::vector<std::vector<std::uint32_t>> read_udf_maps(UdfVolume& volume, ViewBytes& view);

}  // namespace discern

#endif
