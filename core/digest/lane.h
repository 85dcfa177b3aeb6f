// SPDX-License-Identifier: Apache-2.0
// One stream on its way through a pass: where its blocks lie, and those that are in memory.
#ifndef DISCERN_CORE_DIGEST_LANE_H
#define DISCERN_CORE_DIGEST_LANE_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "digest/course.h"
#include "discern/pass.h"

namespace discern {

// Step k of the n of its part covers the bytes [size*k/n, size*(k+1)/n) of the stream, both rounded
// down to its unit; a short stream has empty steps. Up to `window` consecutive steps are in memory
// at a time.
class Lane {
 public:
  Lane(const Stream& stream, Part part, std::size_t window);

  // First byte of the step; 0 for those before the stream's part, its size for those behind.
  std::uint64_t begin_of(std::uint64_t step) const;

  // The first step from `step` on that has bytes, or nothing.
  std::optional<std::uint64_t> next_filled(std::uint64_t step) const;

  // Brings the step's block into memory, in place when the source can. Returns what could not be
  // read. One thread at a time; the step `window` before must have been retired.
  std::vector<ByteRange> fetch(std::uint64_t step);

  // Valid from the end of fetch(step) until the step's last release().
  const Block& block(std::uint64_t step) const { return slots_[step % window_].block; }

  // A consumer is done with the block. The last one asks the source whether bytes that it gave in
  // place failed meanwhile, and returns them.
  std::vector<ByteRange> release(std::uint64_t step);

 private:
  struct Slot {
    Block block;
    bool in_place = false;
    std::atomic<std::size_t> users = 0;
    std::vector<std::byte> copy;  // kept for the next block
    std::vector<ByteRange> bad;
  };

  const Stream& stream_;
  std::uint64_t size_;
  std::uint64_t unit_;
  std::uint64_t units_;
  Part part_;
  std::size_t window_;
  std::uint64_t announced_ = 0;  // the source knows that bytes before this will be read
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace discern

#endif
