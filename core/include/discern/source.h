// SPDX-License-Identifier: Apache-2.0
// Where bytes come from. Everything above reads evidence through a ByteSource: a mapped file, a
// block device, a window, several parts in a row, a decoded entry, the user data of a disc.
#ifndef DISCERN_SOURCE_H
#define DISCERN_SOURCE_H

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/result.h"

namespace discern {

// `bytes` counts what lies inside the source: min(buffer size, source size - offset). Of these,
// the ranges in `bad` (source offsets, ascending, apart from each other) could not be read; the
// buffer holds zeros there, which must never be passed off as data.
struct ReadResult {
  std::size_t bytes = 0;
  std::vector<ByteRange> bad = {};
  bool complete() const { return bad.empty(); }
};

// The place in an evidence file that a source's byte comes from.
struct Location {
  std::string_view file = {};                // path as opened; valid as long as the source
  std::optional<std::uint64_t> offset = {};  // absent when the bytes are derived (inflated, gap)
  std::uint64_t length = 0;              // for this many bytes on, the place moves along linearly
  std::optional<std::int64_t> lba = {};  // on discs
};

// Immutable and thread-safe. The only class of the project with virtual functions.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  virtual std::uint64_t size() const = 0;

  // Reads as much of [offset, offset + buffer.size()) as the source has.
  virtual ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const = 0;

  // The same bytes in place, without a copy, when they are in memory or mapped; nothing when they
  // are not, lie partly outside, or are known to be bad. A page of a mapped file that fails
  // while it is looked at reads as zeros and is reported by `failed` from then on.
  virtual std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const;

  // What is known by now to be unreadable inside `range`: bytes that are absent anyway, and those
  // that turned out to be unreadable although view() delivered them. A pass asks after each block,
  // before it lets go of what it computed.
  virtual std::vector<ByteRange> failed(ByteRange range) const;

  // Says that a pass will come by here soon, so that the system reads ahead. No effect on results.
  virtual void will_read(std::uint64_t offset, std::uint64_t length) const;

  // For offset < size().
  virtual Location locate(std::uint64_t offset) const = 0;
};
using SourcePtr = std::shared_ptr<const ByteSource>;

// Reads [offset, offset + length) whole: Errc::io when a part is unreadable, Errc::corrupt when
// it lies outside. For structures (headers, tables), not for bulk data.
Result<std::vector<std::byte>> read_exactly(const ByteSource& source, std::uint64_t offset,
                                            std::uint64_t length);

// The first up to `length` bytes, with unreadable parts as zeros: for probing only.
std::vector<std::byte> read_head(const ByteSource& source, std::size_t length);

// ---- evidence files ------------------------------------------------------------------------

// What the operating system says of an evidence file when it is opened.
struct FileFacts {
  std::string path;
  std::uint64_t size = 0;     // bytes; of a block device its capacity
  std::int64_t mtime_ns = 0;  // since 1970-01-01 UTC
  std::int64_t ctime_ns = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool block_device = false;
  std::uint32_t logical_sector = 512;  // of a block device (BLKSSZGET)
  bool write_protected = false;        // of a block device (BLKROGET)
  bool atime_kept = false;             // opened with O_NOATIME
};

// A file or block device opened O_RDONLY and mapped PROT_READ. Failing pages (file cut while
// open, EIO) never raise a signal to the caller: they are replaced by zero pages, re-read by
// sectors of 512 bytes, and what stays unread is reported bad.
class MappedFile : public ByteSource {
 public:
  // Errc::missing, Errc::io (text has the system's words), Errc::unsupported (directory, pipe).
  // An empty file opens, with size 0.
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);

  virtual const FileFacts& facts() const = 0;

  // Compares size, mtime and ctime with those at opening: nothing when equal, otherwise what
  // changed, in words. Called before and after each pass.
  virtual std::optional<std::string> changed() const = 0;
};

// ---- composed sources ------------------------------------------------------------------------

// Bytes in memory; `file` is what locate() names (offsets absent: the bytes are derived).
SourcePtr memory_source(std::vector<std::byte> bytes, std::string file);

// [offset, offset + length) of `base`, cut at its end.
SourcePtr window_source(SourcePtr base, std::uint64_t offset, std::uint64_t length);

// Several sources one after the other (split images).
SourcePtr concat_source(std::vector<SourcePtr> parts);

// `base` with `bytes` standing at `offset` (a synthetic boot sector).
SourcePtr overlay_source(SourcePtr base, std::uint64_t offset, std::vector<std::byte> bytes);

// The first `present` bytes of a source of `size` bytes; the rest is bad. What is left of an
// archive that was cut.
SourcePtr partial_source(SourcePtr base, std::uint64_t size);

// `base` whose `absent` ranges are bad although bytes stand there: fillers for what could not be
// read when an image was made.
SourcePtr holed_source(SourcePtr base, std::vector<ByteRange> absent);

// Merges ranges that touch or overlap; sorts.
std::vector<ByteRange> merged(std::vector<ByteRange> ranges);
std::uint64_t total_length(std::span<const ByteRange> ranges);

}  // namespace discern

#endif
