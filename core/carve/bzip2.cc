// SPDX-License-Identifier: Apache-2.0
// bzip2: "BZh", level '1' to '9', then a stream of bits (highest first): blocks that begin with
// 314159265359 (48 bits) and the CRC-32 of their data, and the end 177245385090 with a CRC-32
// combined of those of all blocks (each time rotated left by one, then xor), padded to a byte.
//
// Blocks have no length, but their beginnings can be searched for, and the combined CRC tells that
// none was missed: nothing needs to be unpacked. More streams may follow.
// Source: the bzip2 format as its author's manual and program (1.0.8) have it.
#include <bit>
#include <string>

#include "carve/bit_reader.h"
#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::uint64_t kBlock = 0x314159265359;
constexpr std::uint64_t kEnd = 0x177245385090;
constexpr std::uint64_t kMask = 0xFFFFFFFFFFFF;

struct Bzip2Stream {
  std::uint64_t end = 0;
  std::uint64_t blocks = 0;
  bool whole = false;
  bool read = true;  // false: a read delivered nothing
};

// What every block begins with behind its CRC: a flag, the place of the original string (24 bits),
// which of 16 groups of bytes occur, and which bytes of these; the number of tables (3) and of
// their uses (15). The search for the next block is by bits and slow, so that chance must not lead
// to it.
bool begins_block(BitReader& bits, std::uint64_t level) {
  constexpr std::uint64_t kBlockUnit = 100'000;
  bits.take(1);
  if (bits.take(24) >= level * kBlockUnit) return false;
  const int groups = std::popcount(static_cast<std::uint32_t>(bits.take(16)));
  if (groups == 0) return false;
  for (int i = 0; i < groups; ++i)
    if (bits.take(16) == 0) return false;
  const auto tables = bits.take(3);
  const auto uses = bits.take(15);
  return tables >= 2 && tables <= 6 && uses >= 1;
}

Bzip2Stream follow(Candidate& candidate, std::uint64_t start) {
  Bzip2Stream stream;
  const auto head = candidate.at(start, 10);
  if (!head || !as_text(*head).starts_with("BZh")) return stream;
  const auto level = std::to_integer<unsigned>((*head)[3]) - '0';
  if (level < 1 || level > 9) return stream;
  // A block of random bytes grows a little; whatever is longer is none.
  const std::uint64_t longest = level * std::uint64_t{102'000} + 20'000;

  BitReader bits(candidate, start + 4);
  std::uint32_t combined = 0;
  std::uint64_t last = bits.offset();
  std::uint64_t seen = bits.take(24);
  seen = seen << 24 | bits.take(24);
  while (true) {
    if ((seen & kMask) == kBlock) {
      combined = std::rotl(combined, 1) ^ bits.take(32);
      const bool possible = begins_block(bits, level);
      if (!possible && !bits.failed()) {
        stream.end = last;
        return stream;
      }
      last = bits.offset();
      ++stream.blocks;
      seen = bits.take(24);
      seen = seen << 24 | bits.take(24);
    } else if ((seen & kMask) == kEnd) {
      const std::uint32_t stored = bits.take(32);
      bits.align();
      stream.whole = !bits.failed() && stored == combined;
      stream.read = !bits.failed();
      stream.end = bits.offset();
      return stream;
    } else {
      // A block stands right behind the header.
      if (stream.blocks == 0) return stream;
      seen = seen << 1 | bits.take(1);
    }
    stream.end = bits.offset();
    if (bits.failed()) {
      stream.read = false;
      return stream;
    }
    if (stream.end - last > longest) {
      stream.end = last;
      return stream;
    }
  }
}

}  // namespace

std::optional<Verdict> validate_bzip2(Candidate& candidate) {
  std::uint64_t end = 0;
  while (true) {
    const Bzip2Stream stream = follow(candidate, end);
    if (!stream.whole) {
      if (end > 0) break;
      // One block without another behind it is no more than a header: chance has such.
      if (stream.blocks == 0 || (stream.blocks == 1 && stream.read)) return std::nullopt;
      if (!stream.read) return cut_off(candidate, stream.end);
      return Verdict{stream.end, Soundness::truncated, "no end of the stream whose CRC holds"};
    }
    end = stream.end;
  }
  return complete_at(candidate, end, "end of stream, CRC of the blocks' CRCs holds");
}

}  // namespace discern
