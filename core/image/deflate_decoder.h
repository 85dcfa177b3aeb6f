// SPDX-License-Identifier: Apache-2.0
// A raw deflate stream (RFC 1951) that can be left at any symbol and taken up there again.
#ifndef DISCERN_IMAGE_DEFLATE_DECODER_H
#define DISCERN_IMAGE_DEFLATE_DECODER_H

#include <cstddef>
#include <cstdint>
#include <memory>

#include "discern/source.h"

namespace discern {

inline constexpr std::size_t kDeflateHistory = 32U << 10U;  // farthest that a match reaches back
// run() may make this many bytes more than it was asked for.
inline constexpr std::size_t kDeflateOvershoot = (64U << 10U) + 1024;

// Where decoding stands, in bits from the source's first byte on. With the 32 KiB of output before
// it, this is all that going on from here takes: the tables of the block are read from its header
// once more.
struct DeflatePosition {
  std::uint64_t bit = 0;          // the first one not decoded
  std::uint64_t header_bit = 0;   // where the block's header begins; `bit` when between blocks
  std::uint32_t stored_left = 0;  // bytes left of a stored block, 0 in others
};

enum class DeflateStop {
  full,        // made what was asked for
  block_end,   // between two blocks
  stream_end,  // the final block ended
  cut,         // the input ended
  unreadable,  // the next bytes of the source cannot be read
  invalid,     // bits that no deflate stream has
  too_far,     // a match that reaches back beyond the output; up to 258 bytes were not made
};

struct DeflateRun {
  DeflateStop stop = DeflateStop::full;
  std::size_t made = 0;
};

// Wraps ISA-L's decoder, and reads the source in blocks. Not thread-safe. `source` must outlive it.
class DeflateDecoder {
 public:
  // Reads nothing of the source from `end` on, and `block` bytes at a time.
  DeflateDecoder(const ByteSource& source, std::uint64_t end, std::size_t block);
  DeflateDecoder(const DeflateDecoder&) = delete;
  DeflateDecoder& operator=(const DeflateDecoder&) = delete;
  ~DeflateDecoder();

  // Goes to a position; false when no block that it fits begins at its header_bit, or when the
  // header cannot be read. Positions may come from anywhere: wrong ones give wrong bytes or
  // `invalid`, nothing worse.
  bool go_to(const DeflatePosition& position);

  // Decodes at least `wanted` bytes to `out`, where wanted + kDeflateOvershoot have room, unless it
  // stops before. The `history` bytes in front of `out` are the output before; all of it, or at
  // least the last kDeflateHistory bytes. With `each_block` stops after every block.
  DeflateRun run(std::byte* out, std::size_t wanted, std::size_t history, bool each_block);

  // Where run() stopped. Without `each_block`, only `bit` is known.
  DeflatePosition position() const;
  std::uint64_t input_end() const { return next_; }  // source offset up to which bytes were read

 private:
  struct State;

  void seek(std::uint64_t bit, std::size_t block);
  bool refill(std::size_t block);
  std::uint64_t bit() const;

  const ByteSource& source_;
  std::uint64_t end_;
  std::uint64_t next_ = 0;  // source offset behind the input block
  bool readable_ = true;
  std::uint64_t header_bit_ = 0;
  bool final_ = false;  // each_block: the block at header_bit_ is the last one
  std::unique_ptr<State> state_;
};

}  // namespace discern

#endif
