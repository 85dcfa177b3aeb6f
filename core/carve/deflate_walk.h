// SPDX-License-Identifier: Apache-2.0
// Unpacks deflate streams of a candidate to learn where they end and what their CRC is.
#ifndef DISCERN_CARVE_DEFLATE_WALK_H
#define DISCERN_CARVE_DEFLATE_WALK_H

#include <cstdint>
#include <memory>

#include "discern/carve.h"

namespace discern {

struct Inflated {
  enum Outcome {
    whole,
    broken,   // no deflate stream from about `end` on, or more than `most` bytes come out
    lacking,  // a read at `end` delivered nothing
  };
  Outcome outcome = broken;
  std::uint64_t end = 0;  // in the candidate
  std::uint64_t produced = 0;
  std::uint32_t crc = 0;  // CRC-32 of what came out
};

// One object serves a whole archive: its buffers are large.
class DeflateWalk {
 public:
  explicit DeflateWalk(Candidate& candidate);
  ~DeflateWalk();
  // The stream at `start`, which ends at or before `limit`.
  Inflated run(std::uint64_t start, std::uint64_t limit, std::uint64_t most = UINT64_MAX);

 private:
  struct Buffers;
  Candidate& candidate_;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace discern

#endif
