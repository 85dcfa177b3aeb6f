// SPDX-License-Identifier: Apache-2.0
// MANIFEST.sha256 has the lines of GNU sha256sum: 64 hexadecimal digits, a blank, a blank for
// text mode, the path. A path with a backslash, a line feed or a carriage return is written with
// \\, \n and \r, and its line begins with a backslash (coreutils manual, "md5sum invocation").

#include "report/manifest.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "discern/digest.h"
#include "discern/folder.h"
#include "discern/report.h"

namespace discern {
namespace {

Error io_error(const std::string& file, const std::error_code& why) {
  return {Errc::io, why.message(), file};
}

std::string line_of(const std::string& hex, const std::string& path) {
  std::string escaped;
  for (const char c : path) {
    if (c == '\\')
      escaped += "\\\\";
    else if (c == '\n')
      escaped += "\\n";
    else if (c == '\r')
      escaped += "\\r";
    else
      escaped += c;
  }
  return (escaped != path ? "\\" : "") + hex + "  " + escaped + "\n";
}

}  // namespace

std::string text_of(const std::string& path) {
  auto text = read_whole_file(path);
  return text ? std::move(*text) : std::string();
}

Result<std::string> sha256_of_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return io_error(path, {errno, std::generic_category()});
  Hasher hasher(Algorithm::sha256);
  std::vector<std::byte> buffer(1 << 20);
  ssize_t got = 0;
  while ((got = ::read(file, buffer.data(), buffer.size())) > 0 || (got < 0 && errno == EINTR))
    if (got > 0) hasher.update(Bytes(buffer).first(static_cast<std::size_t>(got)));
  const std::error_code why(errno, std::generic_category());
  ::close(file);
  if (got < 0) return io_error(path, why);
  return hasher.finish();
}

Result<std::string> manifest_of(const std::string& folder) {
  namespace fs = std::filesystem;
  const FolderTree tree = files_below(folder);
  if (!tree.unread.empty()) return tree.unread.front();
  std::string text;
  for (const std::string& path : tree.files) {
    std::error_code why;
    const fs::file_status status = fs::symlink_status(folder + "/" + path, why);
    if (status.type() == fs::file_type::none) return io_error(folder + "/" + path, why);
    if (!fs::is_regular_file(status) || path.starts_with(kManifest)) continue;
    auto hex = sha256_of_file(folder + "/" + path);
    if (!hex) return hex.error();
    text += line_of(*hex, path);
  }
  return text;
}

}  // namespace discern
