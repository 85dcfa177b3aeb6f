// SPDX-License-Identifier: Apache-2.0
// A scan is a sequence of MCUs: of blocks of 8 x 8 coefficients, one block when the scan has one
// component, else as many of each component as its sampling says. A block is coded as
//
//   sequential          DC: code of a size, as many bits; then AC: codes of 4 bits of run and 4 of
//                       size, each followed by the bits of the size; 00 ends the block, F0 is 16
//                       zeros
//   progressive, first  the same for the scan's band; sizes of 0 with a run below 15 end the band
//                       of 2^run blocks and more
//   progressive, later  a bit for each coefficient that is not zero already, new ones of size 1
//
// FF in the data is followed by 00. Every `restart interval` MCUs a marker RSTn begins anew. Wrong
// bytes lead to codes that do not exist, or to coefficients behind the 64th, mostly within a few
// hundred bytes; if they do not, the number of blocks is wrong at the end, as nothing else is.
// Sources: ITU-T T.81 A.2, F.2.2, G.1.2 and G.2.
#include "carve/jpeg_scan.h"

#include <algorithm>

#include "carve/validators.h"

namespace discern::jpeg {
namespace {

constexpr std::uint64_t kBlocksLimit = std::uint64_t{1} << 22;  // 256 megapixels
constexpr std::uint64_t kBlock = 8;

std::uint64_t divided_up(std::uint64_t value, std::uint64_t by) { return (value + by - 1) / by; }

}  // namespace

bool HuffmanTable::build(Bytes counts, Bytes values) {
  short_.fill(0);
  end_.fill(-1);
  values_.clear();
  std::int32_t code = 0;
  std::size_t place = 0;
  for (unsigned length = 1; length <= kLongest; ++length) {
    const auto count = std::to_integer<std::int32_t>(counts[length - 1]);
    if (code + count > (1 << length)) return false;
    shift_[length] = static_cast<std::int32_t>(place) - code;
    for (std::int32_t i = 0; i < count && length <= kShort; ++i) {
      const auto entry = static_cast<std::uint16_t>(
          length << 8 | std::to_integer<unsigned>(values[place + static_cast<std::size_t>(i)]));
      const auto first = static_cast<std::size_t>(code + i) << (kShort - length);
      std::fill_n(short_.begin() + static_cast<std::ptrdiff_t>(first), 1U << (kShort - length),
                  entry);
    }
    place += static_cast<std::size_t>(count);
    code += count;
    end_[length] = code;
    code *= 2;
  }
  for (const std::byte value : values.first(place))
    values_.push_back(std::to_integer<std::uint8_t>(value));
  return true;
}

bool take_huffman_tables(Bytes payload, Tables& tables) {
  constexpr std::size_t kCounts = 16;
  while (payload.size() > kCounts) {
    const auto head = std::to_integer<unsigned>(payload[0]);
    const Bytes counts = payload.subspan(1, kCounts);
    std::size_t values = 0;
    for (const std::byte count : counts) values += std::to_integer<std::size_t>(count);
    if (payload.size() < 1 + kCounts + values) return false;
    auto& table = (head >> 4 != 0 ? tables.ac : tables.dc)[head & 3];
    if (!table.build(counts, payload.subspan(1 + kCounts, values))) return false;
    payload = payload.subspan(1 + kCounts + values);
  }
  return true;
}

Coefficients coefficients_of(const Frame& frame, Candidate& candidate) {
  unsigned widest = 1;
  unsigned highest = 1;
  for (const Component& component : frame.components) {
    widest = std::max(widest, component.across);
    highest = std::max(highest, component.down);
  }
  const std::uint64_t mcus =
      divided_up(frame.width, kBlock * widest) * divided_up(frame.height, kBlock * highest);
  std::uint64_t blocks = 0;
  for (const Component& component : frame.components)
    blocks += mcus * component.across * component.down;
  if (blocks > kBlocksLimit || !candidate.spend(blocks)) return {};
  Coefficients coefficients;
  for (const Component& component : frame.components)
    coefficients.blocks.emplace_back(
        static_cast<std::size_t>(mcus * component.across * component.down));
  return coefficients;
}

std::optional<ScanDecoder> ScanDecoder::start(const Frame& frame, const Tables& tables,
                                              Bytes header, std::uint64_t data) {
  if (!frame.huffman || frame.height == 0) return std::nullopt;
  ScanDecoder scan;
  scan.progressive_ = frame.progressive;
  scan.precision_ = frame.precision;
  scan.next_ = data;
  const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>(header[i]); };
  const std::size_t count = byte(0);  // the header was found plausible
  if (frame.progressive) {
    scan.from_ = byte(1 + 2 * count);
    scan.to_ = byte(2 + 2 * count);
    scan.high_ = byte(3 + 2 * count) >> 4;
    if (scan.from_ > 0 && count != 1) return std::nullopt;
    if (scan.from_ == 0) scan.to_ = 0;
  }
  unsigned widest = 1;
  unsigned highest = 1;
  for (const Component& component : frame.components) {
    widest = std::max(widest, component.across);
    highest = std::max(highest, component.down);
  }
  const std::uint64_t mcus_across = divided_up(frame.width, kBlock * widest);
  const std::uint64_t mcus_down = divided_up(frame.height, kBlock * highest);
  std::uint64_t blocks = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto found = std::ranges::find(frame.components, byte(1 + 2 * i), &Component::id);
    Part part;
    part.component = static_cast<std::size_t>(found - frame.components.begin());
    part.dc = byte(2 + 2 * i) >> 4 & 3;
    part.ac = byte(2 + 2 * i) & 3;
    part.stride = mcus_across * found->across;
    if (count > 1) {
      part.across = found->across;
      part.down = found->down;
    } else {
      scan.across_ = divided_up(divided_up(frame.width * found->across, widest), kBlock);
      scan.count_ =
          scan.across_ * divided_up(divided_up(frame.height * found->down, highest), kBlock);
    }
    blocks += std::uint64_t{part.across} * part.down;
    const bool needs_dc = scan.from_ == 0 && scan.high_ == 0;
    const bool needs_ac = scan.to_ > 0;
    if ((needs_dc && !tables.dc[part.dc].built()) || (needs_ac && !tables.ac[part.ac].built()))
      return std::nullopt;
    scan.parts_.push_back(part);
  }
  if (count > 1) {
    scan.across_ = mcus_across;
    scan.count_ = mcus_across * mcus_down;
  }
  if (scan.count_ * blocks > kBlocksLimit) return std::nullopt;
  scan.until_restart_ = tables.restart_interval;
  return scan;
}

