// SPDX-License-Identifier: Apache-2.0
// MD5 of eight messages at once: a 256-bit register holds the same word of all of them. The chain
// of dependent steps stays as long, but eight messages share it.
#include "digest/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "digest/md5_table.h"

#define DISCERN_AVX2 [[gnu::target("avx2")]]
#define DISCERN_AVX2_INLINE [[gnu::target("avx2"), gnu::always_inline]] inline

namespace discern {
namespace {

template <int count>
DISCERN_AVX2_INLINE __m256i rotated(__m256i value) {
  return _mm256_or_si256(_mm256_slli_epi32(value, count), _mm256_srli_epi32(value, 32 - count));
}

template <int step>
DISCERN_AVX2_INLINE void md5_step(__m256i& a, __m256i b, __m256i c, __m256i d,
                                  const __m256i* words) {
  __m256i term;
  if constexpr (step < 16) {
    term = _mm256_xor_si256(d, _mm256_and_si256(b, _mm256_xor_si256(c, d)));
  } else if constexpr (step < 32) {
    term = _mm256_xor_si256(c, _mm256_and_si256(d, _mm256_xor_si256(b, c)));
  } else if constexpr (step < 48) {
    term = _mm256_xor_si256(b, _mm256_xor_si256(c, d));
  } else {
    const __m256i not_d = _mm256_xor_si256(d, _mm256_set1_epi32(-1));
    term = _mm256_xor_si256(c, _mm256_or_si256(b, not_d));
  }
  const __m256i known = _mm256_add_epi32(
      _mm256_add_epi32(a, words[md5::word(step)]),
      _mm256_set1_epi32(static_cast<int>(md5::kSines[static_cast<std::size_t>(step)])));
  a = _mm256_add_epi32(b, rotated<md5::rotation(step)>(_mm256_add_epi32(known, term)));
}

template <int step = 0>
DISCERN_AVX2_INLINE void all_steps(__m256i& a, __m256i& b, __m256i& c, __m256i& d,
                                   const __m256i* words) {
  if constexpr (step < 64) {
    md5_step<step>(a, b, c, d, words);
    md5_step<step + 1>(d, a, b, c, words);
    md5_step<step + 2>(c, d, a, b, words);
    md5_step<step + 3>(b, c, d, a, words);
    all_steps<step + 4>(a, b, c, d, words);
  }
}

// Eight rows of eight words become columns: words[i] has word i of every message.
DISCERN_AVX2_INLINE void transpose(std::span<const std::byte* const, kMd5Lanes> messages,
                                   std::size_t offset, __m256i* words) {
  __m256i row[8];
  for (std::size_t i = 0; i < 8; ++i)
    row[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(messages[i] + offset));
  __m256i pair[8];  // words of two messages
  for (std::size_t i = 0; i < 8; i += 2) {
    pair[i] = _mm256_unpacklo_epi32(row[i], row[i + 1]);
    pair[i + 1] = _mm256_unpackhi_epi32(row[i], row[i + 1]);
  }
  __m256i four[8];  // of four messages
  for (std::size_t i = 0; i < 8; i += 4) {
    four[i] = _mm256_unpacklo_epi64(pair[i], pair[i + 2]);
    four[i + 1] = _mm256_unpackhi_epi64(pair[i], pair[i + 2]);
    four[i + 2] = _mm256_unpacklo_epi64(pair[i + 1], pair[i + 3]);
    four[i + 3] = _mm256_unpackhi_epi64(pair[i + 1], pair[i + 3]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    words[i] = _mm256_permute2x128_si256(four[i], four[i + 4], 0x20);
    words[i + 4] = _mm256_permute2x128_si256(four[i], four[i + 4], 0x31);
  }
}

DISCERN_AVX2 void many_md5(std::span<Md5Chain, kMd5Lanes> chains,
                           std::span<const std::byte* const, kMd5Lanes> messages,
                           std::size_t count) {
  alignas(32) std::uint32_t lane[4][kMd5Lanes];
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < kMd5Lanes; ++j) lane[i][j] = chains[j][i];
  __m256i a = _mm256_load_si256(reinterpret_cast<const __m256i*>(lane[0]));
  __m256i b = _mm256_load_si256(reinterpret_cast<const __m256i*>(lane[1]));
  __m256i c = _mm256_load_si256(reinterpret_cast<const __m256i*>(lane[2]));
  __m256i d = _mm256_load_si256(reinterpret_cast<const __m256i*>(lane[3]));
  for (std::size_t offset = 0; offset < count * kDigestBlock; offset += kDigestBlock) {
    __m256i words[16];
    transpose(messages, offset, words);
    transpose(messages, offset + 32, words + 8);
    const __m256i a_before = a;
    const __m256i b_before = b;
    const __m256i c_before = c;
    const __m256i d_before = d;
    all_steps(a, b, c, d, words);
    a = _mm256_add_epi32(a, a_before);
    b = _mm256_add_epi32(b, b_before);
    c = _mm256_add_epi32(c, c_before);
    d = _mm256_add_epi32(d, d_before);
  }
  _mm256_store_si256(reinterpret_cast<__m256i*>(lane[0]), a);
  _mm256_store_si256(reinterpret_cast<__m256i*>(lane[1]), b);
  _mm256_store_si256(reinterpret_cast<__m256i*>(lane[2]), c);
  _mm256_store_si256(reinterpret_cast<__m256i*>(lane[3]), d);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < kMd5Lanes; ++j) chains[j][i] = lane[i][j];
}

}  // namespace

ManyMd5 many_md5_kernel() { return __builtin_cpu_supports("avx2") ? many_md5 : nullptr; }

}  // namespace discern

#else

namespace discern {
ManyMd5 many_md5_kernel() { return nullptr; }
}  // namespace discern

#endif
