// SPDX-License-Identifier: Apache-2.0
// A carved file appears under its name only when it is whole and on disk, and never in the place of
// another one: written under a temporary name, synced, then given its name by an operation that
// refuses to replace.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "discern/carve.h"

namespace discern {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

Error refused(const std::string& path, const char* what, int number) {
  return {Errc::io, std::string(what) + ": " + std::generic_category().message(number), path};
}

// A file that is removed again unless it got its name.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path)
      : path_(std::move(path)),
        fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {}
  ~TemporaryFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool opened() const { return fd_ >= 0; }
  // These return 0 or an errno.
  int write(Bytes bytes);
  int sync() { return ::fsync(fd_) == 0 ? 0 : errno; }
  int name(const std::string& path);

 private:
  std::string path_;
  int fd_;
};

int TemporaryFile::write(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written == 0 ? EIO : errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

int TemporaryFile::name(const std::string& path) {
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
    path_.clear();
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) return errno;  // unknown to this file system or kernel
  return ::link(path_.c_str(), path.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Status write_carved(const View& view, const CarvedFile& file, const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return refused(path, "exists", EEXIST);
  TemporaryFile temporary(path + "." + std::to_string(::getpid()) + ".part");
  if (!temporary.opened()) return refused(path, "cannot be created", errno);

  std::vector<std::byte> buffer;
  for (const ByteRange& part : parts_of(file))
    for (std::uint64_t at = part.offset; at < part.end();) {
      const auto wanted =
          static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, part.end() - at));
      buffer.resize(wanted);
      const ReadResult got = view.source->read(at, buffer);
      if (got.bytes < wanted)
        return Error{Errc::corrupt, "the carved file reaches beyond the view", path, file.offset};
      if (const int number = temporary.write(buffer); number != 0)
        return refused(path, "cannot be written", number);
      at += wanted;
    }
  if (const int number = temporary.sync(); number != 0)
    return refused(path, "cannot be synced", number);
  if (const int number = temporary.name(path); number != 0)
    return refused(path, "cannot be named", number);
  return Done{};
}

}  // namespace discern
