// SPDX-License-Identifier: Apache-2.0
// A file or block device as evidence: opened read-only, mapped whole (a mapping takes addresses,
// not memory), every failure narrowed to sectors of 512 bytes.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <system_error>

#include "discern/source.h"
#include "source/page_faults.h"

namespace discern {
namespace {

constexpr std::size_t kSector = 512;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error system_error(const std::string& path, int number, const char* what) {
  const Errc code = number == ENOENT || number == ENOTDIR ? Errc::missing : Errc::io;
  return {code, std::string(what) + ": " + std::generic_category().message(number), path};
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Status read_facts(int fd, FileFacts& facts) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return system_error(facts.path, errno, "cannot be examined");
  facts.mtime_ns = nanoseconds(status.st_mtim);
  facts.ctime_ns = nanoseconds(status.st_ctim);
  facts.device = status.st_dev;
  facts.inode = status.st_ino;
  if (S_ISREG(status.st_mode)) {
    facts.size = static_cast<std::uint64_t>(status.st_size);
    return Done{};
  }
  if (S_ISDIR(status.st_mode)) return Error{Errc::unsupported, "is a folder", facts.path};
  if (!S_ISBLK(status.st_mode))
    return Error{Errc::unsupported, "is neither a file nor a block device", facts.path};
  facts.block_device = true;
  std::uint64_t capacity = 0;
  if (ioctl(fd, BLKGETSIZE64, &capacity) != 0)
    return system_error(facts.path, errno, "the device does not tell its size");
  facts.size = capacity;
  int sector = 0;
  if (ioctl(fd, BLKSSZGET, &sector) == 0 && sector > 0)
    facts.logical_sector = static_cast<std::uint32_t>(sector);
  int read_only = 0;
  if (ioctl(fd, BLKROGET, &read_only) == 0) facts.write_protected = read_only != 0;
  return Done{};
}

// pread until the buffer is full, the file ends or an error; the count read.
std::size_t read_fully(int fd, std::uint64_t offset, std::span<std::byte> buffer) {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t got =
        pread(fd, buffer.data() + done, buffer.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

class Mapping {
 public:
  // Null when the system refuses to map; the file is then read by pread.
  static std::unique_ptr<Mapping> of(int fd, std::uint64_t size) {
    if (size == 0 || size > SIZE_MAX / 2) return nullptr;
    const auto length = static_cast<std::size_t>(size);
    void* const base = mmap(nullptr, length, PROT_READ, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED) return nullptr;
    // Walkers jump: read-around would cost 6x on a cold disk. Passes call will_read().
    madvise(base, length, MADV_RANDOM);
    auto mapping =
        std::unique_ptr<Mapping>(new Mapping(static_cast<const std::byte*>(base), length));
    return mapping->watch_.armed() ? std::move(mapping) : nullptr;
  }
  ~Mapping() { munmap(const_cast<std::byte*>(base_), length_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  Bytes bytes() const { return {base_, length_}; }
  const FaultWatch& watch() const { return watch_; }

 private:
  Mapping(const std::byte* base, std::size_t length)
      : base_(base), length_(length), watch_(base, length) {}
  const std::byte* base_;
  std::size_t length_;
  FaultWatch watch_;
};

// Sectors that could not be read, so that each is tried once: a failing disk takes seconds for each
// try, and does not get better by it. Thread-safe.
class BadSectors {
 public:
  void add(ByteRange range) {
    const std::lock_guard lock(mutex_);
    if (has_any(range)) return;  // another thread was here first
    const auto before = ends_.find(range.offset);
    if (before == ends_.end()) {
      ends_[range.end()] = range.offset;
    } else {
      const std::uint64_t start = before->second;
      ends_.erase(before);
      ends_[range.end()] = start;
    }
  }
  bool contain_any(ByteRange range) const {
    const std::lock_guard lock(mutex_);
    return has_any(range);
  }

 private:
  bool has_any(ByteRange range) const {
    const auto next = ends_.upper_bound(range.offset);
    return next != ends_.end() && next->second < range.end();
  }

  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::uint64_t> ends_;  // end -> start of ranges apart from each other
};

class MappedEvidence final : public MappedFile {
 public:
  MappedEvidence(FileFacts facts, Descriptor descriptor)
      : facts_(std::move(facts)),
        descriptor_(std::move(descriptor)),
        mapping_(Mapping::of(descriptor_.get(), facts_.size)) {}

  const FileFacts& facts() const override { return facts_; }
  std::uint64_t size() const override { return facts_.size; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    if (offset >= size() || buffer.empty()) return {};
    const auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size() - offset));
    buffer = buffer.first(length);
    ReadResult result{length};
    if (!mapping_) {
      read_by_sectors(offset, buffer, result.bad);
      result.bad = merged(std::move(result.bad));
      return result;
    }
    std::memcpy(buffer.data(), mapping_->bytes().data() + offset, length);
    for (const ByteRange& page : failed({offset, length}))
      read_by_sectors(page.offset,
                      buffer.subspan(static_cast<std::size_t>(page.offset - offset),
                                     static_cast<std::size_t>(page.length)),
                      result.bad);
    result.bad = merged(std::move(result.bad));
    return result;
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (!mapping_) return std::nullopt;
    const FaultWatch& watch = mapping_->watch();
    if (!watch.clean() && !watch.failed({offset, length}).empty()) return std::nullopt;
    return slice(mapping_->bytes(), offset, length);
  }

  // A cut inside a page raises no signal: the rest of the page just reads as zeros. So the size is
  // asked for, a system call, when the last byte of the range is zero: were it behind such a cut,
  // it would be, and were it in a later page, that would have failed.
  std::vector<ByteRange> failed(ByteRange range) const override {
    const auto bytes =
        mapping_ ? slice(mapping_->bytes(), range.offset, range.length) : std::nullopt;
    if (!bytes || bytes->empty()) return {};
    const bool ends_in_zero =
        *const_cast<const volatile std::byte*>(&bytes->back()) == std::byte{0};
    auto result = mapping_->watch().failed(range);
    if (!ends_in_zero) return result;
    const std::uint64_t now = current_size();
    if (now < range.end()) {
      const std::uint64_t from = std::max(range.offset, now);
      result.push_back({from, range.end() - from});
      result = merged(std::move(result));
    }
    return result;
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    const std::uint64_t from = offset & ~std::uint64_t{4095};
    if (!mapping_ || from >= size()) return;
    madvise(const_cast<std::byte*>(mapping_->bytes().data() + from),
            static_cast<std::size_t>(std::min(offset + length, size()) - from), MADV_WILLNEED);
  }

  Location locate(std::uint64_t offset) const override {
    return {facts_.path, offset, size() - offset, std::nullopt};
  }

  std::optional<std::string> changed() const override {
    FileFacts now{facts_.path};
    if (const Status status = read_facts(descriptor_.get(), now); !status)
      return describe(status.error());
    if (now.size != facts_.size)
      return "size was " + std::to_string(facts_.size) + " and is " + std::to_string(now.size);
    if (now.mtime_ns != facts_.mtime_ns) return "the modification time moved";
    if (now.ctime_ns != facts_.ctime_ns) return "the status change time moved";
    return std::nullopt;
  }

 private:
  std::uint64_t current_size() const {
    if (facts_.block_device) return facts_.size;
    struct stat status = {};
    if (fstat(descriptor_.get(), &status) != 0) return 0;
    return static_cast<std::uint64_t>(status.st_size);
  }

  // Reads what can be read; the rest becomes zeros in the buffer and ranges in `bad`. The range is
  // tried whole first, then by sectors: O_DIRECT, where the file takes it: the page cache fails by
  // pages.
  void read_by_sectors(std::uint64_t offset, std::span<std::byte> buffer,
                       std::vector<ByteRange>& bad) const {
    std::size_t done = 0;
    if (!bad_sectors_.contain_any({offset, buffer.size()}))
      done = read_fully(descriptor_.get(), offset, buffer);
    if (done == buffer.size()) return;
    const std::string self = "/proc/self/fd/" + std::to_string(descriptor_.get());
    const Descriptor direct(::open(self.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT));
    const std::size_t step = std::max<std::size_t>(kSector, facts_.logical_sector);
    const std::unique_ptr<std::byte, void (*)(void*)> sector(
        static_cast<std::byte*>(std::aligned_alloc(4096, (step + 4095) / 4096 * 4096)), std::free);
    while (done < buffer.size()) {
      const std::uint64_t at = offset + done;
      const std::uint64_t start = at / step * step;
      const std::size_t skip = static_cast<std::size_t>(at - start);
      const std::size_t take = std::min(step - skip, buffer.size() - done);
      const bool hopeless = !sector || bad_sectors_.contain_any({at, take});
      std::size_t got = 0;
      if (!hopeless && direct.get() >= 0)
        got = read_fully(direct.get(), start, {sector.get(), step});
      if (!hopeless && got < skip + take)
        got = read_fully(descriptor_.get(), start, {sector.get(), step});
      const std::size_t good = got > skip ? std::min(got - skip, take) : 0;
      if (good > 0) std::memcpy(buffer.data() + done, sector.get() + skip, good);
      if (good < take) {
        std::memset(buffer.data() + done + good, 0, take - good);
        bad.push_back({at + good, take - good});
        bad_sectors_.add(bad.back());
      }
      done += take;
    }
  }

  FileFacts facts_;
  Descriptor descriptor_;
  std::unique_ptr<Mapping> mapping_;
  mutable BadSectors bad_sectors_;
};

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
  // O_NONBLOCK: a pipe in the evidence's place must not hang the open.
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  FileFacts facts{path};
  facts.atime_kept = true;
  int fd = ::open(path.c_str(), kFlags | O_NOATIME);
  if (fd < 0 && errno == EPERM) {  // O_NOATIME is for owners and root
    facts.atime_kept = false;
    fd = ::open(path.c_str(), kFlags);
  }
  if (fd < 0) return system_error(path, errno, "cannot be opened");
  Descriptor descriptor(fd);
  if (const Status status = read_facts(fd, facts); !status) return status.error();
  return std::shared_ptr<const MappedFile>(
      std::make_shared<MappedEvidence>(std::move(facts), std::move(descriptor)));
}

}  // namespace discern
