// SPDX-License-Identifier: Apache-2.0
// Descriptors come from strangers and name files: `C:\dumps\x.bin`, `../../etc/passwd`, /dev/sda.
// The folder is listed and the name is compared with what is there, so that no path of the
// descriptor ever reaches the system. Symbolic links are followed only when they stay inside.
#include "optical/descriptor_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace discern {
namespace {

namespace fs = std::filesystem;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_utf8(std::string_view text) {
  std::size_t expected = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (expected > 0) {
      if ((byte & 0xC0) != 0x80) return false;
      --expected;
    } else if (byte >= 0xF0 && byte < 0xF8) {
      expected = 3;
    } else if (byte >= 0xE0) {
      if (byte >= 0xF8) return false;
      expected = 2;
    } else if (byte >= 0xC0) {
      expected = 1;
    } else if (byte >= 0x80) {
      return false;
    }
  }
  return expected == 0;
}

void append_utf8(std::string& text, unsigned code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Windows code page 1252: Latin-1 but for 0x80..0x9F (Unicode mapping table CP1252.TXT).
std::string utf8_from_cp1252(std::string_view bytes) {
  static constexpr std::uint16_t kC1[32] = {
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(text, byte >= 0x80 && byte < 0xA0 ? kC1[byte - 0x80] : byte);
  }
  return text;
}

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
    : folder_(fs::path(path).parent_path().string()) {
  if (folder_.empty()) folder_.push_back('.');
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error))
    names_.push_back(entry->path().filename().string());
  std::ranges::sort(names_);
}

Result<std::shared_ptr<const MappedFile>> DescriptorFolder::open(std::string_view name) const {
  const std::string wanted(last_component(name));
  std::vector<std::string> fitting;
  const auto take_all = [&](const auto& fits) {
    if (fitting.empty()) std::ranges::copy_if(names_, std::back_inserter(fitting), fits);
  };
  const std::string converted = is_utf8(wanted) ? wanted : utf8_from_cp1252(wanted);
  take_all([&](const std::string& found) { return found == wanted; });
  take_all([&](const std::string& found) { return found == converted; });
  take_all([&](const std::string& found) { return equal_ignoring_case(found, converted); });
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
