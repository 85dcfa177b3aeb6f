// SPDX-License-Identifier: Apache-2.0
#include "convert/output_job.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "discern/pass.h"
#include "optical/descriptor_files.h"

namespace discern {
namespace {

Error system_error(const std::string& path, const char* what) {
  return {Errc::io, std::string(what) + ": " + std::generic_category().message(errno), path};
}

// Ends a pass from inside a consumer.
struct Stop {
  Error error;
};

// The place of `offset` in the evidence, for messages.
Place place_of(const ByteSource& source, std::uint64_t offset) {
  const Location place = source.locate(offset);
  return {.file = std::string(place.file), .offset = place.offset, .lba = place.lba};
}

Error unreadable(const ByteSource& source, const std::string& object, std::uint64_t offset) {
  const Place place = place_of(source, offset);
  std::string text = object + " is unreadable from its byte " + std::to_string(offset) + " on";
  if (place.lba) text += " (LBA " + std::to_string(*place.lba) + ")";
  return {Errc::io, text + "; --keep-going writes zeros for such bytes, and says where", place.file,
          place.offset};
}

}  // namespace

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

OutputFile::~OutputFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status OutputFile::append(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_error(path_, "cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
  return Done{};
}

Status OutputFile::overwrite(std::uint64_t offset, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_error(path_, "cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return Done{};
}

Status OutputFile::close() {
  // Pipes and some file systems have no disk behind them.
  const bool flushed = ::fsync(fd_) == 0 || errno == EINVAL || errno == EROFS;
  const bool closed = ::close(std::exchange(fd_, -1)) == 0;
  if (!flushed || !closed) return system_error(path_, "cannot be written");
  return Done{};
}

std::string OutputJob::stem() const { return std::string(stem_of(name_)); }

Result<OutputFile> OutputJob::create(const std::string& name) {
  const std::string path = path_of(name);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return system_error(path, "cannot be created");
  created_.push_back(name);
  return OutputFile(path, fd);
}

Result<std::string> OutputJob::copy(const SourcePtr& source, const std::string& object,
                                    const Sink& sink) {
  Hasher hasher(Algorithm::sha256);
  Stream stream{.name = object, .source = source};
  stream.consumers.push_back({[&](const Block& block) { hasher.update(block.bytes); }, 2.0});
  if (sink)
    stream.consumers.push_back({[&](const Block& block) {
                                  if (!block.bad.empty() && !options_.keep_going)
                                    throw Stop{
                                        unreadable(*source, object, block.bad.front().offset)};
                                  if (Status done = sink(block.bytes); !done)
                                    throw Stop{done.error()};
                                },
                                2.0});
  try {
    if (const Status done = run_pass({&stream, 1}, {options_.threads, options_.progress}); !done)
      return done.error();
  } catch (const Stop& stop) {
    return stop.error;
  }
  // A page may fail after its block was handed on.
  if (sink || !options_.keep_going)
    if (const Status told = tell_bad(*source, object, stream.bad); !told) return told.error();
  return hasher.finish();
}

Result<std::string> OutputJob::digest_of(const SourcePtr& source, const std::string& object) const {
  Hasher hasher(Algorithm::sha256);
  Stream stream{.name = object, .source = source};
  stream.consumers.push_back({[&](const Block& block) { hasher.update(block.bytes); }, 2.0});
  if (const Status done = run_pass({&stream, 1}, {options_.threads, options_.progress}); !done)
    return done.error();
  return hasher.finish();
}

Status OutputJob::tell_bad(const ByteSource& source, const std::string& object,
                           std::span<const ByteRange> bad) {
  if (!bad.empty() && !options_.keep_going) return unreadable(source, object, bad.front().offset);
  for (const ByteRange& range : bad)
    note({"read.bad-range", Severity::damage, place_of(source, range.offset),
          std::to_string(range.length) + " bytes from byte " + std::to_string(range.offset) +
              " of " + object + " on could not be read; zeros stand for them in the output"});
  conversion_.bad_bytes += total_length(bad);
  return Done{};
}

Status OutputJob::add_file(const std::string& name) {
  const std::string path = path_of(name);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error(path, "cannot be opened again");
  created_.push_back(name);
  return OutputFile(path, fd).close();
}

Result<std::string> OutputJob::copy_to_file(const SourcePtr& source, const std::string& object,
                                            const std::string& name) {
  auto file = create(name);
  if (!file) return file.error();
  auto digest = copy(source, object, [&](Bytes bytes) { return file->append(bytes); });
  if (!digest) return digest.error();
  if (const Status closed = file->close(); !closed) return closed.error();
  return digest;
}

Result<SourcePtr> OutputJob::written_view(const std::string& name, const std::string& format,
                                          const std::string& view) const {
  const auto image = open_image(path_of(name), {.format = format});
  if (!image) return image.error();
  const View* const found = image->find_view(view);
  if (!found)
    return Error{Errc::corrupt, "what was written has no view '" + view + "'", path_of(name)};
  return found->source;
}

void OutputJob::expect(std::string object, std::string sha256, SourcePtr source) {
  expected_.push_back({std::move(object), std::move(sha256), std::move(source)});
}

}  // namespace discern
