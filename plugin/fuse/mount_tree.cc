// SPDX-License-Identifier: Apache-2.0
#include "mount_tree.h"

#include <algorithm>
#include <utility>

namespace discern {
namespace {

constexpr std::size_t kLongestName = 255;  // NAME_MAX of Linux

std::string usable(std::string_view part) {
  if (part.empty()) return "_";
  if (part == "." || part == "..") return "_" + std::string(part);
  std::string name(part.substr(0, kLongestName));
  std::ranges::replace(name, '\0', '_');
  return name;
}

std::string with_suffix(std::string_view name, std::string_view suffix) {
  return std::string(name.substr(0, kLongestName - std::min(suffix.size(), kLongestName))) +
         std::string(suffix.substr(0, kLongestName));
}

}  // namespace

MountTree::MountTree() { nodes_.push_back({.name = "", .folder = true}); }

MountTree::Id MountTree::add(Id parent, std::string name, bool folder) {
  nodes_.push_back({.name = std::move(name), .parent = parent, .folder = folder});
  const Id id = nodes_.size();
  by_name_.emplace(std::pair(parent, nodes_.back().name), id);
  nodes_[parent - 1].children.push_back(id);
  return id;
}

std::string MountTree::numbered(Id parent, const std::string& wanted, bool folder_will_do) {
  int& number = numbers_.try_emplace({parent, wanted}, 1).first->second;
  if (folder_will_do)  // the first such folder serves all that look for one
    for (int i = 2; i <= number; ++i) {
      std::string name = with_suffix(wanted, "~" + std::to_string(i));
      if (const Id known = child(parent, name); known != 0 && nodes_[known - 1].folder) return name;
    }
  std::string name;
  do name = with_suffix(wanted, "~" + std::to_string(++number));
  while (child(parent, name) != 0);
  return name;
}

MountTree::Id MountTree::folder_at(std::string_view path) {
  Id folder = kRoot;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) {
      std::string name = usable(path.substr(0, end));
      Id next = child(folder, name);
      if (next != 0 && !nodes_[next - 1].folder) {  // a file: evidence may claim anything
        name = numbered(folder, name, true);
        next = child(folder, name);
      }
      folder = next != 0 ? next : add(folder, std::move(name), true);
    }
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return folder;
}

void MountTree::add_folder(std::string_view path, std::int64_t mtime_ns) {
  nodes_[folder_at(path) - 1].file.mtime_ns = mtime_ns;
}

std::string MountTree::add_file(std::string_view path, MountedFile file,
                                std::string_view discriminator) {
  const std::size_t slash = path.rfind('/');
  const Id folder = slash == std::string_view::npos ? kRoot : folder_at(path.substr(0, slash));
  const std::string wanted =
      usable(slash == std::string_view::npos ? path : path.substr(slash + 1));
  std::string name = wanted;
  if (child(folder, name) != 0 && !discriminator.empty())
    name = with_suffix(wanted, "~" + usable(discriminator));
  if (child(folder, name) != 0) name = numbered(folder, name, false);
  Node& node = nodes_[add(folder, std::move(name), false) - 1];
  node.file = std::move(file);
  return node.name;
}

const MountTree::Node* MountTree::find(Id id) const {
  return id >= 1 && id <= nodes_.size() ? &nodes_[id - 1] : nullptr;
}

MountTree::Id MountTree::child(Id folder, std::string_view name) const {
  const auto found = by_name_.find(std::pair(folder, std::string(name)));
  return found == by_name_.end() ? 0 : found->second;
}

}  // namespace discern
