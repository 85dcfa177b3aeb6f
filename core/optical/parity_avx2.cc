// SPDX-License-Identifier: Apache-2.0
// P and Q syndromes, 32 codewords a step. The array and the codewords are those of parity.cc.
//
// P: codewords are byte columns; Horner's rule runs down the 26 rows in three registers.
//
// Q: the word of row r and column c belongs to codeword N = (r - c) mod 26 at position c. Row r is
// added 25 - r words to the right, into a strip of 68 lanes (in bytes: row r fills 50 - 2r up to
// 136 - 2r). Lane m = c - r + 25 then sees one codeword only, N = (25 - m) mod 26, and Horner's
// rule over the rows leaves in it
//
//   T[m] = sum of d alpha^(25-r),   d's true weight being alpha^(44-c) = alpha^(44-m) alpha^(25-r)
//
// so with m = 0..25, m + 26 and m + 52 being the lanes of one codeword,
//
//   S1 = alpha^(44-m) (T[m] + alpha^-26 T[m+26] + alpha^-52 T[m+52]) + alpha q1 + q2
//
// for its parity bytes q1, q2, which stand in the order of N = 25 - m, backwards. S0 is the same
// without the weights.
#include "optical/galois.h"
#include "optical/parity.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>

namespace discern {
namespace {

#define DISCERN_AVX2 [[gnu::target("avx2")]]

constexpr std::size_t kCoded = 12;
constexpr std::size_t kHeader = 4;
constexpr std::size_t kRowBytes = 86;
constexpr std::size_t kRows = 26;
constexpr std::size_t kFirstQ = 2248;
constexpr std::size_t kSkewOfRow0 = 50;  // 25 words
constexpr std::size_t kFold = 52;        // 26 words
constexpr std::size_t kStrip = 160;      // 68 lanes in whole registers

struct alignas(32) Lanes64 {
  std::array<std::uint8_t, 64> byte{};
};

// Bit `bit` of alpha^(44-m) in every byte of lane m, as a mask.
constexpr std::array<Lanes64, 8> make_weight_masks() {
  std::array<Lanes64, 8> masks{};
  for (std::size_t i = 0; i < kFold; ++i) {
    const std::uint8_t weight = galois::power(44 - static_cast<int>(i / 2));
    for (unsigned bit = 0; bit < 8; ++bit) {
      masks[bit].byte[i] = (weight >> bit & 1) != 0 ? 0xFF : 0x00;
    }
  }
  return masks;
}
alignas(32) constexpr std::array<Lanes64, 8> kWeightMasks = make_weight_masks();

// Products of a constant with every low and every high nibble.
struct NibbleProducts {
  std::array<std::uint8_t, 16> low{};
  std::array<std::uint8_t, 16> high{};
};
constexpr NibbleProducts products_of(std::uint8_t constant) {
  NibbleProducts products;
  for (std::uint8_t i = 0; i < 16; ++i) {
    products.low[i] = galois::product(constant, i);
    products.high[i] = galois::product(constant, static_cast<std::uint8_t>(i << 4));
  }
  return products;
}
constexpr NibbleProducts kMinus26 = products_of(galois::power(-26));
constexpr NibbleProducts kMinus52 = products_of(galois::power(-52));

// Ones where a row stands, zeros around it; slid under the strip two bytes a row.
constexpr std::size_t kSlide = kStrip + 2 * (kRows - 1);
constexpr std::array<std::uint8_t, kSlide> make_slide() {
  std::array<std::uint8_t, kSlide> slide{};
  for (std::size_t i = 0; i < kRowBytes; ++i) slide[kSkewOfRow0 + i] = 0xFF;
  return slide;
}
constexpr std::array<std::uint8_t, kSlide> kSlideMask = make_slide();

DISCERN_AVX2 inline __m256i load(const void* at) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(at));
}

DISCERN_AVX2 inline __m128i load16(const void* at) {
  return _mm_loadu_si128(static_cast<const __m128i*>(at));
}

DISCERN_AVX2 inline void store(void* at, __m256i value) {
  _mm256_storeu_si256(static_cast<__m256i*>(at), value);
}

DISCERN_AVX2 inline __m256i times_alpha(__m256i value) {
  const __m256i carry = _mm256_cmpgt_epi8(_mm256_setzero_si256(), value);
  return _mm256_xor_si256(_mm256_add_epi8(value, value),
                          _mm256_and_si256(carry, _mm256_set1_epi8(0x1D)));
}

DISCERN_AVX2 inline __m256i times(__m256i value, const NibbleProducts& constant) {
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  const __m256i low = _mm256_broadcastsi128_si256(load16(constant.low.data()));
  const __m256i high = _mm256_broadcastsi128_si256(load16(constant.high.data()));
  return _mm256_xor_si256(
      _mm256_shuffle_epi8(low, _mm256_and_si256(value, nibble)),
      _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(value, 4), nibble)));
}

// Syndromes of 32 codewords.
struct Syndromes {
  __m256i s0;
  __m256i s1;

  DISCERN_AVX2 void add(__m256i values) {
    s0 = _mm256_xor_si256(s0, values);
    s1 = _mm256_xor_si256(times_alpha(s1), values);
  }
  // One bit for each codeword that does not hold.
  DISCERN_AVX2 std::uint32_t bad() const {
    const __m256i zero = _mm256_cmpeq_epi8(_mm256_or_si256(s0, s1), _mm256_setzero_si256());
    return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(zero));
  }
};

