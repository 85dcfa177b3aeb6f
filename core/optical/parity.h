// SPDX-License-Identifier: Apache-2.0
// P and Q parity of a whole sector: how many codewords hold, and writing them.
#ifndef DISCERN_OPTICAL_PARITY_H
#define DISCERN_OPTICAL_PARITY_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "discern/sector.h"

namespace discern {

inline constexpr int kParityP = 86;  // codewords
inline constexpr int kParityQ = 52;

// Mode 1 codes the header as it stands; XA form 1 counts its four bytes as zeros.
enum class HeaderBytes { as_read, as_zeros };

struct ParityCheck {
  int p_bad = 0;  // codewords with a non-zero syndrome
  int q_bad = 0;
  bool operator==(const ParityCheck&) const = default;
};

// Both syndromes of every codeword (S0 and S1 as in parity.cc); zero in those that hold.
struct ParitySyndromes {
  std::array<std::uint8_t, kParityP> p0{};
  std::array<std::uint8_t, kParityP> p1{};
  std::array<std::uint8_t, kParityQ> q0{};
  std::array<std::uint8_t, kParityQ> q1{};
};
ParitySyndromes parity_syndromes(std::span<const std::byte, kRawSector> sector, HeaderBytes header);

ParityCheck check_parity(std::span<const std::byte, kRawSector> sector, HeaderBytes header);

// The two ways of check_parity(), for tests to compare. The second needs AVX2.
ParityCheck check_parity_portable(std::span<const std::byte, kRawSector> sector,
                                  HeaderBytes header);
ParityCheck check_parity_avx2(std::span<const std::byte, kRawSector> sector, HeaderBytes header);
bool parity_avx2_runs_here();

// Sets bytes 2076..2351 from bytes 12..2075.
void write_parity(std::span<std::byte, kRawSector> sector, HeaderBytes header);

}  // namespace discern

#endif
