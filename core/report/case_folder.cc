// SPDX-License-Identifier: Apache-2.0
// Each file appears under its name only when it is complete and on the disk: it is written under a
// temporary name, flushed, and renamed. The manifest comes last.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <functional>
#include <system_error>
#include <vector>

#include "discern/report.h"
#include "report/manifest.h"

namespace discern {
namespace {

Error io_error(const std::string& file) {
  // A stream that ran out of memory sets no errno.
  return {Errc::io, std::generic_category().message(errno != 0 ? errno : EIO), file};
}

// Waits until `path`, a file or a folder, is on the disk.
bool flush_to_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool flushed = ::fsync(file) == 0;
  const int why = errno;
  ::close(file);
  errno = why;
  return flushed;
}

}  // namespace

Result<std::string> read_whole_file(const std::string& path, std::uint64_t most) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    const Error error = io_error(path);
    return errno == ENOENT ? Error{Errc::missing, error.text, path} : error;
  }
  std::string text;
  std::vector<char> part(1 << 16);
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most)
      return Error{Errc::limit, "is larger than " + std::to_string(most) + " bytes", path};
  }
  if (in.bad()) return io_error(path);
  return text;
}

Status write_whole_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
  const std::string partial = path + ".partial";
  ::unlink(partial.c_str());  // left over, or a link that somebody put there
  errno = 0;
  std::ofstream out(partial, std::ios::binary);
  if (out) write(out);
  out.close();
  if (!out || !flush_to_disk(partial) || std::rename(partial.c_str(), path.c_str()) != 0) {
    Error error = io_error(path);
    ::unlink(partial.c_str());
    return error;
  }
  return Done{};
}

Status write_case_folder(const Examination& examination, const std::string& folder) {
  // Seals of an earlier manifest are none of this one.
  for (const char* seal : {".sig", ".tsq", ".tsr"})
    ::unlink((folder + "/" + kManifest + seal).c_str());
  for (const ReportWriter& writer : report_writers()) {
    Status written = write_whole_file(folder + "/" + std::string(writer.file),
                                      [&](std::ostream& out) { writer.write(examination, out); });
    if (!written) return written;
  }
  const auto manifest = manifest_of(folder);
  if (!manifest) return manifest.error();
  Status written = write_whole_file(folder + "/" + std::string(kManifest),
                                    [&](std::ostream& out) { out << *manifest; });
  if (!written) return written;
  if (!flush_to_disk(folder)) return io_error(folder);
  return Done{};
}

}  // namespace discern
