// SPDX-License-Identifier: Apache-2.0
// Matroska and WebM: EBML elements, an identifier (1 to 4 bytes, the leading zeros of the first
// tell how many) and a size (1 to 8 bytes, likewise, without the marking bit; all ones: unknown).
//
//   1A 45 DF A3  header, in it 42 82: "matroska" or "webm"
//   18 53 80 67  segment: the rest. When its size is unknown, it ends where no element of its level
//                follows: 11 4D 9B 74 index of elements, 15 49 A9 66 information, 16 54 AE 6B
//                tracks, 1F 43 B6 75 cluster, 1C 53 BB 6B cues, 10 43 A7 70 chapters, 19 41 A4 69
//                attachments, 12 54 C3 67 tags, EC void, BF CRC-32
//
// Sources: RFC 8794, RFC 9559.
#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::uint64_t kUnknown = UINT64_MAX;
constexpr std::uint64_t kHeader = 0x1A45DFA3;
constexpr std::uint64_t kSegment = 0x18538067;
constexpr std::uint64_t kDocType = 0x4282;
constexpr std::uint64_t kCluster = 0x1F43B675;
constexpr std::array<std::uint64_t, 10> kTopLevel = {0x114D9B74, 0x1549A966, 0x1654AE6B, kCluster,
                                                     0x1C53BB6B, 0x1043A770, 0x1941A469, 0x1254C367,
                                                     0xEC,       0xBF};

struct Element {
  std::uint64_t id = 0;
  std::uint64_t data = 0;  // offset
  std::uint64_t size = 0;
};

std::optional<Element> element_at(Candidate& candidate, std::uint64_t offset) {
  Element element;
  for (const bool is_size : {false, true}) {
    const auto first = candidate.at(offset, 1);
    if (!first) return std::nullopt;
    const auto lead = std::to_integer<std::uint8_t>((*first)[0]);
    const auto length = static_cast<std::uint64_t>(std::countl_zero(lead)) + 1;
    if (length > (is_size ? 8 : 4)) return std::nullopt;
    const auto bytes = candidate.at(offset, length);
    if (!bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (const std::byte byte : *bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    const std::uint64_t mask = (std::uint64_t{1} << (7 * length)) - 1;
    if (is_size)
      element.size = (value & mask) == mask ? kUnknown : value & mask;
    else
      element.id = value;
    offset += length;
  }
  element.data = offset;
  return element;
}

}  // namespace

std::optional<Verdict> validate_matroska(Candidate& candidate) {
  const auto header = element_at(candidate, 0);
  constexpr std::uint64_t kLongestHeader = 4096;
  if (!header || header->id != kHeader || header->size > kLongestHeader) return std::nullopt;
  std::string_view type;
  for (std::uint64_t at = header->data; at < header->data + header->size;) {
    const auto field = element_at(candidate, at);
    if (!field || field->size > kLongestHeader) return std::nullopt;
    if (field->id == kDocType)
      type = has_at(candidate, field->data, "webm")       ? "webm"
             : has_at(candidate, field->data, "matroska") ? "mkv"
                                                          : "";
    at = field->data + field->size;
  }
  if (type.empty()) return std::nullopt;
  const auto verdict = [&](Verdict result) {
    result.type = result.extension = type;
    return result;
  };

  const auto segment = element_at(candidate, header->data + header->size);
  if (!segment || segment->id != kSegment) return std::nullopt;
  const bool known = segment->size != kUnknown;
  const std::uint64_t end = known ? segment->data + segment->size : candidate.size();
  std::uint64_t at = segment->data;
  std::uint64_t elements = 0;
  while (at < end) {
    const auto element = element_at(candidate, at);
    if (!element) break;
    const bool top = std::ranges::find(kTopLevel, element->id) != kTopLevel.end();
    // The children of a cluster of unknown size are stepped over one by one.
    constexpr std::array<std::uint64_t, 6> kInCluster = {0xE7, 0xA7, 0xAB, 0xA3, 0xA0, 0x5854};
    const bool child = std::ranges::find(kInCluster, element->id) != kInCluster.end();
    if (!top && !(child && elements > 0)) break;
    ++elements;
    if (element->size == kUnknown) {
      if (element->id != kCluster) break;
      at = element->data;
    } else {
      if (element->size > candidate.size()) break;
      at = element->data + element->size;
    }
  }
  if (elements < 2) return std::nullopt;
  if (at > candidate.size() || end > candidate.size())
    return verdict(broken_off(candidate, candidate.size(), 1));
  if (known && at != end)
    return verdict({end, Soundness::damaged, "no element at " + std::to_string(at)});
  if (!known && candidate.size() - at < 8 && at != candidate.size())
    return verdict(broken_off(candidate, candidate.size(), 1));
  return verdict(complete_at(candidate, at, known ? "end of segment" : "last element"));
}

}  // namespace discern
