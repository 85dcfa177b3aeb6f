// SPDX-License-Identifier: Apache-2.0
// Eight chunks of BLAKE3 at once: a 256-bit register holds the same word of all of them.
#include "digest/blake3.h"
#include "digest/blake3_mix.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstring>

namespace discern {
namespace {

#define DISCERN_AVX2 [[gnu::target("avx2")]]

using Words [[gnu::vector_size(32), gnu::may_alias]] = std::uint32_t;
constexpr std::size_t kLanes = 8;

DISCERN_AVX2 void eight_chunks(const std::byte* chunks, std::uint64_t first,
                               std::array<Blake3::Chain, kLanes>& chains) {
  Words low{};
  Words high{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    low[lane] = static_cast<std::uint32_t>(first + lane);
    high[lane] = static_cast<std::uint32_t>((first + lane) >> 32);
  }
  Words chain[8];
  for (std::size_t i = 0; i < 8; ++i) chain[i] = Words{} + blake3::kStart[i];
  const __m256i places = _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
                                            _mm256_set1_epi32(Blake3::kChunk));
  for (std::size_t at = 0; at < Blake3::kChunk; at += blake3::kBlock) {
    Words m[16];
    for (std::size_t i = 0; i < 16; ++i) {
      const auto* word = reinterpret_cast<const int*>(chunks + at + 4 * i);
      m[i] = reinterpret_cast<Words>(_mm256_i32gather_epi32(word, places, 1));
    }
    const std::uint32_t flags = (at == 0 ? blake3::kChunkStart : 0) |
                                (at + blake3::kBlock == Blake3::kChunk ? blake3::kChunkEnd : 0);
    Words v[16];
    for (std::size_t i = 0; i < 8; ++i) v[i] = chain[i];
    for (std::size_t i = 0; i < 4; ++i) v[8 + i] = Words{} + blake3::kStart[i];
    v[12] = low;
    v[13] = high;
    v[14] = Words{} + std::uint32_t{blake3::kBlock};
    v[15] = Words{} + flags;
    blake3::rounds(v, m);
    for (std::size_t i = 0; i < 8; ++i) chain[i] = v[i] ^ v[i + 8];
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    for (std::size_t i = 0; i < 8; ++i) chains[lane][i] = chain[i][lane];
}

}  // namespace

Blake3Chunks blake3_chunks_kernel() {
  return __builtin_cpu_supports("avx2") ? eight_chunks : nullptr;
}

}  // namespace discern

#else

namespace discern {
Blake3Chunks blake3_chunks_kernel() { return nullptr; }
}  // namespace discern

#endif
