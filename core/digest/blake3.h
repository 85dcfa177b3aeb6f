// SPDX-License-Identifier: Apache-2.0
// BLAKE3, the plain hash of 32 bytes. Source: O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3:
// one function, fast everywhere", 2020, section 2.
#ifndef DISCERN_CORE_DIGEST_BLAKE3_H
#define DISCERN_CORE_DIGEST_BLAKE3_H

#include <array>
#include <cstdint>
#include <vector>

#include "discern/bytes.h"

namespace discern {

class Blake3 {
 public:
  static constexpr std::size_t kChunk = 1024;
  using Chain = std::array<std::uint32_t, 8>;

  void update(Bytes bytes);
  // Does not end the digest.
  std::array<std::byte, 32> finish() const;

 private:
  void add_chain(Chain chain);

  std::array<std::byte, kChunk> chunk_ = {};  // the last one, which may be the root
  std::size_t filled_ = 0;
  std::uint64_t chunks_ = 0;   // before chunk_
  std::vector<Chain> chains_;  // of complete subtrees, the largest first
};

// Chaining values of eight chunks that stand one behind the other, the first being number `first`
// of the message. Null where it does not run (AVX2).
using Blake3Chunks = void (*)(const std::byte* chunks, std::uint64_t first,
                              std::array<Blake3::Chain, 8>& chains);
Blake3Chunks blake3_chunks_kernel();

}  // namespace discern

#endif
