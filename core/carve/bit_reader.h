// SPDX-License-Identifier: Apache-2.0
// Bits of a candidate, the highest of a byte first.
#ifndef DISCERN_CARVE_BIT_READER_H
#define DISCERN_CARVE_BIT_READER_H

#include <cstdint>

#include "carve/validators.h"

namespace discern {

// A failing read makes this and all further ones deliver 0, and failed() true.
class BitReader {
 public:
  BitReader(Candidate& candidate, std::uint64_t offset) : candidate_(candidate), next_(offset) {}

  // Up to 32 bits.
  std::uint32_t take(unsigned count) {
    while (held_ < count) fill();
    held_ -= count;
    return static_cast<std::uint32_t>(bits_ >> held_ & ((std::uint64_t{1} << count) - 1));
  }
  // Zeros before the next one, which is taken as well.
  std::uint64_t take_zeros() {
    std::uint64_t zeros = 0;
    while (!failed_ && take(1) == 0) ++zeros;
    return zeros;
  }
  void align() { held_ -= held_ % 8; }
  bool failed() const { return failed_; }
  // Of the byte that holds the next bit.
  std::uint64_t offset() const { return next_ - held_ / 8; }

 private:
  void fill() {
    if (at_ >= window_.size() && !failed_) {
      const auto bytes = candidate_.upto(next_, kPiece);
      failed_ = !bytes;
      window_ = bytes.value_or(Bytes{});
      at_ = 0;
    }
    const auto byte = failed_ ? 0 : std::to_integer<std::uint64_t>(window_[at_++]);
    bits_ = bits_ << 8 | byte;
    held_ += 8;
    if (!failed_) ++next_;
  }

  static constexpr std::uint64_t kPiece = 4096;
  Candidate& candidate_;
  Bytes window_ = {};  // the candidate must not be read otherwise meanwhile
  std::size_t at_ = 0;
  std::uint64_t next_;  // offset of the byte that comes into `bits_` next
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
  bool failed_ = false;
};

}  // namespace discern

#endif
