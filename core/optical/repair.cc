// SPDX-License-Identifier: Apache-2.0
// Correcting a sector by its P and Q parity (layout and syndromes: parity.cc). ECMA-130 Annex A
// gives the code, not how to decode it; this is how.
//
// Each codeword has two syndromes, so it corrects one wrong byte at an unknown place
//
//   n-1-k = log S1 - log S0,  value S0
//
// or two at known places a and b, with X = alpha^(n-1-k):
//
//   e_a = (S1 + S0 X_b) / (X_a + X_b),  e_b = S0 + e_a
//
// A codeword with more wrong bytes points at some byte, too, in one of ten cases for P and one of
// six for Q. Every byte of the array lies in a P and in a Q codeword, so each points out the
// other's mistakes: what both say goes first, then what one says of a byte whose other codeword is
// bad, and when nothing is left that way, the bytes where bad codewords cross are taken as the
// wrong ones.
//
// Where that fails, runs of a filler and each run of two rows are tried as the wrong ones. Bytes
// known to be doubtful are solved codeword by codeword where there are two or less; what is left
// then is one system of linear equations over all codewords, with a unique solution for almost any
// 250 bytes. Whatever was done, the sector counts only when its EDC and all codewords hold in the
// end.
#include <algorithm>
#include <bitset>
#include <cstring>
#include <utility>

#include "discern/sector.h"
#include "optical/galois_logs.h"
#include "optical/header.h"
#include "optical/parity.h"

namespace discern {
namespace {

using galois::over;
using galois::times;

constexpr std::size_t kFirst = 12;  // of the coded bytes
constexpr std::size_t kFirstQ = 2248;
constexpr std::size_t kRow = 86;
constexpr std::size_t kRows = 26;
constexpr std::size_t kColumns = 43;
constexpr std::size_t kWords = kParityP + kParityQ;
constexpr std::size_t kMostUnknowns = 2 * kWords;
// Rounds of corrections; each makes some codewords good, and the worst of sectors took 9.
constexpr int kMostRounds = 32;

// Codewords are numbered 0..85 (P), 86..137 (Q).
constexpr bool is_q(std::size_t word) { return word >= kParityP; }
constexpr std::size_t length_of(std::size_t word) { return is_q(word) ? 45 : 26; }

constexpr std::size_t byte_at(std::size_t word, std::size_t k) {
  if (!is_q(word)) return kFirst + word + kRow * k;
  const std::size_t q = word - kParityP;
  if (k >= kColumns) return kFirstQ + (k - kColumns) * kParityQ + q;
  return kFirst + (q / 2 * kRow + k * (kRow + 2)) % (kRows * kRow) + q % 2;
}

// Where a byte stands in its codewords. Q parity has no P.
struct Membership {
  std::uint8_t p = 0;
  std::uint8_t p_place = 0;
  std::uint8_t q = 0;  // number of the codeword
  std::uint8_t q_place = 0;
};

constexpr bool has_p(std::size_t byte) { return byte < kFirstQ; }

constexpr auto kMemberships = [] {
  std::array<Membership, kRawSector> of{};
  for (std::size_t word = 0; word < kWords; ++word) {
    for (std::size_t k = 0; k < length_of(word); ++k) {
      Membership& member = of[byte_at(word, k)];
      (is_q(word) ? member.q : member.p) = static_cast<std::uint8_t>(word);
      (is_q(word) ? member.q_place : member.p_place) = static_cast<std::uint8_t>(k);
    }
  }
  return of;
}();

std::uint8_t weight(std::size_t word, std::size_t k) {
  return galois::kLogs.exp[length_of(word) - 1 - k];
}

struct Syndrome {
  std::uint8_t s0 = 0;
  std::uint8_t s1 = 0;
  bool clean() const { return (s0 | s1) == 0; }
};

struct Correction {
  std::size_t byte = 0;
  std::uint8_t value = 0;
  bool operator==(const Correction&) const = default;
};

class Decoder {
 public:
  using Suspects = std::bitset<kRawSector>;

