// SPDX-License-Identifier: Apache-2.0
// MP3: an optional ID3v2 tag, frames, an optional APE tag and ID3v1 tag.
//
//   "ID3", version (2), flags (1), size in four times 7 bits; flag 10: a footer of 10 bytes
//   FF Ex  11 bits of ones, version (2 bits), layer (2), no CRC (1), bit rate (4), sample rate (2),
//          padding (1), private (1), channels (2) ...: 4 bytes; with CRC 2 more
//   "APETAGEX", version (4), size with this footer, without header (4), items (4), flags (4)
//   "TAG"  and 125 bytes
//
// A frame's length follows from its header, so frames lead to frames. Version, layer and sample
// rate stay the same throughout. In the first frame of a file main data begin in the frame itself,
// in the middle of one mostly before it: that tells a file's beginning.
// Sources: ISO/IEC 11172-3 clause 2.4 and 13818-3; ID3v2.4; APEv2.
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint32_t;
using boost::endian::little_uint32_t;

constexpr std::uint64_t kFewestFrames = 8;  // without a tag before them
constexpr std::uint64_t kTagHead = 10;
constexpr std::uint64_t kTagLimit = 64 << 20;

struct Frame {
  std::uint64_t length = 0;
  std::uint32_t kind = 0;  // bits that all frames share
};

// Layer III: bits per second by index, of version 1 and of versions 2 and 2.5.
constexpr std::array<std::array<std::uint32_t, 16>, 2> kRates = {{
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
}};
constexpr std::array<std::uint32_t, 4> kSampleRates = {44100, 48000, 32000, 0};

std::optional<Frame> frame_at(Candidate& candidate, std::uint64_t offset) {
  const auto value = number_at<big_uint32_t>(candidate, offset);
  if (!value) return std::nullopt;
  const auto head = static_cast<std::uint32_t>(*value);
  constexpr std::uint32_t kSync = 0xFFE00000;
  const std::uint32_t version = head >> 19 & 3;  // 0: 2.5, 2: 2, 3: 1
  const std::uint32_t layer = head >> 17 & 3;    // 1: III
  const bool first = version == 3;
  const std::uint32_t rate = kRates[first ? 0 : 1][head >> 12 & 15] * 1000;
  std::uint32_t samples = kSampleRates[head >> 10 & 3];
  if ((head & kSync) != kSync || version == 1 || layer != 1 || rate == 0 || samples == 0 ||
      (head & 3) == 2)
    return std::nullopt;
  if (version == 2) samples /= 2;
  if (version == 0) samples /= 4;
  constexpr std::uint32_t kKind = 0xFFFE0C00;
  return Frame{(first ? 144U : 72U) * rate / samples + (head >> 9 & 1), head & kKind};
}

// Main data of the frame at `offset` begin in it.
bool stands_alone(Candidate& candidate, std::uint64_t offset) {
  const auto bytes = candidate.at(offset, 8);
  if (!bytes) return false;
  const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>((*bytes)[i]); };
  const bool first = (byte(1) >> 3 & 3) == 3;
  const std::size_t side = (byte(1) & 1) != 0 ? 4 : 6;
  return byte(side) == 0 && (!first || (byte(side + 1) & 0x80) == 0);
}

// Size of an ID3v2 tag at `offset`, 0 when there is none.
std::uint64_t tag_size(Candidate& candidate, std::uint64_t offset) {
  const auto head = candidate.at(offset, kTagHead);
  if (!head || !as_text(*head).starts_with("ID3")) return 0;
  std::uint64_t size = 0;
  for (std::size_t i = 6; i < kTagHead; ++i) {
    const auto byte = std::to_integer<unsigned>((*head)[i]);
    if (byte >= 0x80) return 0;
    size = size << 7 | byte;
  }
  const auto version = std::to_integer<unsigned>((*head)[3]);
  const auto flags = std::to_integer<unsigned>((*head)[5]);
  if (version < 2 || version > 4 || (flags & 0x0F) != 0 || size > kTagLimit) return 0;
  return kTagHead + size + ((flags & 0x10) != 0 ? kTagHead : 0);
}

// Steps over the tags behind the frames.
std::uint64_t behind_tags(Candidate& candidate, std::uint64_t offset) {
  constexpr std::uint64_t kApe = 32;
  constexpr std::uint64_t kId3v1 = 128;
  if (has_at(candidate, offset, "APETAGEX")) {
    // At the front stands the header, at the end the footer, of 32 bytes each.
    const auto size = number_at<little_uint32_t>(candidate, offset + 12);
    if (size && has_at(candidate, offset + *size, "APETAGEX")) offset += kApe + *size;
  }
  if (has_at(candidate, offset, "TAG")) offset += kId3v1;
  return offset;
}

}  // namespace

std::optional<Verdict> validate_mp3(Candidate& candidate) {
  std::uint64_t offset = tag_size(candidate, 0);
  const bool tagged = offset > 0;
  // A writer that does not look leaves the tag that was there.
  constexpr int kTags = 4;
  for (int tags = 1; tags < kTags && tagged; ++tags) offset += tag_size(candidate, offset);
  if (tagged) {
    // Writers leave zeros behind the tag, more than its size says.
    const auto bytes = candidate.upto(offset, kWindow);
    if (bytes) {
      const auto text = as_text(*bytes);
      const auto used = text.find_first_not_of('\0');
      if (used != std::string_view::npos && used > 0 && frame_at(candidate, offset + used))
        offset += used;
    }
  } else if (!stands_alone(candidate, 0)) {
    return std::nullopt;
  }
  std::uint64_t frames = 0;
  std::optional<Frame> last;
  while (const auto frame = frame_at(candidate, offset)) {
    if (last && frame->kind != last->kind) break;
    if (frame->length > candidate.size() - offset) break;
    offset += frame->length;
    last = frame;
    ++frames;
  }
  if (frames < (tagged ? 2 : kFewestFrames)) return std::nullopt;
  if (offset + 4 > candidate.size() && offset < candidate.size())
    return broken_off(candidate, candidate.size(), 1);
  if (const auto frame = frame_at(candidate, offset); frame && frame->kind == last->kind)
    return broken_off(candidate, candidate.size(), 1);
  // Where the last frame is cut, its length leads into the tag behind it.
  if (const auto bytes = candidate.at(offset - last->length, last->length))
    if (const auto tag = as_text(*bytes).find("APETAGEX"); tag != std::string_view::npos)
      offset = offset - last->length + tag;
  const std::uint64_t end = behind_tags(candidate, offset);
  if (candidate.exhausted()) return broken_off(candidate, offset, 1);
  return complete_at(candidate, end, std::to_string(frames) + " frames");
}

}  // namespace discern
