// SPDX-License-Identifier: Apache-2.0
#include "reach.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "discern/folder.h"
#include "discern/source.h"
#include "elf_file.h"

namespace discern {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOpen = "tsk_img_open";
// The C++ classes of libtsk that open images for a program; they do so by calling kOpen.
constexpr std::string_view kClasses = "TskAuto";

constexpr std::string_view kUseFiles =
    "give it a file that it reads: `discern mount IMAGE DIR` or `discern cat IMAGE > disk.raw`";
constexpr std::string_view kUsePython =
    "in Python open images with the package's discern.tsk.Img_Info";

// TSK's programs that are no ELF files linked with libtsk: Perl, or with a libtsk inside.
constexpr std::array<std::string_view, 3> kKnownPrograms = {"autopsy", "pstat", "sorter"};

constexpr std::size_t kMostLibraries = 500;

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    if (end > 0) parts.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

bool is_program(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

std::optional<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  for (const std::string& folder : split(environment("PATH")))
    if (is_program(folder + "/" + name)) return folder + "/" + name;
  return std::nullopt;
}

// Where the loader looks besides the places that a file and LD_LIBRARY_PATH name (ld.so(8)); its
// cache is made from the same configuration.
const std::vector<std::string>& system_folders() {
  static const std::vector<std::string> folders = [] {
    std::vector<std::string> found;
    const std::string configuration = "/etc/ld.so.conf.d";
    const auto files = names_in(configuration);
    for (const std::string& file : files ? *files : std::vector<std::string>()) {
      std::ifstream lines(configuration + "/" + file);
      for (std::string line; std::getline(lines, line);)
        if (line.starts_with('/')) found.push_back(line);
    }
    std::sort(found.begin(), found.end());
    for (const char* folder : {"/lib", "/usr/lib", "/lib64", "/usr/lib64"})
      found.emplace_back(folder);
    return found;
  }();
  return folders;
}

std::optional<std::string> find_library(const std::string& name, const std::string& by,
                                        const ElfFile& elf) {
  std::error_code error;
  if (name.find('/') != std::string::npos) return name;
  std::vector<std::string> folders = split(elf.search);
  for (std::string& folder : folders)
    for (const std::string_view origin : {"$ORIGIN", "${ORIGIN}"})
      if (const std::size_t at = folder.find(origin); at != std::string::npos)
        folder.replace(at, origin.size(), fs::path(by).parent_path().string());
  const auto add = [&](const std::vector<std::string>& more) {
    folders.insert(folders.end(), more.begin(), more.end());
  };
  add(split(environment("LD_LIBRARY_PATH")));
  add(system_folders());
  for (const std::string& folder : folders)
    if (fs::is_regular_file(folder + "/" + name, error)) return folder + "/" + name;
  return std::nullopt;
}

struct Opened {
  std::shared_ptr<const MappedFile> file;
  Bytes bytes;
};

Result<Opened> open_whole(const std::string& path) {
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  const auto bytes = (*file)->view(0, (*file)->size());
  if (!bytes || bytes->empty()) return Error{Errc::unsupported, "has no bytes to look at", path};
  return Opened{*file, *bytes};
}

bool is_libtsk(std::string_view name) { return name.starts_with("libtsk.so"); }

// The libtsk among a program's libraries and theirs.
std::optional<std::string> find_libtsk(const std::string& program, const ElfFile& elf) {
  std::deque<std::pair<std::string, ElfFile>> left = {{program, elf}};
  std::set<std::string> seen;
  for (; !left.empty() && seen.size() < kMostLibraries; left.pop_front()) {
    for (const std::string& name : left.front().second.needed) {
      if (!seen.insert(name).second) continue;
      const auto path = find_library(name, left.front().first, left.front().second);
      if (is_libtsk(name)) return path ? *path : name;
      if (!path) continue;
      const auto library = open_whole(*path);
      auto read = library ? read_elf(library->bytes) : Result<ElfFile>(library.error());
      if (read) left.emplace_back(*path, *std::move(read));
    }
  }
  return std::nullopt;
}

bool has_privileges(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0 && (status.st_mode & (S_ISUID | S_ISGID)) != 0) return true;
  return getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
}

Result<Reached> reach_of_script(Reached result, std::string_view first_line) {
  const std::string_view rest =
      first_line.substr(std::min(first_line.find_first_not_of(" \t", 2), first_line.size()));
  const std::string interpreter(rest.substr(0, rest.find_first_of(" \t\n")));
  result.reach = Reach::children;
  result.why = "a script for " + interpreter + "; TSK programs that it starts open our formats";
  if (has_privileges(interpreter)) {
    result.reach = Reach::no;
    result.why = "a script for " + interpreter + ", which runs with privileges of its own";
    result.instead = kUseFiles;
  }
  return result;
}

