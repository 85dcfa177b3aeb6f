// SPDX-License-Identifier: Apache-2.0
// FLAC: "fLaC", metadata blocks, frames.
//
//   metadata  last one (1 bit), kind (7 bits; 0 STREAMINFO, the first), length (3 bytes), data
//   frame     sync 11111111111110 (14 bits), 0, blocking strategy (1), block size (4), sample rate
//             (4), channels (4), sample size (3), 0, number in UTF-8 style, CRC-8; a subframe for
//             each channel; CRC-16 of the frame (polynomial 8005)
//
// Subframes are constant, verbatim, or predicted with residuals in Rice codes: their lengths are
// only known by reading them. Every frame is read, and its CRC-16 checked; the file ends behind the
// last one, or an ID3v1 tag.
// Source: RFC 9639.
#include <array>
#include <string>

#include "carve/bit_reader.h"
#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::array<std::uint16_t, 256> kTable = [] {
  std::array<std::uint16_t, 256> table = {};
  for (unsigned i = 0; i < table.size(); ++i) {
    unsigned crc = i << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x8005 : crc << 1;
    table[i] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

struct StreamInfo {
  unsigned bits = 0;  // per sample
  unsigned channels = 0;
  std::uint64_t samples = 0;  // 0: unknown
};

struct FrameShape {
  std::uint32_t block_size = 0;
  unsigned channels = 0;
  unsigned bits = 0;
  unsigned side = 0;  // the channel that has one more bit, counted from 1; 0: none
};

// CRC-16 with the stored one behind is 0 when it holds.
bool crc_holds(Candidate& candidate, std::uint64_t begin, std::uint64_t end) {
  unsigned crc = 0;
  while (begin < end) {
    const auto piece = candidate.upto(begin, std::min(end - begin, kWindow));
    if (!piece) return false;
    for (const std::byte byte : *piece)
      crc = (crc << 8 & 0xFFFF) ^ kTable[crc >> 8 ^ std::to_integer<unsigned>(byte)];
    begin += piece->size();
  }
  return crc == 0;
}

std::optional<FrameShape> take_header(BitReader& bits, const StreamInfo& info) {
  if (bits.take(15) != 0x7FFC) return std::nullopt;
  bits.take(1);
  const unsigned size_code = bits.take(4);
  const unsigned rate_code = bits.take(4);
  const unsigned channel_code = bits.take(4);
  const unsigned depth_code = bits.take(3);
  if (bits.take(1) != 0 || size_code == 0 || rate_code == 15 || channel_code > 10)
    return std::nullopt;
  // The number: one byte, or a first byte whose leading ones count the bytes.
  const unsigned first = bits.take(8);
  for (unsigned mask = 0x40; first >= 0x80 && (first & mask) != 0; mask >>= 1)
    if (bits.take(8) >> 6 != 2) return std::nullopt;
  FrameShape shape;
  if (size_code == 1)
    shape.block_size = 192;
  else if (size_code <= 5)
    shape.block_size = 144U << size_code;
  else if (size_code == 6)
    shape.block_size = bits.take(8) + 1;
  else if (size_code == 7)
    shape.block_size = bits.take(16) + 1;
  else
    shape.block_size = 1U << size_code;
  if (rate_code == 12) bits.take(8);
  if (rate_code == 13 || rate_code == 14) bits.take(16);
  bits.take(8);  // CRC-8: the CRC-16 covers the header, too
  constexpr std::array<unsigned, 8> kDepths = {0, 8, 12, 0, 16, 20, 24, 32};
  shape.bits = depth_code == 0 ? info.bits : kDepths[depth_code];
  shape.channels = channel_code < 8 ? channel_code + 1 : 2;
  if (channel_code >= 8) shape.side = channel_code == 9 ? 1 : 2;
  if (shape.bits == 0 || bits.failed()) return std::nullopt;
  return shape;
}

bool skip_residual(BitReader& bits, std::uint32_t block_size, unsigned order) {
  const unsigned method = bits.take(2);
  if (method > 1) return false;
  const unsigned width = method == 0 ? 4 : 5;
  const unsigned partitions = bits.take(4);
  const std::uint32_t samples = block_size >> partitions;
  if (samples < order || samples << partitions != block_size) return false;
  for (std::uint32_t partition = 0; partition < 1U << partitions; ++partition) {
    const std::uint32_t count = samples - (partition == 0 ? order : 0);
    const unsigned parameter = bits.take(width);
    const bool plain = parameter == (1U << width) - 1;
    const unsigned depth = plain ? bits.take(5) : parameter;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!plain) bits.take_zeros();
      bits.take(depth);
      if (bits.failed()) return false;
    }
  }
  return true;
}

