// SPDX-License-Identifier: Apache-2.0
// What a mount shows: folders and files with names of our own, built before the mount, not changed
// afterwards.
#ifndef DISCERN_PLUGIN_FUSE_MOUNT_TREE_H
#define DISCERN_PLUGIN_FUSE_MOUNT_TREE_H

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "discern/progress.h"
#include "discern/result.h"
#include "discern/source.h"

namespace discern {

struct MountedFile {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;  // since 1970-01-01
  // Called each time the file is opened, from any thread. May take long (digests): `progress` says
  // when nobody waits for it any more.
  std::function<Result<SourcePtr>(const Progress& progress)> open = {};
};

class MountTree {
 public:
  using Id = std::uint64_t;  // 1: the root, as in FUSE
  static constexpr Id kRoot = 1;

  struct Node {
    std::string name;
    Id parent = kRoot;
    bool folder = false;
    MountedFile file = {};          // of a folder: only mtime_ns
    std::vector<Id> children = {};  // in the order in which they were added
  };

  MountTree();

  // `path` is bytes, separated by '/'; folders on the way are made. Parts that no file system can
  // have ("", ".", "..", more than 255 bytes) are replaced. Where the name is taken already,
  // `~discriminator`, and then a number, is put behind it. Returns the file's name in its folder.
  std::string add_file(std::string_view path, MountedFile file,
                       std::string_view discriminator = "");
  void add_folder(std::string_view path, std::int64_t mtime_ns = 0);

  const Node* find(Id id) const;
  // The child of that name; 0 when there is none.
  Id child(Id folder, std::string_view name) const;
  std::size_t size() const { return nodes_.size(); }

 private:
  Id add(Id parent, std::string name, bool folder);
  Id folder_at(std::string_view path);
  // `wanted` with the first number behind it that is free, or that is a folder when one will do.
  std::string numbered(Id parent, const std::string& wanted, bool folder_will_do);

  std::vector<Node> nodes_;
  std::map<std::pair<Id, std::string>, Id> by_name_;
  std::map<std::pair<Id, std::string>, int> numbers_;  // given last, so that many are no search
};

}  // namespace discern

#endif
