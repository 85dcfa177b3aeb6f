// SPDX-License-Identifier: Apache-2.0
// An inflated payload: in memory when it is small, through restart points when it is not.
#ifndef DISCERN_IMAGE_INFLATED_PAYLOAD_H
#define DISCERN_IMAGE_INFLATED_PAYLOAD_H

#include <cstdint>
#include <optional>
#include <string>

#include "image/inflate.h"
#include "image/payload_memory.h"
#include "image/point_cache.h"
#include "image/restart_points.h"

namespace discern {

// Takes up streams in a row. Not thread-safe.
class InflatedPayload {
 public:
  // `expected` is the size that the container gives, 0 when it gives none.
  InflatedPayload(const PayloadLimits& limits, std::uint64_t expected)
      : limits_(limits), in_memory_(expected <= limits.whole) {}

  bool in_memory() const { return in_memory_; }
  std::uint64_t size() const { return in_memory_ ? memory_.size() : points_.size; }
  // ", decoded where it is read, from 2000 restart points"; empty for a payload in memory.
  std::string how() const;
  // What is to be said of the cache: `imz.points-kept`, when the stream was not decoded now but
  // earlier, or `imz.points-not-kept`.
  const std::optional<Finding>& note() const { return note_; }

  // Inflates the stream at `range.offset`, as Inflater::run() says. Of a payload in memory the
  // limit is limits.whole at most: over_limit then says to begin anew with_points().
  InflatedStream add(const ByteSource& source, ByteRange range, std::uint64_t limit);
  InflatedPayload with_points() const { return {limits_, ~std::uint64_t{0}}; }

  // Whether a cache gave the points. When they do not agree with what the container says, they are
  // to be made anew.
  bool from_cache() const { return kept_.has_value(); }
  InflatedPayload without_cache() const;

  // All that was inflated; `path` is what locate() names.
  SourcePtr source(const SourcePtr& container, const std::string& path) &&;

 private:
  InflatedStream add_with_points(const ByteSource& source, ByteRange range, std::uint64_t limit);

  PayloadLimits limits_;
  bool in_memory_;
  Inflater inflater_;
  PayloadMemory memory_;
  RestartPoints points_;
  std::optional<Finding> note_;
  std::optional<InflatedStream> kept_;  // points_ are those of a cache, with this result
  std::int64_t made_at_ = 0;            // then: when, in Unix time
  StreamOrigin origin_;                 // of the first stream
};

}  // namespace discern

#endif
