// SPDX-License-Identifier: Apache-2.0
// EDC: the 32-bit cyclic code of data sectors. ECMA-130 clause 14.3:
//
//   P(x) = (x^16 + x^15 + x^2 + 1) (x^16 + x^2 + x + 1)
//        = x^32 + x^31 + x^16 + x^15 + x^4 + x^3 + x + 1
//
// The least significant bit of each byte goes first, so a register shifted right holds x^31 in
// bit 0 and P(x) without x^32 reads 0xD8018001. The register starts at 0 and is not inverted at
// the end: a field of zeros has EDC 0. The EDC is stored little-endian behind what it covers:
//
//   mode 1     covers    0..2063   stands at 2064   (sync and header included)
//   XA form 1  covers   16..2071   stands at 2072
//   XA form 2  covers   16..2347   stands at 2348   (0: no EDC was made)
//
// Folding. Bytes loaded as a little-endian number are a polynomial with its highest power in bit
// 0. A 128-bit part that lies D bits before the end can be replaced, modulo P, by its 64-bit halves
// times x^D and x^(D+64) added D bits later. The carry-less product of a 64-bit half and a 32-bit
// constant shifted left by one comes out multiplied by x^32, so the constants are
// x^(D+32) mod P for the first half and x^(D-32) mod P for the second. What is left at the end, 16
// bytes with the same remainder, goes through the tables.
#include "optical/edc.h"

#include <array>
#include <boost/endian/conversion.hpp>

#include "discern/sector.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace discern {
namespace {

constexpr std::uint32_t kPolynomial = 0xD8018001;

constexpr std::uint32_t times_x(std::uint32_t value) {
  return (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
}

using Table = std::array<std::uint32_t, 256>;

// tables[k][b]: the register after byte b and then k zero bytes.
constexpr std::array<Table, 8> make_tables() {
  std::array<Table, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = times_x(value);
    tables[0][byte] = value;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}
constexpr std::array<Table, 8> kTables = make_tables();

}  // namespace

std::uint32_t edc_portable(Bytes bytes, std::uint32_t start) {
  std::uint32_t value = start;
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    const std::uint64_t next = boost::endian::load_little_u64(at) ^ value;
    value = kTables[7][next & 0xFF] ^ kTables[6][next >> 8 & 0xFF] ^ kTables[5][next >> 16 & 0xFF] ^
            kTables[4][next >> 24 & 0xFF] ^ kTables[3][next >> 32 & 0xFF] ^
            kTables[2][next >> 40 & 0xFF] ^ kTables[1][next >> 48 & 0xFF] ^ kTables[0][next >> 56];
  }
  for (; left > 0; --left, ++at) value = (value >> 8) ^ kTables[0][(value ^ *at) & 0xFF];
  return value;
}

#if defined(__x86_64__)

namespace {

// x^power mod P, shifted left by one as folding wants it.
consteval long long fold_constant(int power) {
  std::uint32_t value = 0x80000000;  // x^0
  for (int i = 0; i < power; ++i) value = times_x(value);
  const std::uint64_t shifted = std::uint64_t{value} << 1;
  return static_cast<long long>(shifted);
}

[[gnu::target("pclmul,sse4.1")]] __m128i load(const unsigned char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

// `value` moved on by the distance of `constants`, plus what stands there.
[[gnu::target("pclmul,sse4.1")]] __m128i fold(__m128i value, __m128i constants, __m128i there) {
  return _mm_xor_si128(there, _mm_xor_si128(_mm_clmulepi64_si128(value, constants, 0x00),
                                            _mm_clmulepi64_si128(value, constants, 0x11)));
}

}  // namespace

bool edc_folded_runs_here() {
  return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
}

[[gnu::target("pclmul,sse4.1")]] std::uint32_t edc_folded(Bytes bytes, std::uint32_t start) {
  if (bytes.size() < 64) return edc_portable(bytes, start);
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size() - 64;

  // Four parts side by side hide the latency of the multiplication.
  __m128i a = _mm_xor_si128(load(at), _mm_cvtsi32_si128(static_cast<int>(start)));
  __m128i b = load(at + 16);
  __m128i c = load(at + 32);
  __m128i d = load(at + 48);
  at += 64;
  const __m128i by_512 = _mm_set_epi64x(fold_constant(512 - 32), fold_constant(512 + 32));
  for (; left >= 64; left -= 64, at += 64) {
    a = fold(a, by_512, load(at));
    b = fold(b, by_512, load(at + 16));
    c = fold(c, by_512, load(at + 32));
    d = fold(d, by_512, load(at + 48));
  }

  const __m128i by_128 = _mm_set_epi64x(fold_constant(128 - 32), fold_constant(128 + 32));
  d = fold(fold(fold(a, by_128, b), by_128, c), by_128, d);
  for (; left >= 16; left -= 16, at += 16) d = fold(d, by_128, load(at));

  std::array<std::byte, 16> rest;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rest.data()), d);
  return edc_portable(bytes.last(left), edc_portable(rest, 0));
}

#else

bool edc_folded_runs_here() { return false; }
std::uint32_t edc_folded(Bytes bytes, std::uint32_t start) { return edc_portable(bytes, start); }

#endif

std::uint32_t edc(Bytes bytes, std::uint32_t start) {
  return edc_folded_runs_here() ? edc_folded(bytes, start) : edc_portable(bytes, start);
}

}  // namespace discern
