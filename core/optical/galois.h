// SPDX-License-Identifier: Apache-2.0
// The field GF(2^8) of P and Q: x^8 + x^4 + x^3 + x^2 + 1, alpha = x. ECMA-130 Annex A.
#ifndef DISCERN_OPTICAL_GALOIS_H
#define DISCERN_OPTICAL_GALOIS_H

#include <cstdint>

namespace discern::galois {

constexpr std::uint8_t times_alpha(std::uint8_t value) {
  return static_cast<std::uint8_t>(value << 1 ^ ((value & 0x80) != 0 ? 0x1D : 0));
}

constexpr std::uint8_t product(std::uint8_t a, std::uint8_t b) {
  std::uint8_t sum = 0;
  for (int bit = 7; bit >= 0; --bit) {
    sum = times_alpha(sum);
    if ((b >> bit & 1) != 0) sum ^= a;
  }
  return sum;
}

// alpha^power; alpha has order 255, so negative powers wrap.
constexpr std::uint8_t power(int exponent) {
  std::uint8_t value = 1;
  for (int i = (exponent % 255 + 255) % 255; i > 0; --i) value = times_alpha(value);
  return value;
}

constexpr std::uint8_t inverse(std::uint8_t value) {
  std::uint8_t result = 1;  // value^254
  for (int i = 0; i < 254; ++i) result = product(result, value);
  return result;
}

}  // namespace discern::galois

#endif
