// SPDX-License-Identifier: Apache-2.0
// A conversion is written into a folder beside its destination, under the final names (descriptors
// name their files). There it is read back; then the files are moved out, one by one.
#include "discern/convert.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "convert/output_job.h"
#include "discern/folder.h"
#include "discern/pass.h"

namespace discern {
namespace {
namespace fs = std::filesystem;

Error system_error(const std::string& path, const char* what) {
  return {Errc::io, std::string(what) + ": " + std::generic_category().message(errno), path};
}

// A new folder that goes with all that is in it.
class Scratch {
 public:
  static Result<Scratch> beside(const std::string& path) {
    std::string folder = fs::path(path).parent_path().string();
    if (!folder.empty() && !folder.ends_with('/')) folder += '/';
    std::string name = folder + ".discern-XXXXXX";
    if (!::mkdtemp(name.data())) return system_error(path, "a folder beside it cannot be created");
    return Scratch(std::move(name), std::move(folder));
  }
  Scratch(Scratch&& other) noexcept
      : path_(std::exchange(other.path_, {})), parent_(std::move(other.parent_)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    try {
      if (!path_.empty()) (void)remove_whole(path_);
    } catch (const std::bad_alloc&) {  // the folder stays
    }
  }
  const std::string& path() const { return path_; }
  // Empty, or with / at its end.
  const std::string& parent() const { return parent_; }

 private:
  Scratch(std::string path, std::string parent)
      : path_(std::move(path)), parent_(std::move(parent)) {}
  std::string path_;
  std::string parent_;
};

// What stands at `path` must be free to go.
Status may_write(const std::string& path, const Image& image, bool replace) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return Done{};
  if (!S_ISREG(status.st_mode)) return Error{Errc::io, "exists and is no regular file", path};
  for (const EvidenceFile& file : image.files) {
    const FileFacts& facts = file.source->facts();
    if (facts.device == status.st_dev && facts.inode == status.st_ino)
      return Error{Errc::io, "is evidence of the image that is converted", path};
  }
  if (!replace) return Error{Errc::io, "exists; choose another name, or say --force", path};
  return Done{};
}

bool is_whole_file(const ByteSource& source, const std::string& path, std::uint64_t size) {
  if (source.size() != size || size == 0) return false;
  const Location place = source.locate(0);
  return place.file == path && place.offset == 0 && place.length == size;
}

}  // namespace

class Conversions {
 public:
  // Reads what was written, views and files, in one pass.
  static Status read_back(OutputJob& job, const std::string& parent) {
    struct Reading {
      Hasher hasher{Algorithm::sha256};
    };
    std::vector<Stream> streams;
    std::vector<Reading> readings;
    for (const auto& expected : job.expected_)
      streams.push_back({.name = expected.object, .source = expected.source});
    std::vector<std::size_t> stream_of_file;
    for (const std::string& name : job.created_) {
      const std::string path = job.path_of(name);
      auto file = MappedFile::open(path);
      if (!file) return file.error();
      const std::uint64_t size = (*file)->size();
      const auto same = std::ranges::find_if(
          streams, [&](const Stream& stream) { return is_whole_file(*stream.source, path, size); });
      stream_of_file.push_back(static_cast<std::size_t>(same - streams.begin()));
      if (same == streams.end()) streams.push_back({.name = name, .source = *file});
      job.conversion_.files.push_back({parent + name, size, {}});
    }
    readings.resize(streams.size());
    for (std::size_t i = 0; i < streams.size(); ++i)
      streams[i].consumers.push_back(
          {[&hasher = readings[i].hasher](const Block& block) { hasher.update(block.bytes); },
           2.0});
    if (const Status done = run_pass(streams, {job.options_.threads, job.options_.progress}); !done)
      return done.error();
    std::vector<std::string> digests;
    digests.reserve(readings.size());
    for (Reading& reading : readings) digests.push_back(reading.hasher.finish());
    for (std::size_t i = 0; i < job.expected_.size(); ++i) {
      const auto& expected = job.expected_[i];
      if (digests[i] != expected.sha256)
        return Error{Errc::corrupt, "reading back " + expected.object + " gives SHA-256 " +
                                        digests[i] + ", written was " + expected.sha256};
      job.conversion_.read_backs.push_back(
          {expected.object, expected.source->size(), expected.sha256});
    }
    for (std::size_t i = 0; i < stream_of_file.size(); ++i)
      job.conversion_.files[i].sha256 = digests[stream_of_file[i]];
    return Done{};
  }

  static Status move_out(const OutputJob& job, const Scratch& scratch, bool replace) {
    const std::vector<std::string>& names = job.created_;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string from = job.path_of(names[i]);
      const std::string to = scratch.parent() + names[i];
      // Without `replace`, also when somebody made the file meanwhile.
      const unsigned flags = replace ? 0 : RENAME_NOREPLACE;
      if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0) continue;
      const Error error = system_error(to, "cannot be put in place");
      for (std::size_t done = 0; done < i && !replace; ++done)
        ::unlink((scratch.parent() + names[done]).c_str());
      return error;
    }
    return Done{};
  }

  static Result<Conversion> run(const Image& image, const View& view, const OutputFormat& format,
                                const std::string& path, const ConvertOptions& options) {
    if (const Status free = may_write(path, image, options.replace); !free) return free.error();
    auto scratch = Scratch::beside(path);
    if (!scratch) return scratch.error();
    OutputJob job(image, view, scratch->path(), fs::path(path).filename().string(), options);
    const Status written = format.write(job);
    // Messages must not name a folder that is gone.
    const auto told = [&](Error error) {
      if (error.file.starts_with(scratch->path() + "/"))
        error.file = scratch->parent() + error.file.substr(scratch->path().size() + 1);
      return error;
    };
    if (!written) return told(written.error());
    for (const std::string& name : job.created_)
      if (const Status free = may_write(scratch->parent() + name, image, options.replace); !free)
        return free.error();
    if (const Status same = read_back(job, scratch->parent()); !same) return told(same.error());
    if (const Status moved = move_out(job, *scratch, options.replace); !moved) return moved.error();
    return std::move(job.conversion_);
  }
};

Result<Conversion> convert(const Image& image, const View& view, const OutputFormat& format,
                           const std::string& path, const ConvertOptions& options) {
  return Conversions::run(image, view, format, path, options);
}

}  // namespace discern
