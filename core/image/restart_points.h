// SPDX-License-Identifier: Apache-2.0
// Where decoding of a large payload can begin anew, so that a byte in its middle does not cost
// everything before it.
#ifndef DISCERN_IMAGE_RESTART_POINTS_H
#define DISCERN_IMAGE_RESTART_POINTS_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "discern/source.h"
#include "image/deflate_decoder.h"
#include "image/inflate.h"
#include "image/payload_memory.h"

namespace discern {

// With 32 KiB of history each, points this far apart take 82 MiB for 1 GiB of payload, and no more.
inline constexpr std::uint64_t kPointSpacing = 400U << 10U;
inline constexpr std::uint64_t kPieceSize = 64U << 10U;  // that has a CRC-32 of its own

// A chunk of payload and how to decode it. It reaches to the next one's offset.
struct RestartPoint {
  std::uint64_t offset = 0;  // in the payload
  DeflatePosition from = {};
  enum class History : std::uint8_t { none, zeros, kept };
  History history = History::none;
  bool zeros = false;        // the chunk holds only zeros: nothing to decode
  std::uint32_t window = 0;  // kept: number of its 32 KiB in `windows`
  std::uint64_t piece = 0;   // index in `piece_crcs` of the chunk's first piece
};

// Points in ascending order, the first one at 0. Every piece of a chunk that is not all zeros has a
// CRC-32, so that what is decoded later is known to be what was decoded when the payload's
// own CRC-32 was taken.
struct RestartPoints {
  std::uint64_t size = 0;  // of the payload that can be decoded
  std::vector<RestartPoint> points = {};
  std::vector<std::uint32_t> piece_crcs = {};
  PayloadMemory windows = {};
  SourcePtr kept_windows = {};  // the windows on disk instead, when they come from a cache

  std::uint64_t chunk_end(std::size_t index) const {
    return index + 1 < points.size() ? points[index + 1].offset : size;
  }
  std::uint64_t memory() const {
    return windows.size() + points.size() * sizeof(RestartPoint) + 4 * piece_crcs.size();
  }
};

// Deflate gives at most 258 bytes for two bits (RFC 1951, 3.2.5).
inline constexpr std::uint64_t kBestRatio = 1032;

class PointCache;

// Limits of a pass over a stream; tests make them small.
struct PayloadLimits {
  std::uint64_t whole = 64ULL << 20U;  // a payload up to this size is inflated into memory
  std::uint64_t memory = 0;            // for a payload in memory, or for its points
  std::uint64_t spacing = kPointSpacing;
  const PointCache* cache = nullptr;  // where points are kept; none: nowhere
};

// Decodes the stream at `range.offset` of `source` from its first to its last byte, appends its
// points to `points` and takes its CRC-32. The payload is not kept. Reads nothing beyond `range`
// and stops one byte past `limit`; no_memory when the points need more than limits.memory.
InflatedStream make_restart_points(const ByteSource& source, ByteRange range, std::uint64_t limit,
                                   const PayloadLimits& limits, RestartPoints& points);

// Makes the points of a payload anew; nothing when it is not the same any more.
using RemakePoints = std::function<std::optional<RestartPoints>()>;

// The payload, decoded where it is read. Thread-safe; what was decoded last stays in memory, up to
// 64 MiB. A part that cannot be decoded any more, or not to what it was, is bad; with `remake`,
// which points from a cache need, the points are made anew first, once. `file` is what locate()
// names.
SourcePtr inflated_source(SourcePtr container, RestartPoints points, std::string file,
                          RemakePoints remake = {});

// CRC-32 of two parts in a row, from those of the parts and the second one's length.
std::uint32_t joined_crc32(std::uint32_t first, std::uint32_t second, std::uint64_t second_length);
std::uint32_t crc32_of_zeros(std::uint64_t length);

}  // namespace discern

#endif