// Bytes come into the bits until these are at least 57, or the data end at a marker.
void ScanDecoder::fill(Candidate& candidate) {
  while (held_ <= 56 && !at_marker_ && !unreadable_) {
    if (window_.size() < 2) {
      const auto bytes = candidate.upto(next_, reach_);
      reach_ = std::min(reach_ * 2, kWindow);
      window_ = bytes.value_or(Bytes{});
      if (window_.empty()) {
        unreadable_ = true;
        break;
      }
    }
    const auto byte = std::to_integer<std::uint64_t>(window_[0]);
    std::size_t used = 1;
    if (byte == 0xFF) {
      if (window_.size() < 2) {
        unreadable_ = true;
        break;
      }
      if (window_[1] != std::byte{0}) {
        at_marker_ = true;
        break;
      }
      used = 2;
    }
    bits_ = bits_ << 8 | byte;
    held_ += 8;
    window_ = window_.subspan(used);
    next_ += used;
  }
  // What is not there reads as zeros; taking them is noticed by skip().
  while (held_ <= 48) {
    bits_ <<= 8;
    held_ += 8;
    lent_ += 8;
  }
}

std::uint32_t ScanDecoder::peek(Candidate& candidate, unsigned count) {
  if (held_ < count) fill(candidate);
  return static_cast<std::uint32_t>(bits_ >> (held_ - count) & ((std::uint64_t{1} << count) - 1));
}

// False when the data end before.
bool ScanDecoder::skip(Candidate& candidate, unsigned count) {
  if (held_ < count) fill(candidate);
  held_ -= count;
  return held_ >= lent_;
}

std::uint32_t ScanDecoder::take(Candidate& candidate, unsigned count) {
  if (count == 0) return 0;
  const std::uint32_t bits = peek(candidate, count);
  held_ -= count;
  return bits;
}

// The value of the next code; -1: there is none.
int ScanDecoder::code(Candidate& candidate, const HuffmanTable& table) {
  constexpr unsigned kShort = HuffmanTable::kShort;
  constexpr unsigned kLongest = HuffmanTable::kLongest;
  const std::uint32_t ahead = peek(candidate, kLongest);
  if (const std::uint16_t entry = table.short_[ahead >> (kLongest - kShort)]; entry != 0) {
    held_ -= entry >> 8;
    return entry & 0xFF;
  }
  for (unsigned length = kShort + 1; length <= kLongest; ++length) {
    const auto bits = static_cast<std::int32_t>(ahead >> (kLongest - length));
    if (bits >= table.end_[length]) continue;
    held_ -= length;
    const std::int32_t index = bits + table.shift_[length];
    const auto place = static_cast<std::size_t>(index);
    return place < table.values_.size() ? table.values_[place] : -1;
  }
  return -1;
}

bool ScanDecoder::first_pass(Candidate& candidate, const HuffmanTable& table, std::uint64_t* mask) {
  if (end_of_band_ > 0) {
    --end_of_band_;
    return true;
  }
  const unsigned largest = precision_ > 8 ? 14 : 10;
  for (unsigned at = std::max(from_, 1U); at <= to_;) {
    const int symbol = code(candidate, table);
    if (symbol < 0) return false;
    const unsigned run = static_cast<unsigned>(symbol) >> 4;
    const unsigned size = static_cast<unsigned>(symbol) & 15;
    if (size == 0) {
      if (run == 15) {
        at += 16;
        continue;
      }
      if (run == 0 && !progressive_) break;
      if (!progressive_) return false;
      end_of_band_ = (1U << run) - 1 + take(candidate, run);
      break;
    }
    at += run;
    if (at > to_ || size > largest) return false;
    if (mask) *mask |= std::uint64_t{1} << at;
    skip(candidate, size);
    ++at;
  }
  return true;
}

