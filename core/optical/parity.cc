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

#include <array>

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
  int bad() const {
    int count = 0;
    for (std::size_t i = 0; i < kCount; ++i) count += (s0[i] | s1[i]) != 0 ? 1 : 0;
    return count;
  }
};

class CodedBytes {
 public:
  CodedBytes(std::span<const std::byte, kRawSector> sector, HeaderBytes header)
      : sector_(sector), from_(header == HeaderBytes::as_zeros ? kHeaderEnd : kCoded) {}
  std::uint8_t operator[](std::size_t i) const {
    return i < from_ ? std::uint8_t{0} : std::to_integer<std::uint8_t>(sector_[i]);
  }

 private:
  std::span<const std::byte, kRawSector> sector_;
  std::size_t from_;
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
    for (std::size_t q = 0; q < kParityQ; ++q) {
      const std::size_t word = (q / 2 * kRowBytes + k * (kRowBytes + 2)) % kArray;
      result.add(q, bytes[kCoded + word + q % 2]);
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

ParityCheck check_parity_portable(std::span<const std::byte, kRawSector> sector,
                                  HeaderBytes header) {
  const CodedBytes bytes(sector, header);
  Syndromes<kParityQ> q = q_syndromes(bytes);
  for (std::size_t i = 0; i < kParityQ; ++i) {
    q.add(i, bytes[kFirstQ + i]);
    q.add(i, bytes[kFirstQ + kParityQ + i]);
  }
  return {p_syndromes(bytes, kDataRows + 2).bad(), q.bad()};
}

void write_parity(std::span<std::byte, kRawSector> sector, HeaderBytes header) {
  const CodedBytes bytes(sector, header);
  write_last_two(p_syndromes(bytes, kDataRows), sector.subspan(kFirstP, kParityP),
                 sector.subspan(kFirstP + kParityP, kParityP));
  write_last_two(q_syndromes(bytes), sector.subspan(kFirstQ, kParityQ),
                 sector.subspan(kFirstQ + kParityQ, kParityQ));
}

ParityCheck check_parity(std::span<const std::byte, kRawSector> sector, HeaderBytes header) {
  return parity_avx2_runs_here() ? check_parity_avx2(sector, header)
                                 : check_parity_portable(sector, header);
}

}  // namespace discern