// Whether tsk_img_open() is called by name inside this libtsk, so that ours is called.
std::optional<std::string> closed_to_us(const std::string& libtsk) {
  const auto file = open_whole(libtsk);
  if (!file) return "its libtsk cannot be read: " + describe(file.error());
  const auto elf = read_elf(file->bytes, {kOpen});
  if (!elf) return "its libtsk cannot be read: " + elf.error().text;
  if (elf->symbolic) return "its libtsk is linked -Bsymbolic";
  if (std::ranges::count(elf->bound, kOpen) == 0)
    return "its libtsk does not call tsk_img_open() by name";
  return std::nullopt;
}

Reached reach_of_elf(Reached result, Bytes bytes, const ElfFile& elf, std::uint16_t our_machine) {
  const auto no = [&](std::string why, std::string_view instead = kUseFiles) {
    result.reach = Reach::no;
    result.why = std::move(why);
    result.instead = instead;
    return result;
  };
  result.dynamic = elf.dynamic && (!elf.interpreter.empty() || !elf.needed.empty());
  const bool library = elf.interpreter.empty() && result.dynamic;
  const bool names_libtsk = as_text(bytes).find(kOpen) != std::string_view::npos;
  if (elf.machine != our_machine) return no("built for another kind of processor");
  if (!result.dynamic)
    return no(names_libtsk ? "statically linked, with a libtsk of its own inside"
                           : "statically linked: the loader adds no library to it");
  if (result.privileged)
    return no("setuid, setgid or with file capabilities: the loader ignores LD_PRELOAD");
  const auto libtsk = find_libtsk(result.program, elf);
  if (!libtsk) {
    if (names_libtsk)
      return library ? no("has a libtsk of its own inside", kUsePython)
                     : no("dynamically linked, but with a libtsk of its own inside");
    result.reach = Reach::children;
    result.why = "not linked with libtsk; TSK programs that it starts open our formats";
    return result;
  }
  result.libtsk = *libtsk;
  bool classes = false;
  for (const std::string& name : elf.bound) {
    if (name.starts_with(kOpen)) result.functions.push_back(name);
    if (name.find(kClasses) != std::string::npos) classes = true;
  }
  const auto closed = closed_to_us(*libtsk);
  if (classes && closed) return no("opens images inside libtsk, and " + *closed);
  if (closed && result.functions.empty()) return no(*closed);
  result.reach = Reach::yes;
  result.why = !result.functions.empty()
                   ? "calls " + result.functions.front() + " of libtsk by name"
               : classes ? "opens images through libtsk's classes, which call tsk_img_open by name"
                         : "linked with libtsk, but opens no image itself";
  return result;
}

}  // namespace

std::string_view name_of(Reach reach) {
  switch (reach) {
    case Reach::yes:
      return "yes";
    case Reach::children:
      return "children";
    case Reach::no:
      return "no";
  }
  return "no";
}

Result<Reached> reach_of(const std::string& program) {
  const auto path = find_program(program);
  if (!path) return Error{Errc::missing, "no such program in PATH", program};
  const auto file = open_whole(*path);
  if (!file) return file.error();
  Reached result;
  result.program = *path;
  result.privileged = has_privileges(*path);
  const std::string_view text = as_text(file->bytes);
  if (text.starts_with("#!"))
    return reach_of_script(std::move(result), text.substr(0, text.find('\n')));
  const auto elf = read_elf(file->bytes, {kOpen, kClasses});
  if (!elf && elf.error().code == Errc::unsupported) {
    result.why = "no little-endian 64-bit program: the plugin is another kind of library";
    result.instead = kUseFiles;
    return result;
  }
  if (!elf && elf.error().code == Errc::not_this)
    return Error{Errc::unsupported, "neither an ELF program nor a script", *path};
  if (!elf) {
    Error error = elf.error();
    error.file = *path;
    return error;
  }
  const auto self = open_whole("/proc/self/exe");
  const auto own = self ? read_elf(self->bytes) : Result<ElfFile>(self.error());
  if (!own) return own.error();
  return reach_of_elf(std::move(result), file->bytes, *elf, own->machine);
}

std::vector<std::string> tsk_programs() {
  std::map<std::string, std::string> found;
  for (const std::string& folder : split(environment("PATH"))) {
    const auto names = names_in(folder);
    for (const std::string& name : names ? *names : std::vector<std::string>()) {
      const std::string path = folder + "/" + name;
      if (found.contains(name) || !is_program(path)) continue;
      const auto file = open_whole(path);
      const auto elf = file ? read_elf(file->bytes) : Result<ElfFile>(file.error());
      if (std::ranges::count(kKnownPrograms, name) > 0 ||
          (elf && std::ranges::any_of(elf->needed, is_libtsk)))
        found.emplace(name, path);
    }
  }
  std::vector<std::string> paths;
  for (const auto& [name, path] : found) paths.push_back(path);
  return paths;
}

}  // namespace discern
