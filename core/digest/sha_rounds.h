// SPDX-License-Identifier: Apache-2.0
// SHA-1 and SHA-256 by the SHA extensions, in groups of four rounds that a caller can put between
// other work. Source: FIPS 180-4; Intel, "SHA extensions", instruction reference.
#ifndef DISCERN_CORE_DIGEST_SHA_ROUNDS_H
#define DISCERN_CORE_DIGEST_SHA_ROUNDS_H

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>

#include "digest/kernels.h"

#define DISCERN_SHA [[gnu::target("sha,sse4.1,ssse3")]]
#define DISCERN_SHA_INLINE [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline

namespace discern {

alignas(64) constexpr std::array<std::uint32_t, 64> kSha256Constants = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

// 16 groups a block.
class Sha256Rounds {
 public:
  DISCERN_SHA_INLINE explicit Sha256Rounds(const Sha256Chain& chain) {
    // The instructions want {a b e f} and {c d g h}, a in the highest word.
    const __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(chain.data()));
    const __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i*>(chain.data() + 4));
    const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    abef_ = _mm_alignr_epi8(cdab, efgh, 8);
    cdgh_ = _mm_blend_epi16(efgh, cdab, 0xF0);
  }

  DISCERN_SHA_INLINE void begin() {
    abef_before_ = abef_;
    cdgh_before_ = cdgh_;
  }

  template <int group>
  DISCERN_SHA_INLINE void rounds(const std::byte* block) {
    constexpr int kNow = group % 4;
    if constexpr (group < 4) {
      const __m128i swap = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
      words_[kNow] = _mm_shuffle_epi8(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + std::ptrdiff_t{16} * group)),
          swap);
    } else {
      const __m128i last = words_[(group + 3) % 4];
      const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(words_[kNow], words_[(group + 1) % 4]),
                                        _mm_alignr_epi8(last, words_[(group + 2) % 4], 4));
      words_[kNow] = _mm_sha256msg2_epu32(sum, last);
    }
    const __m128i input =
        _mm_add_epi32(words_[kNow], _mm_load_si128(reinterpret_cast<const __m128i*>(
                                        kSha256Constants.data() + std::size_t{4} * group)));
    cdgh_ = _mm_sha256rnds2_epu32(cdgh_, abef_, input);
    abef_ = _mm_sha256rnds2_epu32(abef_, cdgh_, _mm_shuffle_epi32(input, 0x0E));
  }

  DISCERN_SHA_INLINE void end() {
    abef_ = _mm_add_epi32(abef_, abef_before_);
    cdgh_ = _mm_add_epi32(cdgh_, cdgh_before_);
  }

  DISCERN_SHA_INLINE void store(Sha256Chain& chain) const {
    const __m128i feba = _mm_shuffle_epi32(abef_, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(cdgh_, 0xB1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(chain.data()), _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(chain.data() + 4), _mm_alignr_epi8(dchg, feba, 8));
  }

 private:
  __m128i abef_, cdgh_;
  __m128i abef_before_, cdgh_before_;
  __m128i words_[4];
};

// 20 groups a block.
class Sha1Rounds {
 public:
  DISCERN_SHA_INLINE explicit Sha1Rounds(const Sha1Chain& chain) {
    abcd_ =
        _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(chain.data())), 0x1B);
    e_ = _mm_set_epi32(static_cast<int>(chain[4]), 0, 0, 0);
  }

  DISCERN_SHA_INLINE void begin() {
    abcd_before_ = abcd_;
    e_before_ = e_;
  }

  template <int group>
  DISCERN_SHA_INLINE void rounds(const std::byte* block) {
    constexpr int kNow = group % 4;
    if constexpr (group < 4) {
      const __m128i reverse = _mm_set_epi64x(0x0001020304050607, 0x08090A0B0C0D0E0F);
      words_[kNow] = _mm_shuffle_epi8(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + std::ptrdiff_t{16} * group)),
          reverse);
    } else {
      const __m128i sum = _mm_xor_si128(_mm_sha1msg1_epu32(words_[kNow], words_[(group + 1) % 4]),
                                        words_[(group + 2) % 4]);
      words_[kNow] = _mm_sha1msg2_epu32(sum, words_[(group + 3) % 4]);
    }
    // e_ holds `a` of four rounds ago, which becomes `e` by a rotation; at the start `e` itself.
    const __m128i input =
        group == 0 ? _mm_add_epi32(e_, words_[kNow]) : _mm_sha1nexte_epu32(e_, words_[kNow]);
    e_ = abcd_;
    abcd_ = _mm_sha1rnds4_epu32(abcd_, input, group / 5);
  }

  DISCERN_SHA_INLINE void end() {
    abcd_ = _mm_add_epi32(abcd_, abcd_before_);
    e_ = _mm_sha1nexte_epu32(e_, e_before_);
  }

  DISCERN_SHA_INLINE void store(Sha1Chain& chain) const {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(chain.data()), _mm_shuffle_epi32(abcd_, 0x1B));
    chain[4] = static_cast<std::uint32_t>(_mm_extract_epi32(e_, 3));
  }

 private:
  __m128i abcd_, e_;
  __m128i abcd_before_, e_before_;
  __m128i words_[4];
};

}  // namespace discern

#endif
#endif
