// SPDX-License-Identifier: Apache-2.0
// A sector's 96 symbols are four packs of 24 symbols of 6 bits:
//
//   0  mode (3 bits), item (3 bits)      1  instruction      2  2  parity Q over symbols 0..3
//   4 16 content                                             20  4  parity P over all symbols
//
// Both are Reed-Solomon codes over GF(2^6) with x^6+x+1 and the zeros 1, a, a^2, ...: the syndromes
// S_j = sum of symbol_i * a^(j*(n-1-i)) vanish, j = 0..1 for Q (n = 4), j = 0..3 for P (n = 24).
//
// On the disc symbols 1 and 18, 2 and 5, 3 and 23 change places, and the symbol at place p comes
// p mod 8 packs later. Drives deliver that as it is ("raw"), or undo it ("packed").
#include "optical/rw_packs.h"

#include <algorithm>

namespace discern {
namespace {

constexpr std::size_t kDelays = 8;

// Multiplication by a.
constexpr std::uint8_t times_alpha(std::uint8_t x) {
  return static_cast<std::uint8_t>((x << 1 & 0x3F) ^ ((x & 0x20) != 0 ? 3 : 0));
}

// Whether the first `roots` syndromes of `word` vanish.
bool is_codeword(std::span<const std::uint8_t> word, int roots) {
  for (int root = 0; root < roots; ++root) {
    std::uint8_t sum = 0;
    for (const std::uint8_t symbol : word) {
      for (int i = 0; i < root; ++i) sum = times_alpha(sum);
      sum ^= symbol;
    }
    if (sum != 0) return false;
  }
  return true;
}

constexpr std::array<std::uint8_t, kPackSymbols> kPlaces = [] {
  std::array<std::uint8_t, kPackSymbols> places{};
  for (std::uint8_t i = 0; i < kPackSymbols; ++i) places[i] = i;
  std::swap(places[1], places[18]);
  std::swap(places[2], places[5]);
  std::swap(places[3], places[23]);
  return places;
}();

// The pack that begins in held[0]; `held` has 8 packs.
RwPack in_order(std::span<const RwPack> held) {
  RwPack pack;
  for (std::size_t i = 0; i < kPackSymbols; ++i) pack[i] = held[kPlaces[i] % kDelays][kPlaces[i]];
  return pack;
}

bool has_content(const RwPack& pack) {
  return std::ranges::any_of(pack, [](std::uint8_t symbol) { return symbol != 0; });
}

}  // namespace

std::optional<RwSymbols> rw_symbols(Bytes stored, SubchannelForm form) {
  if (stored.size() < kRwSymbols || form == SubchannelForm::none || form == SubchannelForm::q16)
    return std::nullopt;
  RwSymbols symbols{};
  for (std::size_t i = 0; i < kRwSymbols; ++i) {
    if (form != SubchannelForm::planar) {
      symbols[i] = std::to_integer<std::uint8_t>(stored[i]) & 0x3F;
      continue;
    }
    for (std::size_t channel = 2; channel < 8; ++channel) {
      const auto byte = std::to_integer<unsigned>(stored[channel * 12 + i / 8]);
      symbols[i] =
          static_cast<std::uint8_t>(unsigned{symbols[i]} << 1U | (byte >> (7 - i % 8) & 1U));
    }
  }
  return symbols;
}

bool is_good_pack(const RwPack& pack) {
  return is_codeword(std::span(pack).first<4>(), 2) && is_codeword(pack, 4);
}

std::string_view kind_of_pack(const RwPack& pack) {
  switch (pack[0]) {
    case 0x08:
      return "line graphics";
    case 0x09:
      return "TV graphics (CD+G)";
    case 0x0A:
      return "extended TV graphics (CD+EG)";
    case 0x18:
      return "MIDI";
    case 0x38:
      return "user data";
    default:
      return {};
  }
}

void RwPackReader::add(const RwSymbols& sector, std::vector<RwPack>& packs) {
  for (std::size_t i = 0; i < kRwSymbols; i += kPackSymbols) {
    RwPack stored;
    std::copy_n(sector.begin() + static_cast<std::ptrdiff_t>(i), kPackSymbols, stored.begin());
    if (has_content(stored) && is_good_pack(stored)) packs.push_back(stored);
    held_.push_back(stored);
    if (held_.size() < kDelays) continue;
    const RwPack pack = in_order(held_);
    held_.erase(held_.begin());
    if (has_content(pack) && is_good_pack(pack)) packs.push_back(pack);
  }
}

}  // namespace discern
