// SPDX-License-Identifier: Apache-2.0
// Raw deflate streams (RFC 1951) out of a container, as far as they can be followed.
#ifndef DISCERN_IMAGE_INFLATE_H
#define DISCERN_IMAGE_INFLATE_H

#include <cstdint>
#include <memory>
#include <string>

#include "discern/finding.h"
#include "discern/result.h"
#include "discern/source.h"
#include "image/payload_memory.h"

namespace discern {

enum class StreamEnd {
  complete,    // the stream's final block ended
  cut,         // the input ended before the stream did
  invalid,     // bits that no deflate stream has
  unreadable,  // the container's bytes could not be read
  over_limit,  // more output than the limit
  no_memory,
};

// What became of one stream.
struct InflatedStream {
  StreamEnd end = StreamEnd::cut;
  std::uint64_t consumed = 0;  // bytes of input the stream took, or took before it broke
  std::uint64_t produced = 0;  // bytes of output, never more than the limit
  std::uint32_t crc32 = 0;     // of the output
};

// Holds the decoder's tables and the input block, so that many streams share them. Not thread-safe.
class Inflater {
 public:
  Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;
  ~Inflater();

  // Inflates the stream at `range.offset` and appends its output to `out`. Reads nothing beyond
  // `range`. Every byte decoded before a break is delivered. The decoder is given room for one byte
  // more than `limit`, to tell a stream that ends there from one that goes on; that byte is cut.
  InflatedStream run(const ByteSource& source, ByteRange range, std::uint64_t limit,
                     PayloadMemory& out);

 private:
  // The same; `again` when the end of `range` was set to where a match reaches back too far.
  InflatedStream run(const ByteSource& source, ByteRange range, std::uint64_t limit,
                     PayloadMemory& out, bool again);

  struct State;
  std::unique_ptr<State> state_;
};

// The finding for a stream that did not end: `imz.truncated`, `imz.stream-damaged` or
// `imz.unreadable` (damage). `offset` is where it breaks in the file; `delivered` ends its text.
Finding broken_stream(StreamEnd end, const std::string& path, std::uint64_t offset,
                      const std::string& delivered);

// The Error for over_limit and no_memory.
Error too_large(const std::string& path, std::uint64_t offset, std::uint64_t delivered);

// CRC-32 as in ZIP and gzip (ISO 3309, reflected 0xEDB88320) of bytes continuing after `start`.
std::uint32_t crc32_of(Bytes bytes, std::uint32_t start = 0);
std::string crc32_text(std::uint32_t crc32);  // 8 lower-case hex digits

}  // namespace discern

#endif
