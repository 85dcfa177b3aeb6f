// SPDX-License-Identifier: Apache-2.0
// Hexadecimal digits as bytes; to_hex() of digest.h goes the other way.
#ifndef DISCERN_DIGEST_HEX_H
#define DISCERN_DIGEST_HEX_H

#include <cstddef>
#include <span>
#include <string_view>

namespace discern {

// Of a digit in either case; -1 of any other character.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Fills `out` from twice as many digits. False, and `out` partly filled, when there are more or
// fewer of them or other characters.
constexpr bool from_hex(std::string_view hex, std::span<std::byte> out) {
  if (hex.size() != 2 * out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_digit(hex[2 * i]);
    const int low = hex_digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::byte>(high << 4 | low);
  }
  return true;
}

}  // namespace discern

#endif
