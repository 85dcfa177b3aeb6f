// SPDX-License-Identifier: Apache-2.0
// P and Q parity. ECMA-130 clause 14.6 and Annex A: bytes 12..2351 are 16-bit words, low bytes and
// high bytes coded apart, as an array of 26 rows and 43 columns with Q below it:
//
//    12..2075   rows 0..23    header, data, EDC (and the eight zeros of mode 1)
//  2076..2247   rows 24, 25   P: Reed-Solomon (26, 24) down each column
//  2248..2299                 Q: Reed-Solomon (45, 43) along each of 26 diagonals, first parity
//  2300..2351                 Q: second parity
//
// Byte k of P codeword p (0..85) stands at 12 + p + 86 k. Byte k < 43 of Q codeword q (0..51)
// stands at 12 + ((q & ~1) 43 + 88 k) mod 2236 + (q & 1); that is the word of row (q/2 + k) mod 26
// and column k. Q covers P, P does not cover Q.
//
// A codeword of n bytes d[k] holds when both its syndromes are zero:
//
//   S0 = sum of d[k]            S1 = sum of d[k] alpha^(n-1-k)
//
// The last two bytes are chosen to make it so: with S0 and S1 taken over the others,
// d[n-2] = (S0 + S1) / (alpha + 1) and d[n-1] = S0 + d[n-2].
#include "optical/parity.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "optical/galois.h"

namespace discern {
namespace {

constexpr std::size_t kCoded = 12;     // first byte of the array
constexpr std::size_t kRowBytes = 86;  // 43 words
constexpr std::size_t kDataRows = 24;  // and two of P
constexpr std::size_t kArray = 26 * kRowBytes;
constexpr std::size_t kColumns = 43;
constexpr std::size_t kFirstP = kCoded + kDataRows * kRowBytes;
constexpr std::size_t kFirstQ = kCoded + kArray;
constexpr std::size_t kHeaderEnd = 16;

// Syndromes side by side, by Horner's rule.
template <std::size_t kCount>
struct Syndromes {
  std::array<std::uint8_t, kCount> s0{};
  std::array<std::uint8_t, kCount> s1{};

  void add(std::size_t i, std::uint8_t value) {
    s0[i] ^= value;
    s1[i] = galois::times_alpha(s1[i]) ^ value;
  }
};

template <std::size_t kCount>
int bad(const std::array<std::uint8_t, kCount>& s0, const std::array<std::uint8_t, kCount>& s1) {
  int count = 0;
  for (std::size_t i = 0; i < kCount; ++i) count += (s0[i] | s1[i]) != 0 ? 1 : 0;
  return count;
}

// A copy costs less than a condition at each byte, which keeps the loops below from running in
// vectors.
class CodedBytes {
 public:
  CodedBytes(std::span<const std::byte, kRawSector> sector, HeaderBytes header) {
    std::memcpy(bytes_.data(), sector.data(), kRawSector);
    if (header == HeaderBytes::as_zeros)
      std::fill(bytes_.begin() + kCoded, bytes_.begin() + kHeaderEnd, std::uint8_t{0});
  }
  std::uint8_t operator[](std::size_t i) const { return bytes_[i]; }

 private:
  std::array<std::uint8_t, kRawSector> bytes_;
};

Syndromes<kParityP> p_syndromes(const CodedBytes& bytes, std::size_t rows) {
  Syndromes<kParityP> result;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t p = 0; p < kParityP; ++p) result.add(p, bytes[kCoded + row * kRowBytes + p]);
  }
  return result;
}

// Over the 43 bytes that are not Q themselves.
Syndromes<kParityQ> q_syndromes(const CodedBytes& bytes) {
  Syndromes<kParityQ> result;
  for (std::size_t k = 0; k < kColumns; ++k) {
    std::size_t word = k * (kRowBytes + 2) % kArray;
    for (std::size_t q = 0; q < kParityQ; q += 2) {
      result.add(q, bytes[kCoded + word]);
      result.add(q + 1, bytes[kCoded + word + 1]);
      word += kRowBytes;
      if (word >= kArray) word -= kArray;
    }
  }
  return result;
}

// With S0 and S1 of n - 2 bytes, S1 counted as if these were all (as add() leaves it).
template <std::size_t kCount>
void write_last_two(const Syndromes<kCount>& syndromes, std::span<std::byte> first,
                    std::span<std::byte> second) {
  constexpr std::uint8_t kAlphaSquared = galois::power(2);
  constexpr std::uint8_t kOneOverAlphaPlusOne = galois::inverse(galois::power(1) ^ 1);
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::uint8_t s0 = syndromes.s0[i];
    const std::uint8_t s1 = galois::product(syndromes.s1[i], kAlphaSquared);
    const std::uint8_t parity = galois::product(s0 ^ s1, kOneOverAlphaPlusOne);
    first[i] = std::byte{parity};
    second[i] = static_cast<std::byte>(s0 ^ parity);
  }
}

}  // namespace

ParitySyndromes parity_syndromes(std::span<const std::byte, kRawSector> sector,
                                 HeaderBytes header) {
  const CodedBytes bytes(sector, header);
  const Syndromes<kParityP> p = p_syndromes(bytes, kDataRows + 2);
  Syndromes<kParityQ> q = q_syndromes(bytes);
  for (std::size_t i = 0; i < kParityQ; ++i) {
    q.add(i, bytes[kFirstQ + i]);
    q.add(i, bytes[kFirstQ + kParityQ + i]);
  }
  return {p.s0, p.s1, q.s0, q.s1};
}

ParityCheck check_parity_portable(std::span<const std::byte, kRawSector> sector,
                                  HeaderBytes header) {
  const ParitySyndromes of = parity_syndromes(sector, header);
  return {bad(of.p0, of.p1), bad(of.q0, of.q1)};
}

void write_parity(std::span<std::byte, kRawSector> sector, HeaderBytes header) {
  write_last_two(p_syndromes(CodedBytes(sector, header), kDataRows),
                 sector.subspan(kFirstP, kParityP), sector.subspan(kFirstP + kParityP, kParityP));
  write_last_two(q_syndromes(CodedBytes(sector, header)), sector.subspan(kFirstQ, kParityQ),
                 sector.subspan(kFirstQ + kParityQ, kParityQ));
}

ParityCheck check_parity(std::span<const std::byte, kRawSector> sector, HeaderBytes header) {
  return parity_avx2_runs_here() ? check_parity_avx2(sector, header)
                                 : check_parity_portable(sector, header);
}

}  // namespace discern
