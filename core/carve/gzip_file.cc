// SPDX-License-Identifier: Apache-2.0
// gzip: members one after the other.
//
//   0  2  1F 8B
//   2  1  method: 8 (deflate)
//   3  1  flags: 1 text, 2 CRC-16 of the header, 4 extra field, 8 name, 16 comment
//   4  6  time, extra flags, system
//  10     extra field (2 bytes of length), name and comment (ended by NUL), CRC-16
//         deflate stream
//         4  CRC-32 of what it unpacks to, 4 its size modulo 2^32; little-endian
//
// Source: RFC 1952.
#include <boost/endian/arithmetic.hpp>
#include <memory>
#include <string>

#include "carve/deflate_walk.h"
#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

constexpr std::uint64_t kFixed = 10;
constexpr std::uint64_t kNameLimit = 4096;

enum Flag : std::uint8_t {
  kHeaderCrc = 2,
  kExtra = 4,
  kName = 8,
  kComment = 16,
  kReserved = 0xE0,
};

// Behind the NUL that ends the text at `at`.
std::optional<std::uint64_t> behind_text(Candidate& candidate, std::uint64_t at) {
  const auto bytes = candidate.upto(at, kNameLimit);
  const auto end = bytes ? as_text(*bytes).find('\0') : std::string_view::npos;
  if (end == std::string_view::npos) return std::nullopt;
  return at + end + 1;
}

// Where the deflate stream of the member at `start` begins.
std::optional<std::uint64_t> stream_of(Candidate& candidate, std::uint64_t start) {
  const auto bytes = candidate.at(start, kFixed);
  if (!bytes || !as_text(*bytes).starts_with("\x1F\x8B\x08")) return std::nullopt;
  const auto flags = std::to_integer<std::uint8_t>((*bytes)[3]);
  if ((flags & kReserved) != 0) return std::nullopt;
  std::optional<std::uint64_t> at = start + kFixed;
  if ((flags & kExtra) != 0) {
    const auto length = number_at<little_uint16_t>(candidate, *at);
    if (!length) return std::nullopt;
    at = *at + sizeof(little_uint16_t) + *length;
  }
  if ((flags & kName) != 0) at = behind_text(candidate, *at);
  if (at && (flags & kComment) != 0) at = behind_text(candidate, *at);
  if (at && (flags & kHeaderCrc) != 0) at = *at + sizeof(little_uint16_t);
  return at;
}

}  // namespace

std::optional<Verdict> validate_gzip(Candidate& candidate) {
  DeflateWalk deflate(candidate);
  std::uint64_t end = 0;  // of the members that hold
  while (const auto stream = stream_of(candidate, end)) {
    const Inflated got = deflate.run(*stream, candidate.size());
    if (got.outcome == Inflated::lacking && got.produced > 0)
      return broken_off(candidate, got.end, 1);
    if (got.outcome != Inflated::whole) {
      // A stream that unpacks to something before it breaks; shorter ones are chance.
      constexpr std::uint64_t kBelieved = 1024;
      if (end > 0) break;
      if (got.outcome == Inflated::lacking || got.produced < kBelieved) return std::nullopt;
      return Verdict{
          got.end, Soundness::truncated, "deflate stream breaks at " + std::to_string(got.end), {},
          {},      {0, got.end}};
    }
    const auto crc = number_at<little_uint32_t>(candidate, got.end);
    const auto size = number_at<little_uint32_t>(candidate, got.end + 4);
    if (!crc || !size) return broken_off(candidate, got.end, 8);
    if (*crc != got.crc || *size != (got.produced & 0xFFFFFFFF)) {
      if (end > 0) break;
      // Foreign bytes may unpack as well, and end anywhere.
      return Verdict{got.end + 8, Soundness::truncated, "CRC or size differs", {},
                     {},          {0, got.end}};
    }
    end = got.end + 8;
  }
  if (end == 0) return std::nullopt;
  return complete_at(candidate, end, "end of the member, CRC holds");
}

}  // namespace discern
