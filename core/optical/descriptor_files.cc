// SPDX-License-Identifier: Apache-2.0
// Descriptors come from strangers and name files: `C:\dumps\x.bin`, `../../etc/passwd`, /dev/sda.
// The folder is listed and the name is compared with what is there, so that no path of the
// descriptor ever reaches the system. Symbolic links are followed only when they stay inside.
#include "optical/descriptor_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "discern/folder.h"
#include "optical/descriptor_text.h"

namespace discern {
namespace {

namespace fs = std::filesystem;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Nothing, or why the entry at `path` must not be opened.
std::optional<std::string> refusal(const fs::path& folder, const fs::path& path) {
  std::error_code error;
  if (fs::is_symlink(fs::symlink_status(path, error))) {
    const fs::path target = fs::canonical(path, error);
    if (error || target.parent_path() != fs::canonical(folder, error))
      return "is a symbolic link out of the descriptor's folder";
  }
  if (!fs::is_regular_file(fs::status(path, error))) return "is not a regular file";
  return std::nullopt;
}

// What `name` may say, most likely first, each without folders: UTF-8, or else the code pages of
// Windows and DOS. Names of files are read like those in descriptors: they were copied with them.
std::vector<std::string> readings(std::string_view name) {
  const std::string text = utf8_text(name);
  std::vector<std::string> result{std::string(last_component(text))};
  if (text == name) return result;
  for (const char* const page : {"CP932", "CP437", "CP850"})
    if (const auto other = utf8_from(page, name)) result.emplace_back(last_component(*other));
  return result;
}

}  // namespace

std::string_view last_component(std::string_view path) {
  const auto slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view stem_of(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

DescriptorFolder::DescriptorFolder(const std::string& path)
    : folder_(fs::path(path).parent_path().string()), names_(names_in(folder_)) {
  if (folder_.empty()) folder_.push_back('.');
}

Result<std::shared_ptr<const MappedFile>> DescriptorFolder::open(std::string_view name) const {
  if (!names_) return names_.error();
  const std::vector<std::string> wanted = readings(name);
  const std::string& converted = wanted.front();
  std::vector<std::string> fitting;
  const auto take_all = [&](const auto& fits) {
    if (fitting.empty()) std::ranges::copy_if(*names_, std::back_inserter(fitting), fits);
  };
  take_all([&](const std::string& found) { return found == last_component(name); });
  take_all([&](const std::string& found) { return found == converted; });
  take_all([&](const std::string& found) { return equal_ignoring_case(found, converted); });
  for (const std::string& text : wanted)
    take_all([&, key = folded_name(text)](const std::string& found) {
      return std::ranges::any_of(readings(found),
                                 [&](const std::string& each) { return folded_name(each) == key; });
    });
  if (fitting.empty())
    return Error{Errc::missing, "there is no file \"" + converted + "\" beside the descriptor"};
  if (fitting.size() > 1) {
    std::string list;
    for (const std::string& found : fitting) list += (list.empty() ? "" : ", ") + found;
    return Error{Errc::ambiguous, "\"" + converted + "\" fits several files: " + list};
  }
  const fs::path path =
      folder_ == "." ? fs::path(fitting.front()) : fs::path(folder_) / fitting.front();
  if (const auto why = refusal(folder_, path)) return Error{Errc::io, *why, path.string()};
  return MappedFile::open(path.string());
}

}  // namespace discern