bool skip_subframe(BitReader& bits, const FrameShape& shape, unsigned depth) {
  if (bits.take(1) != 0) return false;
  const unsigned kind = bits.take(6);
  if (bits.take(1) != 0) {
    const std::uint64_t wasted = bits.take_zeros() + 1;
    if (wasted >= depth) return false;
    depth -= static_cast<unsigned>(wasted);
  }
  const auto skip = [&](std::uint32_t count) {
    for (std::uint32_t i = 0; i < count && !bits.failed(); ++i) {
      if (depth > 32) bits.take(depth - 32);
      bits.take(std::min(depth, 32U));
    }
  };
  if (kind == 0) {
    skip(1);
    return true;
  }
  if (kind == 1) {
    skip(shape.block_size);
    return true;
  }
  const bool predicted = kind >= 32;
  const unsigned order = predicted ? kind - 31 : kind - 8;
  if ((!predicted && (kind < 8 || kind > 12)) || order > shape.block_size) return false;
  skip(order);
  if (predicted) {
    const unsigned precision = bits.take(4) + 1;
    if (precision == 16) return false;
    bits.take(5);
    for (unsigned i = 0; i < order; ++i) bits.take(precision);
  }
  return skip_residual(bits, shape.block_size, order);
}

// The end of the frame at `offset`, by reading it. Nothing when there is none.
std::optional<std::uint64_t> end_of_frame(Candidate& candidate, std::uint64_t offset,
                                          const StreamInfo& info, std::uint32_t& samples) {
  BitReader bits(candidate, offset);
  const auto shape = take_header(bits, info);
  if (!shape) return std::nullopt;
  for (unsigned channel = 1; channel <= shape->channels; ++channel)
    if (!skip_subframe(bits, *shape, shape->bits + (channel == shape->side ? 1 : 0)))
      return std::nullopt;
  bits.align();
  bits.take(16);
  if (bits.failed()) return std::nullopt;
  samples = shape->block_size;
  return bits.offset();
}

// Behind the metadata; nothing when they are none.
std::optional<std::uint64_t> take_metadata(Candidate& candidate, StreamInfo& info) {
  std::uint64_t offset = 4;
  for (bool first = true;; first = false) {
    const auto head = candidate.at(offset, 4);
    if (!head) return std::nullopt;
    const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>((*head)[i]); };
    const unsigned kind = byte(0) & 0x7F;
    const bool last = (byte(0) & 0x80) != 0;
    const std::uint64_t length = byte(1) << 16 | byte(2) << 8 | byte(3);
    constexpr unsigned kLastKind = 6;
    if (first != (kind == 0) || kind > kLastKind || (first && length != 34)) return std::nullopt;
    if (first) {
      BitReader bits(candidate, offset + 4 + 10);
      bits.take(20);
      info.channels = bits.take(3) + 1;
      info.bits = bits.take(5) + 1;
      info.samples = std::uint64_t{bits.take(4)} << 32;
      info.samples |= bits.take(32);
      if (bits.failed()) return std::nullopt;
    }
    offset += 4 + length;
    if (last) return offset;
  }
}

}  // namespace

std::optional<Verdict> validate_flac(Candidate& candidate) {
  StreamInfo info;
  if (!has_at(candidate, 0, "fLaC")) return std::nullopt;
  const auto metadata = take_metadata(candidate, info);
  if (!metadata) return std::nullopt;
  std::uint64_t offset = *metadata;
  std::uint64_t frames = 0;
  std::uint64_t samples = 0;
  while (info.samples == 0 || samples < info.samples) {
    std::uint32_t count = 0;
    const auto end = end_of_frame(candidate, offset, info, count);
    if (!end || !crc_holds(candidate, offset, *end)) {
      if (frames == 0) return std::nullopt;
      if (info.samples == 0) break;
      // What is cut off is no frame either.
      constexpr std::uint64_t kLongestFrame = 1 << 16;
      if (!end && candidate.size() - offset < kLongestFrame) return cut_off(candidate, offset);
      return Verdict{offset,
                     Soundness::truncated,
                     "no frame at " + std::to_string(offset),
                     {},
                     {},
                     {offset, end ? *end - offset : kLongestFrame}};
    }
    offset = *end;
    samples += count;
    ++frames;
  }
  if (frames == 0) return std::nullopt;
  constexpr std::uint64_t kTag = 128;
  if (has_at(candidate, offset, "TAG") && candidate.size() - offset >= kTag) offset += kTag;
  return complete_at(candidate, offset, "last frame, CRC of each holds");
}

}  // namespace discern
