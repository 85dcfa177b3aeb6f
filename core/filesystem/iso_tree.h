// SPDX-License-Identifier: Apache-2.0
// One directory tree of an ISO 9660 volume, as its records and its path table have it.
#ifndef DISCERN_FILESYSTEM_ISO_TREE_H
#define DISCERN_FILESYSTEM_ISO_TREE_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "filesystem/iso_records.h"
#include "filesystem/rock_ridge.h"
#include "filesystem/view_bytes.h"

namespace discern {

// Where logical blocks lie in the view: on a disc they count from its first sector, whichever
// session they are in.
struct IsoAddress {
  std::int64_t origin = 0;  // view offset of block 0
  std::uint32_t block_size = 2048;
  std::optional<std::uint64_t> offset_of(std::uint64_t block) const {
    const std::int64_t offset =
        origin + static_cast<std::int64_t>(block * block_size);  // 32-bit block, 11-bit size
    if (offset < 0) return std::nullopt;
    return static_cast<std::uint64_t>(offset);
  }
};

constexpr std::uint32_t kNoNode = 0xFFFFFFFF;

struct IsoNode {
  std::string name = {};  // as the tree has it; Rock Ridge's where there is one
  std::uint32_t parent = kNoNode;
  std::uint32_t extent = 0;  // block of the first record
  std::uint64_t size = 0;    // of all its records
  std::uint64_t record_offset = 0;
  std::uint8_t flags = 0;
  bool only_in_path_table = false;
  std::vector<EntryTime> times = {};
  std::vector<Run> runs = {};
  RockRidge rock_ridge = {};

  bool is_directory() const { return flags & 0x02; }
};

struct IsoTree {
  IsoNames names = IsoNames::plain;
  bool rock_ridge = false;
  std::vector<IsoNode> nodes = {};  // the root first, then breadth-first
};

// The children of each node, in the order of the nodes: those of `node` are
// nodes[begin[node]] to nodes[begin[node + 1] - 1].
struct IsoChildren {
  std::vector<std::uint32_t> begin = {};
  std::vector<std::uint32_t> nodes = {};
};
IsoChildren children_of(const std::vector<std::uint32_t>& parents);

// Reads the tree of `descriptor`. Each block is read once as part of a directory. Directories that
// only the path table knows are nodes too.
IsoTree read_iso_tree(const IsoDescriptor& descriptor, const IsoAddress& address, ViewBytes& view);

}  // namespace discern

#endif