  Decoder(std::span<const std::byte, kRawSector> sector, HeaderBytes header) {
    std::memcpy(bytes_.data(), sector.data(), kRawSector);
    if (header == HeaderBytes::as_zeros) std::fill_n(bytes_.begin() + 12, 4, std::uint8_t{0});
    const ParitySyndromes of = parity_syndromes(sector, header);
    for (std::size_t i = 0; i < kParityP; ++i) words_[i] = {of.p0[i], of.p1[i]};
    for (std::size_t i = 0; i < kParityQ; ++i) words_[kParityP + i] = {of.q0[i], of.q1[i]};
  }

  bool clean() const {
    return std::all_of(words_.begin(), words_.end(), [](const Syndrome& s) { return s.clean(); });
  }

  // In which order the opinions of codewords are heard. None is best for all damage; a sector that
  // one of them cannot repair is tried with the next.
  enum class Order { careful, crossings_first, simple };
  static constexpr std::array kOrders = {Order::careful, Order::crossings_first, Order::simple};

  void find_errors(Order order) {
    for (int round = 0; round < kMostRounds && !clean(); ++round) {
      const bool by_q = round % 2 != 0;
      if (order != Order::simple) {
        if (correct_confirmed()) continue;
        if (order == Order::crossings_first && solve_crossed_words()) continue;
        if (correct_pointed_out(false, true) || correct_pointed_out(true, true)) continue;
        if (order == Order::careful && solve_crossed_words()) continue;
      }
      if (!correct_pointed_out(by_q, false) && !correct_pointed_out(!by_q, false)) break;
    }
  }

  void solve_crossings() {
    Suspects crossings;
    for (std::size_t byte = kFirst; byte < kFirstQ; ++byte)
      crossings[byte] =
          !words_[kMemberships[byte].p].clean() && !words_[kMemberships[byte].q].clean();
    solve(crossings);
  }

  void solve(const Suspects& suspects) {
    suspects_ = suspects;
    while (solve_suspected_words()) {
    }
    solve_system();
  }

  // The sector with the changes, the header left out where the parity leaves it out.
  const std::array<std::uint8_t, kRawSector>& bytes() const { return bytes_; }
  const std::vector<std::pair<std::size_t, std::size_t>>& changes() const { return changes_; }

 private:
  void change(Correction correction, std::size_t word) {
    const Membership& member = kMemberships[correction.byte];
    bytes_[correction.byte] ^= correction.value;
    add(member.q, member.q_place, correction.value);
    if (has_p(correction.byte)) add(member.p, member.p_place, correction.value);
    changes_.emplace_back(correction.byte, word);
  }
  void add(std::size_t word, std::size_t k, std::uint8_t value) {
    words_[word].s0 ^= value;
    words_[word].s1 ^= times(value, weight(word, k));
  }

  // What a codeword would correct if only one of its bytes were wrong.
  std::optional<Correction> pointed_out_by(std::size_t word) const {
    const Syndrome& of = words_[word];
    if (of.s0 == 0 || of.s1 == 0) return std::nullopt;
    const std::size_t from_end =
        (std::size_t{255} + galois::kLogs.log[of.s1] - galois::kLogs.log[of.s0]) % 255;
    if (from_end >= length_of(word)) return std::nullopt;
    return Correction{byte_at(word, length_of(word) - 1 - from_end), of.s0};
  }

  bool correct_confirmed() {
    bool changed = false;
    for (std::size_t word = 0; word < kParityP; ++word) {
      const auto found = pointed_out_by(word);
      if (!found || pointed_out_by(kMemberships[found->byte].q) != found) continue;
      change(*found, word);
      changed = true;
    }
    return changed;
  }

  // By P codewords, or by Q. Parity of Q has no second opinion: it waits until P is clean.
  bool correct_pointed_out(bool by_q, bool believable_only) {
    const bool p_holds = p_clean();
    bool changed = false;
    for (std::size_t word = by_q ? kParityP : 0; word < (by_q ? kWords : kParityP); ++word) {
      const auto found = pointed_out_by(word);
      if (!found) continue;
      const Membership& member = kMemberships[found->byte];
      const bool believable = !has_p(found->byte) ? p_holds
                              : by_q              ? !words_[member.p].clean()
                                                  : !words_[member.q].clean();
      if (believable_only && !believable) continue;
      change(*found, word);
      changed = true;
    }
    return changed;
  }

