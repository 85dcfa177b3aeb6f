// SPDX-License-Identifier: Apache-2.0
// Discs put together by hand, so that audits can be tested without any descriptor.
#ifndef DISCERN_TESTS_DIGEST_DISC_IMAGE_H
#define DISCERN_TESTS_DIGEST_DISC_IMAGE_H

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "discern/image.h"
#include "discern/sector.h"
#include "discern/verify.h"

namespace discern::tests {

// `sectors` of `file` from `file_offset` on, the first one at `lba`.
inline Extent extent_of(SourcePtr file, std::int32_t lba, std::uint32_t sectors,
                        std::uint64_t file_offset = 0, SectorMode mode = SectorMode::mode1) {
  Extent extent{.first = Lba{lba}, .sectors = sectors};
  extent.file = std::move(file);
  extent.file_offset = file_offset;
  extent.mode = mode;
  return extent;
}

// One session with a track for each extent; `raw` is view:raw.
inline Image disc_image(SourcePtr raw, std::vector<Extent> extents) {
  Image image;
  image.views.push_back({.name = "raw", .sector_size = extents.front().layout.stored});
  image.views.front().source = std::move(raw);
  image.disc.emplace();
  Session& session = image.disc->sessions.emplace_back();
  for (Extent& extent : extents) {
    Track& track = session.tracks.emplace_back();
    track.number = static_cast<int>(session.tracks.size());
    track.mode = extent.mode;
    track.first = extent.first;
    track.sectors = extent.sectors;
    track.extents.push_back(std::move(extent));
  }
  return image;
}

// Audits view:raw in blocks of `block` bytes; `bad` ranges are told as unreadable.
inline std::unique_ptr<SectorAudit> audited(const Image& image, std::size_t block = 1U << 20,
                                            const std::vector<ByteRange>& bad = {}) {
  auto audit = SectorAudit::of(image);
  if (!audit) return audit;
  const Consumer consumer = audit->consumer();
  const SourcePtr& source = image.views.front().source;
  std::vector<std::byte> buffer(block);
  for (std::uint64_t at = 0; at < source->size(); at += block) {
    const std::size_t length = source->read(at, buffer).bytes;
    std::vector<ByteRange> inside;
    for (const ByteRange& range : bad) {
      const std::uint64_t begin = std::max(range.offset, at);
      const std::uint64_t end = std::min(range.end(), at + length);
      if (begin < end) inside.push_back({begin, end - begin});
    }
    consumer.consume({at, Bytes(buffer).first(length), inside});
  }
  return audit;
}

inline void append(std::vector<std::byte>& bytes, const RawSector& sector) {
  bytes.insert(bytes.end(), sector.begin(), sector.end());
}

inline std::vector<std::byte> mode1_sectors(std::int32_t first, int count) {
  std::vector<std::byte> bytes;
  for (int i = 0; i < count; ++i) append(bytes, build_sector(SectorMode::mode1, {first + i}, {}));
  return bytes;
}

}  // namespace discern::tests

#endif
