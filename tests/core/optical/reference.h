// SPDX-License-Identifier: Apache-2.0
// P and Q once more, slowly, straight from the parity check matrices of ECMA-130 Annex A:
//
//   HP = | 1    1   ... 1  1 |      HQ = | 1    1   ... 1  1 |
//        | a^25 a^24 ... a  1 |           | a^44 a^43 ... a  1 |
//
// with the codewords' positions from the figures there. Shares nothing with the product.
#ifndef DISCERN_TESTS_OPTICAL_REFERENCE_H
#define DISCERN_TESTS_OPTICAL_REFERENCE_H

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "discern/sector.h"

namespace discern::tests {

inline int field_product(int a, int b) {
  int sum = 0;
  for (int i = 0; i < 8; ++i) {
    if ((b >> i & 1) != 0) sum ^= a << i;
  }
  for (int i = 14; i >= 8; --i) {
    if ((sum >> i & 1) != 0) sum ^= 0x11D << (i - 8);
  }
  return sum;
}

// H times the codeword; both are zero when it holds.
inline std::pair<int, int> syndromes(const std::vector<int>& codeword) {
  int s0 = 0;
  int s1 = 0;
  int weight = 1;
  for (auto d = codeword.rbegin(); d != codeword.rend(); ++d) {
    s0 ^= *d;
    s1 ^= field_product(*d, weight);
    weight = field_product(weight, 2);
  }
  return {s0, s1};
}

struct BadCodewords {
  int p = 0;
  int q = 0;
};

inline BadCodewords reference_parity(std::span<const std::byte, kRawSector> sector,
                                     bool header_as_zeros) {
  // The sector's words: byte 0 is the first of the header. ECMA-130 Annex A numbers words from
  // there.
  const auto byte = [&](int word, int half) {
    const int at = 12 + 2 * word + half;
    return header_as_zeros && at < 16 ? 0
                                      : std::to_integer<int>(sector[static_cast<std::size_t>(at)]);
  };
  BadCodewords bad;
  for (int half = 0; half < 2; ++half) {
    for (int column = 0; column < 43; ++column) {
      std::vector<int> codeword;
      for (int row = 0; row < 26; ++row) codeword.push_back(byte(43 * row + column, half));
      if (syndromes(codeword) != std::pair(0, 0)) ++bad.p;
    }
    for (int diagonal = 0; diagonal < 26; ++diagonal) {
      std::vector<int> codeword;
      for (int m = 0; m < 43; ++m) codeword.push_back(byte((44 * m + 43 * diagonal) % 1118, half));
      codeword.push_back(byte(1118 + diagonal, half));
      codeword.push_back(byte(1144 + diagonal, half));
      if (syndromes(codeword) != std::pair(0, 0)) ++bad.q;
    }
  }
  return bad;
}

inline std::vector<std::byte> random_bytes(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

}  // namespace discern::tests

#endif