bool ScanDecoder::refine(Candidate& candidate, const HuffmanTable& table, std::uint64_t* mask) {
  unsigned at = from_;
  const auto known = [&] { return (*mask >> at & 1) != 0; };
  if (end_of_band_ == 0) {
    for (; at <= to_; ++at) {
      const int symbol = code(candidate, table);
      if (symbol < 0) return false;
      unsigned run = static_cast<unsigned>(symbol) >> 4;
      const unsigned size = static_cast<unsigned>(symbol) & 15;
      if (size > 1) return false;
      if (size == 0 && run < 15) {
        end_of_band_ = (1U << run) + take(candidate, run);
        break;
      }
      if (size == 1) take(candidate, 1);
      for (; at <= to_; ++at) {
        if (known())
          take(candidate, 1);
        else if (run-- == 0)
          break;
      }
      if (size == 1) {
        if (at > to_) return false;
        *mask |= std::uint64_t{1} << at;
      }
    }
  }
  if (end_of_band_ == 0) return true;
  for (; at <= to_; ++at)
    if (known()) take(candidate, 1);
  --end_of_band_;
  return true;
}

// False: no encoder writes that.
bool ScanDecoder::block(Candidate& candidate, const Tables& tables, const Part& part,
                        std::uint64_t* mask) {
  if (from_ == 0) {
    if (high_ > 0) {
      take(candidate, 1);
    } else {
      const int size = code(candidate, tables.dc[part.dc]);
      if (size < 0 || size > (precision_ > 8 ? 15 : 11)) return false;
      skip(candidate, static_cast<unsigned>(size));
    }
    if (to_ == 0) return true;
  }
  const HuffmanTable& table = tables.ac[part.ac];
  return high_ == 0 ? first_pass(candidate, table, mask) : refine(candidate, table, mask);
}

bool ScanDecoder::mcu(Candidate& candidate, const Tables& tables, Coefficients& coefficients) {
  const std::uint64_t row = done_ / across_;
  const std::uint64_t column = done_ % across_;
  for (const Part& part : parts_) {
    for (unsigned y = 0; y < part.down; ++y) {
      for (unsigned x = 0; x < part.across; ++x) {
        std::uint64_t* mask = nullptr;
        if (progressive_) {
          const std::uint64_t index =
              (row * part.down + y) * part.stride + column * part.across + x;
          auto& blocks = coefficients.blocks[part.component];
          if (index >= blocks.size()) return false;
          mask = &blocks[index];
        }
        if (!block(candidate, tables, part, mask)) return false;
      }
    }
  }
  return true;
}

// Steps over the restart marker, which comes next.
bool ScanDecoder::restart(Candidate& candidate) {
  // What is held beyond the last bits of a byte belongs to a block that is not there.
  if (held_ >= lent_ + 8) return false;
  constexpr std::uint64_t kFill = 16;
  const auto bytes = candidate.upto(next_, kFill);
  window_ = {};
  if (!bytes) {
    unreadable_ = true;
    return false;
  }
  const auto second =
      std::ranges::find_if(*bytes, [](std::byte byte) { return byte != std::byte{0xFF}; });
  if (second == bytes->begin() || second == bytes->end()) return false;
  const auto marker = std::to_integer<unsigned>(*second);
  if (marker < kRst0 || marker > kRst7) return false;
  out_of_turn_ |= marker != kRst0 + next_restart_;
  next_restart_ = (marker - kRst0 + 1U) % 8;
  next_ += static_cast<std::uint64_t>(second - bytes->begin()) + 1;
  held_ = lent_ = 0;
  at_marker_ = false;
  end_of_band_ = 0;
  return true;
}

ScanEnd ScanDecoder::run(Candidate& candidate, const Tables& tables, Coefficients& coefficients,
                         std::uint64_t pause) {
  window_ = {};
  reach_ = kFirstWindow;
  for (; done_ < count_; ++done_) {
    if (next_ >= pause) return ScanEnd::open;
    if (tables.restart_interval > 0) {
      if (until_restart_ == 0) {
        fill(candidate);
        if (!restart(candidate)) return unreadable_ ? ScanEnd::unreadable : ScanEnd::bad_code;
        until_restart_ = tables.restart_interval;
      }
      --until_restart_;
    }
    const bool good = mcu(candidate, tables, coefficients);
    if (held_ < lent_) return unreadable_ ? ScanEnd::unreadable : ScanEnd::early;
    if (!good) return ScanEnd::bad_code;
  }
  return ScanEnd::complete;
}

}  // namespace discern::jpeg