// `row0`: row 0 with kSkewOfRow0 zeros before it and zeros up to kStrip behind it.
DISCERN_AVX2 int p_bad(const std::byte* sector, const std::byte* row0) {
  const std::byte* at = row0 + kSkewOfRow0;
  Syndromes a{load(at), load(at)};
  Syndromes b{load(at + 32), load(at + 32)};
  Syndromes c{load(at + 64), load(at + 64)};
  at = sector + kCoded;
  for (std::size_t row = 1; row < kRows; ++row) {
    at += kRowBytes;
    a.add(load(at));
    b.add(load(at + 32));
    c.add(load(at + 64));
  }
  constexpr std::uint32_t kLastLanes = (1U << (kRowBytes - 64)) - 1;
  return std::popcount(a.bad()) + std::popcount(b.bad()) + std::popcount(c.bad() & kLastLanes);
}

DISCERN_AVX2 inline __m256i masked(const std::byte* at, const std::uint8_t* mask) {
  return _mm256_and_si256(load(at), load(mask));
}

// Sums over the strip; zeros behind it so that folding may read on.
struct alignas(32) Strip {
  std::array<std::uint8_t, kStrip + 32> byte{};
};

DISCERN_AVX2 void add_rows(const std::byte* sector, const std::byte* row0, Strip& s0, Strip& s1) {
  Syndromes a{load(row0), load(row0)};
  Syndromes b{load(row0 + 32), load(row0 + 32)};
  Syndromes c{load(row0 + 64), load(row0 + 64)};
  Syndromes d{load(row0 + 96), load(row0 + 96)};
  Syndromes e{load(row0 + 128), load(row0 + 128)};
  // Where lane 0 of the strip falls when row 1 is in its place: inside the sector from there on.
  const std::byte* at = sector + kCoded + kRowBytes - (kSkewOfRow0 - 2);
  const std::uint8_t* mask = kSlideMask.data() + 2;
  for (std::size_t row = 1; row < kRows; ++row, at += kRowBytes + 2, mask += 2) {
    a.add(masked(at, mask));
    b.add(masked(at + 32, mask + 32));
    c.add(masked(at + 64, mask + 64));
    d.add(masked(at + 96, mask + 96));
    e.add(masked(at + 128, mask + 128));
  }
  std::size_t to = 0;
  for (const Syndromes* part : {&a, &b, &c, &d, &e}) {
    store(s0.byte.data() + to, part->s0);
    store(s1.byte.data() + to, part->s1);
    to += 32;
  }
}

// The 16 words at `at`, last one first.
DISCERN_AVX2 inline __m256i words_backwards(const std::byte* at) {
  const __m256i swap = _mm256_setr_epi8(14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1, 14,
                                        15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1);
  return _mm256_permute4x64_epi64(_mm256_shuffle_epi8(load(at), swap), 0x4E);
}

// Codewords of lanes m = from/2 .. from/2 + 15; `from` is 0 or 32.
DISCERN_AVX2 Syndromes q_syndromes(const std::byte* sector, const Strip& sum0, const Strip& sum1,
                                   std::size_t from) {
  const std::uint8_t* at = sum0.byte.data() + from;
  const __m256i s0 =
      _mm256_xor_si256(load(at), _mm256_xor_si256(load(at + kFold), load(at + 2 * kFold)));
  at = sum1.byte.data() + from;
  const __m256i t = _mm256_xor_si256(
      load(at),
      _mm256_xor_si256(times(load(at + kFold), kMinus26), times(load(at + 2 * kFold), kMinus52)));
  __m256i s1 = _mm256_setzero_si256();
  for (std::size_t bit = 8; bit-- > 0;) {
    const __m256i weight = load(kWeightMasks[bit].byte.data() + from);
    s1 = _mm256_xor_si256(times_alpha(s1), _mm256_and_si256(t, weight));
  }
  const std::byte* q1 = sector + kFirstQ + (kFold - 32) - from;
  const __m256i first = words_backwards(q1);
  const __m256i second = words_backwards(q1 + kFold);
  return {_mm256_xor_si256(s0, _mm256_xor_si256(first, second)),
          _mm256_xor_si256(s1, _mm256_xor_si256(times_alpha(first), second))};
}

DISCERN_AVX2 int q_bad(const std::byte* sector, const std::byte* row0) {
  Strip s0;
  Strip s1;
  add_rows(sector, row0, s0, s1);
  constexpr std::uint32_t kLastLanes = (1U << (kFold - 32)) - 1;
  return std::popcount(q_syndromes(sector, s0, s1, 0).bad()) +
         std::popcount(q_syndromes(sector, s0, s1, 32).bad() & kLastLanes);
}

}  // namespace

bool parity_avx2_runs_here() { return __builtin_cpu_supports("avx2"); }

DISCERN_AVX2 ParityCheck check_parity_avx2(std::span<const std::byte, kRawSector> sector,
                                           HeaderBytes header) {
  alignas(32) std::array<std::byte, kStrip> row0{};
  const std::size_t skip = header == HeaderBytes::as_zeros ? kHeader : 0;
  std::memcpy(row0.data() + kSkewOfRow0 + skip, sector.data() + kCoded + skip, kRowBytes - skip);
  return {p_bad(sector.data(), row0.data()), q_bad(sector.data(), row0.data())};
}

}  // namespace discern

#else

namespace discern {

bool parity_avx2_runs_here() { return false; }
ParityCheck check_parity_avx2(std::span<const std::byte, kRawSector> sector, HeaderBytes header) {
  return check_parity_portable(sector, header);
}

}  // namespace discern

#endif
