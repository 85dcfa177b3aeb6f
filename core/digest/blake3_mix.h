// SPDX-License-Identifier: Apache-2.0
// The compression function of BLAKE3 over words of any kind: one block, or several side by side in
// a vector.
#ifndef DISCERN_CORE_DIGEST_BLAKE3_MIX_H
#define DISCERN_CORE_DIGEST_BLAKE3_MIX_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace discern::blake3 {

constexpr std::array<std::uint32_t, 8> kStart = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                                 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
constexpr std::uint32_t kChunkStart = 1;
constexpr std::uint32_t kChunkEnd = 2;
constexpr std::uint32_t kParent = 4;
constexpr std::uint32_t kRoot = 8;
constexpr std::size_t kBlock = 64;
constexpr std::size_t kRounds = 7;

// Which word of the block stands where in each round: the permutation of table 2, repeated.
constexpr std::array<std::array<std::size_t, 16>, kRounds> kSchedule = [] {
  constexpr std::array<std::size_t, 16> kPermutation = {2, 6,  3,  10, 7, 0,  4,  13,
                                                        1, 11, 12, 5,  9, 14, 15, 8};
  std::array<std::array<std::size_t, 16>, kRounds> schedule{};
  for (std::size_t i = 0; i < 16; ++i) schedule[0][i] = i;
  for (std::size_t round = 1; round < kRounds; ++round)
    for (std::size_t i = 0; i < 16; ++i) schedule[round][i] = schedule[round - 1][kPermutation[i]];
  return schedule;
}();

template <int count, class Word>
[[gnu::always_inline]] inline void rotate(Word& word) {
  word = (word >> count) | (word << (32 - count));
}

template <class Word>
[[gnu::always_inline]] inline void mix(Word& a, Word& b, Word& c, Word& d, const Word& x,
                                       const Word& y) {
  a = a + b + x;
  d = d ^ a;
  rotate<16>(d);
  c = c + d;
  b = b ^ c;
  rotate<12>(b);
  a = a + b + y;
  d = d ^ a;
  rotate<8>(d);
  c = c + d;
  b = b ^ c;
  rotate<7>(b);
}

template <std::size_t round = 0, class Word>
[[gnu::always_inline]] inline void rounds(Word (&v)[16], const Word (&m)[16]) {
  if constexpr (round < kRounds) {
    constexpr const auto& at = kSchedule[round];
    mix(v[0], v[4], v[8], v[12], m[at[0]], m[at[1]]);
    mix(v[1], v[5], v[9], v[13], m[at[2]], m[at[3]]);
    mix(v[2], v[6], v[10], v[14], m[at[4]], m[at[5]]);
    mix(v[3], v[7], v[11], v[15], m[at[6]], m[at[7]]);
    mix(v[0], v[5], v[10], v[15], m[at[8]], m[at[9]]);
    mix(v[1], v[6], v[11], v[12], m[at[10]], m[at[11]]);
    mix(v[2], v[7], v[8], v[13], m[at[12]], m[at[13]]);
    mix(v[3], v[4], v[9], v[14], m[at[14]], m[at[15]]);
    rounds<round + 1>(v, m);
  }
}

}  // namespace discern::blake3

#endif
