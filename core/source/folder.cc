// SPDX-License-Identifier: Apache-2.0
#include "discern/folder.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

namespace discern {
namespace {

struct Close {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

struct Item {
  std::string name;
  bool folder = false;
};

Error refused(const std::string& path) {
  const int why = errno;
  return {why == ENOENT ? Errc::missing : Errc::io, std::generic_category().message(why), path};
}

std::string below(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

Result<std::vector<Item>> items_in(const std::string& folder) {
  const std::string path = folder.empty() ? "." : folder;
  const std::unique_ptr<DIR, Close> open(::opendir(path.c_str()));
  if (!open) return refused(path);
  std::vector<Item> items;
  // NULL is the end and an error alike.
  for (errno = 0; const dirent* const entry = ::readdir(open.get()); errno = 0) {
    Item item{entry->d_name, entry->d_type == DT_DIR};
    if (item.name == "." || item.name == "..") continue;
    if (entry->d_type == DT_UNKNOWN) {  // the file system does not say
      struct stat facts = {};
      item.folder =
          ::lstat(below(folder, item.name).c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
    }
    items.push_back(std::move(item));
  }
  if (errno != 0) return refused(path);
  std::ranges::sort(items, {}, &Item::name);
  return items;
}

}  // namespace

Result<std::vector<std::string>> names_in(const std::string& folder) {
  auto items = items_in(folder);
  if (!items) return items.error();
  std::vector<std::string> names;
  for (Item& item : *items) names.push_back(std::move(item.name));
  return names;
}

FolderTree files_below(const std::string& folder) {
  FolderTree tree;
  std::vector<std::string> left = {""};  // relative
  while (!left.empty()) {
    const std::string at = std::move(left.back());
    left.pop_back();
    const auto items = items_in(at.empty() ? folder : below(folder, at));
    if (!items) {
      tree.unread.push_back(items.error());
      continue;
    }
    for (const Item& item : *items)
      (item.folder ? left : tree.files).push_back(below(at, item.name));
  }
  std::ranges::sort(tree.files);
  return tree;
}

Status remove_whole(const std::string& path) {
  // Deepest first: a folder is met again once what it held is gone.
  std::vector<std::string> left = {path};
  while (!left.empty()) {
    const std::string& at = left.back();
    if (::unlink(at.c_str()) == 0 || errno == ENOENT) {
      left.pop_back();
      continue;
    }
    // EISDIR of Linux, EPERM of POSIX.
    if (errno != EISDIR && errno != EPERM) return refused(at);
    if (::rmdir(at.c_str()) == 0) {
      left.pop_back();
      continue;
    }
    if (errno != ENOTEMPTY && errno != EEXIST) return refused(at);
    const auto names = names_in(at);
    if (!names) return names.error();
    const std::string folder = at;
    for (const std::string& name : *names) left.push_back(below(folder, name));
  }
  return Done{};
}

}  // namespace discern