  // Up to two places of a codeword that a test picks out; nothing when there are more, or none.
  struct Places {
    std::array<std::size_t, 2> k{};
    std::size_t count = 0;
  };
  template <class Picks>
  static std::optional<Places> places_in(std::size_t word, Picks picks) {
    Places places;
    for (std::size_t k = 0; k < length_of(word); ++k) {
      if (!picks(byte_at(word, k))) continue;
      if (places.count == 2) return std::nullopt;
      places.k[places.count++] = k;
    }
    if (places.count == 0) return std::nullopt;
    return places;
  }

  // Makes a codeword hold by the bytes at its places alone. False when one byte does not do.
  bool solve_word(std::size_t word, const Places& places) {
    const Syndrome of = words_[word];
    const std::uint8_t x_a = weight(word, places.k[0]);
    if (places.count == 1) {
      if (of.s1 != times(of.s0, x_a)) return false;  // something else is wrong here
      settle(byte_at(word, places.k[0]), of.s0, word);
      return true;
    }
    const std::uint8_t x_b = weight(word, places.k[1]);
    const std::uint8_t e_a = over(of.s1 ^ times(of.s0, x_b), x_a ^ x_b);
    settle(byte_at(word, places.k[0]), e_a, word);
    settle(byte_at(word, places.k[1]), of.s0 ^ e_a, word);
    return true;
  }

  bool p_clean() const {
    return std::all_of(words_.begin(), words_.begin() + kParityP,
                       [](const Syndrome& s) { return s.clean(); });
  }

  // Bad codewords of which one or two bytes lie in another bad codeword. When all of P holds, it is
  // the two bytes of Q parity.
  bool solve_crossed_words() {
    const bool only_q = p_clean();
    bool changed = false;
    for (std::size_t word = 0; word < kWords; ++word) {
      if (words_[word].clean()) continue;
      const auto places = places_in(word, [&](std::size_t byte) {
        const Membership& member = kMemberships[byte];
        if (!has_p(byte)) return only_q;
        return !words_[is_q(word) ? member.p : member.q].clean();
      });
      changed |= places && solve_word(word, *places);
    }
    return changed;
  }

  // Codewords with one or two suspects. False when there were none.
  bool solve_suspected_words() {
    bool changed = false;
    for (std::size_t word = 0; word < kWords; ++word) {
      const auto places = places_in(word, [&](std::size_t byte) { return suspects_[byte]; });
      changed |= places && solve_word(word, *places);
    }
    return changed;
  }
  void settle(std::size_t byte, std::uint8_t value, std::size_t word) {
    suspects_[byte] = false;
    if (value != 0) change({byte, value}, word);
  }

  // All suspects that are left, as unknowns of two equations for each codeword they are in.
  void solve_system() {
    std::vector<std::size_t> unknowns;
    for (std::size_t byte = kFirst; byte < kRawSector; ++byte)
      if (suspects_[byte]) unknowns.push_back(byte);
    if (unknowns.empty() || unknowns.size() > kMostUnknowns) return;
    std::vector<Row> rows(2 * kWords, Row(unknowns.size() + 1));
    for (std::size_t i = 0; i < unknowns.size(); ++i) {
      const Membership& member = kMemberships[unknowns[i]];
      enter(rows, member.q, member.q_place, i);
      if (has_p(unknowns[i])) enter(rows, member.p, member.p_place, i);
    }
    for (std::size_t word = 0; word < kWords; ++word) {
      rows[2 * word].back() = words_[word].s0;
      rows[2 * word + 1].back() = words_[word].s1;
    }
    if (!eliminate(rows, unknowns.size())) return;
    for (std::size_t i = 0; i < unknowns.size(); ++i) settle(unknowns[i], rows[i].back(), kWords);
  }

