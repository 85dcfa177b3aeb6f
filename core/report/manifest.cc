// SPDX-License-Identifier: Apache-2.0
// MANIFEST.sha256 has the lines of GNU sha256sum: 64 hexadecimal digits, a blank, a blank for
// text mode, the path. A path with a backslash, a line feed or a carriage return is written with
// \\, \n and \r, and its line begins with a backslash (coreutils manual, "md5sum invocation").

#include "report/manifest.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "discern/digest.h"

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
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Result<std::string> sha256_of_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return io_error(path, {errno, std::generic_category()});
  Hasher hasher(Algorithm::sha256);
  std::vector<std::byte> buffer(1 << 20);
  ssize_t got = 0;
  while ((got = ::read(file, buffer.data(), buffer.size())) > 0)
    hasher.update(Bytes(buffer).first(static_cast<std::size_t>(got)));
  const std::error_code why(errno, std::generic_category());
  ::close(file);
  if (got < 0) return io_error(path, why);
  return hasher.finish();
}

Result<std::string> manifest_of(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> paths;
  std::error_code why;
  fs::recursive_directory_iterator walk(folder, why);
  for (; !why && walk != fs::recursive_directory_iterator(); walk.increment(why)) {
    if (!walk->is_regular_file(why) || walk->is_symlink(why)) continue;
    std::string path = walk->path().lexically_relative(folder).string();
    if (!path.starts_with(kManifest)) paths.push_back(std::move(path));
  }
  if (why) return io_error(folder, why);
  std::sort(paths.begin(), paths.end());
  std::string text;
  for (const std::string& path : paths) {
    auto hex = sha256_of_file(folder + "/" + path);
    if (!hex) return hex.error();
    text += line_of(*hex, path);
  }
  return text;
}

}  // namespace discern
