// SPDX-License-Identifier: Apache-2.0
// Products and quotients in GF(2^8) by logarithms.
#ifndef DISCERN_OPTICAL_GALOIS_LOGS_H
#define DISCERN_OPTICAL_GALOIS_LOGS_H

#include <array>
#include <cstddef>
#include <cstdint>

#include "optical/galois.h"

namespace discern::galois {

struct Logs {
  std::array<std::uint8_t, 510> exp{};  // alpha^i; twice around, so that sums need no modulo
  std::array<std::uint8_t, 256> log{};  // log[0] means nothing

  constexpr Logs() {
    std::uint8_t value = 1;
    for (std::size_t i = 0; i < 255; ++i) {
      exp[i] = exp[i + 255] = value;
      log[value] = static_cast<std::uint8_t>(i);
      value = times_alpha(value);
    }
  }
};
inline constexpr Logs kLogs;

inline std::uint8_t times(std::uint8_t a, std::uint8_t b) {
  if (a == 0 || b == 0) return 0;
  return kLogs.exp[std::size_t{kLogs.log[a]} + kLogs.log[b]];
}

// `b` is not 0.
inline std::uint8_t over(std::uint8_t a, std::uint8_t b) {
  if (a == 0) return 0;
  return kLogs.exp[std::size_t{255} + kLogs.log[a] - kLogs.log[b]];
}

}  // namespace discern::galois

#endif
