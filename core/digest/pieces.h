// SPDX-License-Identifier: Apache-2.0
// Digests of many short messages that stand one behind the other: pieces of an image, sectors.
#ifndef DISCERN_CORE_DIGEST_PIECES_H
#define DISCERN_CORE_DIGEST_PIECES_H

#include <vector>

#include "discern/digest.h"

namespace discern {

// Digest of each piece of `piece` bytes in `bytes`, whose size is a multiple of it: the I-th is
// written at out + I * stride. MD5, SHA-1 and SHA-256 by the kernels that do several messages at a
// time, where they run.
void digest_pieces(Algorithm algorithm, Bytes bytes, std::size_t piece, std::byte* out,
                   std::size_t stride);

// The same by one Hasher after the other.
void digest_pieces_singly(Algorithm algorithm, Bytes bytes, std::size_t piece, std::byte* out,
                          std::size_t stride);

// The digests of consecutive pieces, as bytes arrive in blocks of any size.
class PieceHasher {
 public:
  // The digests' table: piece I's starts at table + I * stride, and must have room for all pieces.
  PieceHasher(Algorithm algorithm, std::size_t piece, std::byte* table, std::size_t stride);
  void update(Bytes bytes);
  // A last piece that is not whole.
  void finish();

 private:
  void end_piece();

  Algorithm algorithm_;
  std::size_t piece_;
  std::byte* next_;
  std::size_t stride_;
  std::optional<Hasher> started_;  // of a piece that has begun in an earlier block
  std::size_t filled_ = 0;         // bytes of it
};

}  // namespace discern

#endif
