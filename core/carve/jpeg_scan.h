// SPDX-License-Identifier: Apache-2.0
// Decodes the entropy-coded data of JPEG scans, as far as it takes to know whether they are right:
// codes and positions of coefficients, not their values.
#ifndef DISCERN_CARVE_JPEG_SCAN_H
#define DISCERN_CARVE_JPEG_SCAN_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "carve/jpeg_segments.h"
#include "discern/carve.h"

namespace discern::jpeg {

// Canonical Huffman codes, the shortest of them by a table (T.81 annex C and F.2.2.3).
class HuffmanTable {
 public:
  // 16 counts of codes by length, then their values. False when there are more codes than lengths
  // have room for.
  bool build(Bytes counts, Bytes values);
  bool built() const { return !values_.empty(); }

 private:
  friend class ScanDecoder;
  static constexpr unsigned kShort = 9;
  static constexpr unsigned kLongest = 16;
  std::array<std::uint16_t, 1U << kShort> short_ = {};  // length << 8 | value; 0: a longer code
  std::array<std::int32_t, kLongest + 2> end_ = {};     // behind the last code of a length
  std::array<std::int32_t, kLongest + 2> shift_ = {};   // from a code to the place of its value
  std::vector<std::uint8_t> values_ = {};
};

struct Tables {
  std::array<HuffmanTable, 4> dc = {};
  std::array<HuffmanTable, 4> ac = {};
  std::uint32_t restart_interval = 0;  // MCUs; 0: none
};
// Takes in the payload of a DHT segment that plausible_tables() accepted.
bool take_huffman_tables(Bytes payload, Tables& tables);

// For each block of a progressive image, which of its coefficients are not zero.
struct Coefficients {
  std::vector<std::vector<std::uint64_t>> blocks = {};  // by component
};

// Empty when there are too many blocks, or the candidate's budget does not suffice.
Coefficients coefficients_of(const Frame& frame, Candidate& candidate);

enum class ScanEnd {
  open,       // paused
  complete,   // all blocks are there
  bad_code,   // bits that no encoder writes
  early,      // a marker stands before the last block
  unreadable  // a read delivered nothing, or the budget is spent
};

// One scan. Copying it copies where it stands: a copy goes on over another candidate whose bytes
// are the same up to there.
class ScanDecoder {
 public:
  // Nothing when the scan is of a kind that is not decoded (arithmetic, lossless, height unknown,
  // tables missing, too many blocks).
  static std::optional<ScanDecoder> start(const Frame& frame, const Tables& tables, Bytes header,
                                          std::uint64_t data);
  // Decodes until the end, or until the byte at `pause` is about to be looked at.
  ScanEnd run(Candidate& candidate, const Tables& tables, Coefficients& coefficients,
              std::uint64_t pause = UINT64_MAX);
  // About where it stands: the byte that holds the next bit.
  std::uint64_t offset() const { return next_ - (held_ - std::min(held_, lent_)) / 8; }
  // Restart markers did not come in turn.
  bool out_of_turn() const { return out_of_turn_; }

 private:
  struct Part {
    std::size_t component = 0;  // in the frame
    unsigned dc = 0;
    unsigned ac = 0;
    unsigned across = 1;  // blocks of a MCU
    unsigned down = 1;
    std::uint64_t stride = 0;  // blocks of a row of the component
  };
  void fill(Candidate& candidate);
  std::uint32_t peek(Candidate& candidate, unsigned count);
  bool skip(Candidate& candidate, unsigned count);
  std::uint32_t take(Candidate& candidate, unsigned count);
  int code(Candidate& candidate, const HuffmanTable& table);
  bool mcu(Candidate& candidate, const Tables& tables, Coefficients& coefficients);
  bool block(Candidate& candidate, const Tables& tables, const Part& part, std::uint64_t* mask);
  bool first_pass(Candidate& candidate, const HuffmanTable& table, std::uint64_t* mask);
  bool refine(Candidate& candidate, const HuffmanTable& table, std::uint64_t* mask);
  bool restart(Candidate& candidate);

  bool progressive_ = false;
  unsigned precision_ = 8;
  unsigned from_ = 0;  // coefficients of the scan
  unsigned to_ = 63;
  unsigned high_ = 0;  // bit of the pass before
  std::vector<Part> parts_ = {};
  std::uint64_t across_ = 0;  // MCUs
  std::uint64_t count_ = 0;
  std::uint64_t done_ = 0;
  std::uint32_t until_restart_ = 0;
  unsigned next_restart_ = 0;
  bool out_of_turn_ = false;
  std::uint32_t end_of_band_ = 0;  // blocks that have no more coefficients

  Bytes window_ = {};  // of the candidate, from next_ on
  std::uint64_t next_ = 0;
  std::uint64_t reach_ = 0;  // bytes to ask for next
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
  unsigned lent_ = 0;  // of the bits held, those that stand for what is not there
  bool at_marker_ = false;
  bool unreadable_ = false;
};

}  // namespace discern::jpeg

#endif