  using Row = std::vector<std::uint8_t>;
  static void enter(std::vector<Row>& rows, std::size_t word, std::size_t k, std::size_t unknown) {
    rows[2 * word][unknown] = 1;
    rows[2 * word + 1][unknown] = weight(word, k);
  }

  // Gauss-Jordan: afterwards row i holds the value of unknown i in its last column. False when the
  // solution is not unique.
  static bool eliminate(std::vector<Row>& rows, std::size_t unknowns) {
    for (std::size_t i = 0; i < unknowns; ++i) {
      const auto pivot = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(i), rows.end(),
                                      [&](const Row& row) { return row[i] != 0; });
      if (pivot == rows.end()) return false;
      std::swap(rows[i], *pivot);
      const std::uint8_t first = rows[i][i];
      for (std::size_t j = i; j <= unknowns; ++j) rows[i][j] = over(rows[i][j], first);
      for (std::size_t other = 0; other < rows.size(); ++other) {
        const std::uint8_t factor = rows[other][i];
        if (other == i || factor == 0) continue;
        for (std::size_t j = i; j <= unknowns; ++j) rows[other][j] ^= times(factor, rows[i][j]);
      }
    }
    return true;
  }

  std::array<std::uint8_t, kRawSector> bytes_{};
  std::array<Syndrome, kWords> words_{};
  Suspects suspects_;
  std::vector<std::pair<std::size_t, std::size_t>> changes_;  // byte, codeword
};

std::string name_of_word(std::size_t word) {
  if (word == kWords) return "system";
  return is_q(word) ? "Q " + std::to_string(word - kParityP) : "P " + std::to_string(word);
}

// The corrected sector when it is good, header bytes that the parity leaves out as they were.
std::optional<RawSector> accepted(std::span<const std::byte, kRawSector> before,
                                  const Decoder& decoder, HeaderBytes header) {
  if (!decoder.clean()) return std::nullopt;
  RawSector sector;
  std::memcpy(sector.data(), decoder.bytes().data(), kRawSector);
  if (header == HeaderBytes::as_zeros) std::copy_n(before.begin() + 12, 4, sector.begin() + 12);
  const SectorCheck check = check_sector(sector);
  const SectorMode wanted =
      header == HeaderBytes::as_zeros ? SectorMode::mode2_form1 : SectorMode::mode1;
  if (check.mode != wanted || !check.sync_ok || check.edc != Check::good ||
      check.ecc_p != Check::good || check.ecc_q != Check::good)
    return std::nullopt;
  return sector;
}

struct Attempt {
  RawSector sector;
  Decoder decoder;
};

// Sets of bytes that may be fillers, small enough to be solved.
std::vector<Decoder::Suspects> fills_of(std::span<const std::byte, kRawSector> sector) {
  constexpr std::size_t kShortest = 24;
  constexpr std::array kFillers = {std::byte{0x55}, std::byte{0x00}, std::byte{0xFF}};
  std::array<Decoder::Suspects, kFillers.size()> by_value;
  std::vector<Decoder::Suspects> sets;
  for (std::size_t at = kFirst; at < kRawSector;) {
    std::size_t end = at + 1;
    while (end < kRawSector && sector[end] == sector[at]) ++end;
    if (end - at >= kShortest) {
      Decoder::Suspects run;
      for (std::size_t i = at; i < end; ++i) run[i] = true;
      for (std::size_t i = 0; i < kFillers.size(); ++i)
        if (sector[at] == kFillers[i]) by_value[i] |= run;
      if (run.count() <= kMostUnknowns) sets.push_back(run);
    }
    at = end;
  }
  for (const Decoder::Suspects& all : by_value)
    if (all.any() && all.count() <= kMostUnknowns) sets.push_back(all);
  return sets;
}

std::optional<Attempt> attempt(std::span<const std::byte, kRawSector> sector, HeaderBytes header,
                               const Decoder::Suspects& suspects) {
  const Decoder fresh(sector, header);
  const auto tried = [&](Decoder decoder, auto step) -> std::optional<Attempt> {
    step(decoder);
    auto good = accepted(sector, decoder, header);
    if (!good) return std::nullopt;
    return Attempt{*good, std::move(decoder)};
  };
  if (suspects.any())
    if (auto done = tried(fresh, [&](Decoder& decoder) { decoder.solve(suspects); })) return done;
  for (const Decoder::Order order : Decoder::kOrders)
    if (auto done = tried(fresh, [&](Decoder& decoder) { decoder.find_errors(order); }))
      return done;
  const auto cross = [](Decoder& decoder) {
    decoder.find_errors(Decoder::Order::careful);
    decoder.solve_crossings();
  };
  if (auto done = tried(fresh, cross)) return done;
  // Runs of one byte value stand where a drive or a program had nothing to write: one of them, or
  // all of a usual filler.
  for (const Decoder::Suspects& fill : fills_of(sector))
    if (auto done = tried(fresh, [&](Decoder& decoder) { decoder.solve(fill | suspects); }))
      return done;
  // One run of wrong bytes, as scratches and torn writes leave, wherever it may lie: any two rows
  // of the array are two bytes of each P codeword.
  for (std::size_t start = kFirst; start + kRow < kRawSector; start += kRow / 2) {
    Decoder::Suspects run;
    for (std::size_t i = start; i < std::min(start + 2 * kRow, kRawSector); ++i) run[i] = true;
    if (auto done = tried(fresh, [&](Decoder& decoder) { decoder.solve(run); })) return done;
  }
  return std::nullopt;
}

// Form 2 has no parity, but where it is filled with zeros, most codewords would hold by chance.
bool is_form2(std::span<const std::byte, kRawSector> sector) {
  constexpr std::byte kForm2{0x20};  // of the submode, which stands there twice
  return (sector[18] & sector[22] & kForm2) != std::byte{0} &&
         std::equal(sector.begin() + 16, sector.begin() + 20, sector.begin() + 20) &&
         (sector[15] & std::byte{0x1F}) == std::byte{2};
}

// Every byte once, with the codeword that changed it last.
std::vector<ByteChange> changes_between(std::span<const std::byte, kRawSector> before,
                                        const Attempt& after) {
  std::array<std::size_t, kRawSector> word_of{};
  for (const auto& [byte, word] : after.decoder.changes()) word_of[byte] = word;
  std::vector<ByteChange> changes;
  for (std::size_t i = 0; i < kRawSector; ++i) {
    if (before[i] == after.sector[i]) continue;
    changes.push_back({static_cast<std::uint16_t>(i), before[i], after.sector[i],
                       i < kFirst ? "sync" : name_of_word(word_of[i])});
  }
  return changes;
}

}  // namespace

