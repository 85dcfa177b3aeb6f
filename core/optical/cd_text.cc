// SPDX-License-Identifier: Apache-2.0
// CD-TEXT (MMC-3 Annex J, Red Book): each pack is
//
//    0  1  kind: 80 title ... 8F sizes         2  1  number of the pack in its block
//    1  1  track of the text's first byte (0 the disc), bit 7: extension
//    3  1  bit 7 two bytes a character, bits 6..4 block (language), 3..0 characters of the text
//          that stand in earlier packs
//    4 12  text, each ended by zero; the next track's text follows in the same pack
//   16  2  CRC-16 of bytes 0..15: polynomial 0x1021, start 0, inverted, big-endian
//
// A text that is a single TAB repeats the track before it.
#include "optical/cd_text.h"

#include <algorithm>
#include <array>
#include <map>

#include "optical/crc16.h"
#include "optical/descriptor_text.h"

namespace discern {
namespace {

constexpr std::size_t kPack = 18;
constexpr std::size_t kText = 12;
constexpr std::uint8_t kFirstKind = 0x80;
constexpr std::string_view kFields[16] = {"title",     "performer",   "songwriter", "composer",
                                          "arranger",  "message",     "disc_id",    "genre",
                                          "toc_info",  "toc_info2",   "reserved1",  "reserved2",
                                          "reserved3", "closed_info", "upc_isrc",   "size_info"};

bool is_binary(unsigned kind) { return kind == 8 || kind == 9 || kind == 15; }

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::uint8_t byte_at(Bytes bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

// What the packs of one kind and block say, in their order.
struct Sequence {
  std::vector<Bytes> packs = {};
};

void add_texts(unsigned kind, int block, const Sequence& sequence, Disc& disc) {
  const std::string field(kFields[kind]);
  if (is_binary(kind)) {
    std::string bytes;
    for (const Bytes pack : sequence.packs) bytes += as_text(pack.subspan(4, kText));
    disc.cd_text.push_back({block, 0, field, hex_of(bytes)});
    return;
  }
  std::string text;
  std::string before;  // of the track before, for TAB
  int track = -1;
  const auto finish = [&](bool wide) {
    const std::string_view tab = wide ? std::string_view("\t\0", 2) : std::string_view("\t");
    if (text == tab) text = before;
    if (!text.empty() && track >= 0) disc.cd_text.push_back({block, track, field, utf8_text(text)});
    before = text;
    text.clear();
    ++track;
  };
  int expected = -1;
  for (const Bytes pack : sequence.packs) {
    const int number = byte_at(pack, 2);
    const bool wide = (byte_at(pack, 3) & 0x80) != 0;
    // Behind a lost pack the text goes on in the middle: up to its end it is not known.
    bool lost = expected >= 0 && number != expected;
    if (expected < 0 || lost) {
      lost = (byte_at(pack, 3) & 15) != 0;
      track = byte_at(pack, 1) & 0x7F;
      text.clear();
    }
    expected = number + 1;
    const std::string_view chars = as_text(pack.subspan(4, kText));
    for (std::size_t i = 0; i < chars.size(); i += wide ? 2 : 1) {
      const bool end = chars[i] == '\0' && (!wide || chars[i + 1] == '\0');
      if (!end) {
        text += chars.substr(i, wide ? 2 : 1);
        continue;
      }
      if (lost) text.clear();
      lost = false;
      if (wide) text = hex_of(text);  // MS-JIS and the like: kept exactly
      finish(wide);
      if (track > 99) break;
    }
    if (lost) text.clear();
  }
}

}  // namespace

void add_cd_text(Bytes packs, const Place& place, Disc& disc, Findings& findings) {
  if (packs.size() >= 4 + kPack && byte_at(packs, 0) < kFirstKind && packs.size() % kPack >= 4)
    packs = packs.subspan(4);
  std::map<std::pair<int, unsigned>, Sequence> sequences;
  std::size_t wrong = 0;
  std::optional<std::size_t> first_wrong;
  for (std::size_t at = 0; packs.size() - at >= kPack; at += kPack) {
    const Bytes pack = packs.subspan(at, kPack);
    const auto stored = static_cast<std::uint16_t>(byte_at(pack, 16) << 8 | byte_at(pack, 17));
    if (byte_at(pack, 0) < kFirstKind || byte_at(pack, 0) > 0x8F ||
        static_cast<std::uint16_t>(~crc16(pack.first(16))) != stored) {
      if (!first_wrong) first_wrong = at;
      ++wrong;
      continue;
    }
    const int block = byte_at(pack, 3) >> 4 & 7;
    sequences[{block, byte_at(pack, 0) & 15U}].packs.push_back(pack);
  }
  for (const auto& [key, sequence] : sequences) add_texts(key.second, key.first, sequence, disc);
  if (wrong > 0)
    findings.push_back({"cd_text.crc", Severity::damage, place,
                        std::to_string(wrong) +
                            " CD-TEXT packs fail their CRC, the first one is pack " +
                            std::to_string(*first_wrong / kPack)});
  const std::size_t rest = packs.size() % kPack;
  if (rest > 1 || (rest == 1 && byte_at(packs, packs.size() - 1) != 0))
    findings.push_back({"cd_text.length", Severity::warning, place,
                        std::to_string(rest) + " bytes follow the last whole CD-TEXT pack"});
}

}  // namespace discern
