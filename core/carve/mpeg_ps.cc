// SPDX-License-Identifier: Apache-2.0
// MPEG program streams (MPG, VOB): packs.
//
//   00 00 01 BA  pack: MPEG-1 (bits 0010 follow) 12 bytes in all, MPEG-2 (01) 14 and as many
//                stuffing bytes as the last 3 bits say
//   00 00 01 BB  system header: length (2), data
//   00 00 01 BC to FF  packet: length (2), data
//   00 00 01 B9  the end
//
// A file begins with a pack and a system header; where something else than one of these follows, it
// breaks off.
// Source: ISO/IEC 11172-1 clause 2.4 and 13818-1 clause 2.5.
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/validators.h"

namespace discern {

std::optional<Verdict> validate_mpeg_ps(Candidate& candidate) {
  using boost::endian::big_uint16_t;
  using boost::endian::big_uint32_t;
  constexpr std::uint64_t kPack = 0x1BA;
  constexpr std::uint64_t kSystem = 0x1BB;
  constexpr std::uint64_t kEnd = 0x1B9;
  constexpr std::uint64_t kLastPacket = 0x1FF;

  std::uint64_t offset = 0;
  std::uint64_t packets = 0;
  bool system = false;
  while (true) {
    const auto code = number_at<big_uint32_t>(candidate, offset);
    if (offset == 0 && (!code || *code != kPack)) return std::nullopt;
    if (!code) break;
    if (*code == kEnd && packets > 0) return complete_at(candidate, offset + 4, "end code");
    if (*code == kPack) {
      const auto head = candidate.at(offset, 14);
      if (!head) break;
      const auto first = std::to_integer<unsigned>((*head)[4]);
      if (first >> 4 == 2)
        offset += 12;
      else if (first >> 6 == 1)
        offset += 14 + (std::to_integer<unsigned>((*head)[13]) & 7);
      else
        return std::nullopt;
      continue;
    }
    // Only the first pack of a file has a system header right behind it.
    if (!system && *code != kSystem) return std::nullopt;
    if (*code < kSystem || *code > kLastPacket) {
      if (packets < 2) return std::nullopt;
      return Verdict{offset, Soundness::truncated, "no pack at " + std::to_string(offset)};
    }
    const auto length = number_at<big_uint16_t>(candidate, offset + 4);
    if (!length) break;
    system = true;
    ++packets;
    offset += 6 + *length;
  }
  if (packets < 2) return std::nullopt;
  return cut_off(candidate, offset);
}

}  // namespace discern
