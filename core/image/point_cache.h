// SPDX-License-Identifier: Apache-2.0
// Restart points kept on disk, so that the next program that opens the same evidence need not
// decode it once more.
#ifndef DISCERN_IMAGE_POINT_CACHE_H
#define DISCERN_IMAGE_POINT_CACHE_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "discern/source.h"
#include "image/restart_points.h"

namespace discern {

// A stream as it was decoded once, and when.
struct KeptStream {
  InflatedStream stream = {};
  RestartPoints points = {};
  std::int64_t made_at = 0;  // seconds since 1970-01-01 UTC
};

// A stream is kept when no more than this follows it in its range: a trailer of gzip, and not the
// 18 bytes and more of another member.
inline constexpr std::uint64_t kMostBehindStream = 16;

// What a stream is decoded from, which is part of what its points belong to.
struct StreamOrigin {
  ByteRange range = {};
  std::uint64_t limit = 0;
  std::uint64_t spacing = 0;
};

// A folder of files, each with the points of one stream of one evidence file. A file is used when
// everything in it holds (point_cache.cc); one that does not is as good as none. What its points
// give is compared with their CRC-32 when it is read, so that a wrong file costs time only.
//
// Files hold pieces of the payload (32 KiB of each 400), hence the mode 0600, and hence no folder
// unless the user names one.
class PointCache {
 public:
  PointCache(std::string folder, std::shared_ptr<const MappedFile> evidence);

  // The stream that keep() was given, when size, mtime, ctime, device and inode of the evidence and
  // samples of its content are what they were.
  std::optional<KeptStream> find(const StreamOrigin& origin) const;

  // Writes a file in place of an older one, whole or not at all. Creates the folder.
  //
  // Errc::io           the system refused
  // Errc::unsupported  the folder is that of the evidence; a block device; the evidence changed
  Status keep(const StreamOrigin& origin, const KeptStream& kept) const;

 private:
  std::string path_of(const StreamOrigin& origin) const;

  std::string folder_;
  std::shared_ptr<const MappedFile> evidence_;
};

// Reads a file of a cache; nothing unless it belongs to `origin` of evidence with these `facts`.
// `file` may be anything.
std::optional<KeptStream> read_kept_stream(const SourcePtr& file, const FileFacts& facts,
                                           const StreamOrigin& origin);

// Makes the head of `file` name the evidence and the origin, and its checksum right: for tests of
// what a file with a good checksum can do.
void seal_kept_stream(std::vector<std::byte>& file, const FileFacts& facts,
                      const StreamOrigin& origin);

}  // namespace discern

#endif