std::optional<std::vector<ByteChange>> repair_sector(std::span<std::byte, kRawSector> sector,
                                                     std::span<const std::uint16_t> suspects) {
  if (is_form2(sector)) return std::nullopt;
  Decoder::Suspects suspected;
  for (const std::uint16_t offset : suspects)
    if (offset >= kFirst && offset < kRawSector) suspected[offset] = true;
  // Sync is in no codeword, but every sector's is the same.
  RawSector synced;
  std::copy(sector.begin(), sector.end(), synced.begin());
  std::copy(kSync.begin(), kSync.end(), synced.begin());

  // The mode byte may be wrong itself: the kind of parity that fits better goes first.
  const auto bad = [&](HeaderBytes header) {
    const ParityCheck check = check_parity(synced, header);
    return check.p_bad + check.q_bad;
  };
  const bool form1_first = bad(HeaderBytes::as_zeros) < bad(HeaderBytes::as_read);
  for (const bool form1 : {form1_first, !form1_first}) {
    const auto done =
        attempt(synced, form1 ? HeaderBytes::as_zeros : HeaderBytes::as_read, suspected);
    if (!done) continue;
    auto changes = changes_between(sector, *done);
    std::copy(done->sector.begin(), done->sector.end(), sector.begin());
    return changes;
  }
  return std::nullopt;
}

}  // namespace discern
