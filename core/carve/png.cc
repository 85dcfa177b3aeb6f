// SPDX-License-Identifier: Apache-2.0
// PNG (and APNG): a signature, then chunks up to IEND.
//
//   0  8  89 50 4E 47 0D 0A 1A 0A
//   8     chunks:  0  4  length of the data, big-endian, below 2^31
//                  4  4  type: four ASCII letters, the third a capital
//                  8  n  data
//                8+n  4  CRC-32 of type and data
//
// The first chunk is IHDR (width, height, bit depth, colour type, methods), the last IEND (empty);
// IDAT chunks between them hold the image. Every CRC is checked, so a broken file is pinned to the
// chunk where it breaks: damaged when the chunks go on behind it to IEND, truncated when they do
// not. A header without the beginning of image data is no find.
// Source: W3C PNG Specification (Third Edition) clauses 5 and 11.2.
#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint32_t;

struct ChunkHead {
  big_uint32_t length;
  char type[4];
  std::string_view name() const { return {type, sizeof type}; }
};
static_assert(sizeof(ChunkHead) == 8);

struct ImageHeader {
  big_uint32_t width;
  big_uint32_t height;
  std::uint8_t bit_depth;
  std::uint8_t colour_type;
  std::uint8_t compression;
  std::uint8_t filter;
  std::uint8_t interlace;
};
static_assert(sizeof(ImageHeader) == 13);

struct Start {
  char signature[8];
  ChunkHead chunk;
  ImageHeader header;
};
static_assert(sizeof(Start) == 29);

constexpr std::uint64_t kFirstChunk = 8;
constexpr std::uint32_t kLengthLimit = 0x7FFFFFFF;

bool plausible(const ChunkHead& chunk) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  return chunk.length <= kLengthLimit && std::ranges::all_of(chunk.type, letter) &&
         chunk.type[2] <= 'Z';
}

// Table 11.1 of the standard: the bit depths that each colour type allows.
bool allowed(int colour_type, int bit_depth) {
  switch (colour_type) {
    case 0:
      return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8 ||
             bit_depth == 16;
    case 3:
      return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8;
    case 2:
    case 4:
    case 6:
      return bit_depth == 8 || bit_depth == 16;
    default:
      return false;
  }
}

bool plausible(const Start& start) {
  const ImageHeader& header = start.header;
  return std::string_view(start.signature, 8) == "\x89PNG\r\n\x1A\n" &&
         start.chunk.name() == "IHDR" && start.chunk.length == sizeof(ImageHeader) &&
         header.width != 0 && header.width <= kLengthLimit && header.height != 0 &&
         header.height <= kLengthLimit && allowed(header.colour_type, header.bit_depth) &&
         header.compression == 0 && header.filter == 0 && header.interlace <= 1;
}

}  // namespace

std::optional<Verdict> validate_png(Candidate& candidate) {
  const auto start = record_at<Start>(candidate, 0);
  if (!start || !plausible(*start)) return std::nullopt;

  bool image_data = false;
  std::string mismatch;
  ByteRange suspect;
  const auto stopped = [&](Verdict verdict) -> std::optional<Verdict> {
    if (!image_data) return std::nullopt;
    if (!mismatch.empty()) verdict.end_reason = mismatch + ", then " + verdict.end_reason;
    verdict.suspect = suspect;
    return verdict;
  };

  std::uint64_t offset = kFirstChunk;
  while (true) {
    const auto chunk = record_at<ChunkHead>(candidate, offset);
    if (!chunk) return stopped(broken_off(candidate, offset, sizeof(ChunkHead)));
    if (!plausible(*chunk)) {
      if (mismatch.empty()) suspect = {offset, sizeof(ChunkHead)};
      return stopped({offset, Soundness::truncated, "no chunk at " + std::to_string(offset)});
    }
    image_data = image_data || chunk->name() == "IDAT";

    std::uint64_t at = offset + sizeof(big_uint32_t);
    const auto computed = take_crc32(candidate, at, std::uint64_t{chunk->length} + 4);
    const auto stored = computed ? record_at<big_uint32_t>(candidate, at) : std::nullopt;
    if (!stored) return stopped(broken_off(candidate, at, sizeof(big_uint32_t)));
    if (*stored != *computed) {
      if (offset == kFirstChunk) return std::nullopt;
      if (mismatch.empty()) {
        mismatch = "CRC of chunk " + std::string(chunk->name()) + " at " + std::to_string(offset) +
                   " differs";
        suspect = {offset, at + sizeof(big_uint32_t) - offset};
      }
    }
    offset = at + sizeof(big_uint32_t);
    if (chunk->name() == "IEND" && chunk->length == 0) {
      if (!mismatch.empty()) return stopped({offset, Soundness::damaged, "IEND chunk"});
      return stopped({offset, Soundness::complete, "IEND chunk"});
    }
  }
}

}  // namespace discern
