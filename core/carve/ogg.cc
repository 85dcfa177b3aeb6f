// SPDX-License-Identifier: Apache-2.0
// Ogg: pages.
//
//   0  4  "OggS"
//   4  1  version: 0
//   5  1  flags: 1 continues a packet, 2 first page of a stream, 4 last one
//   6  8  position, 14 serial number of the stream (4), 18 sequence number (4), little-endian
//  22  4  CRC-32 of the page with this field as zeros (polynomial 04C11DB7, not reflected, from 0)
//  26  1  number of lengths, 1 byte each; their sum is the size of the data
//
// The file ends with the last page of the last of its streams; a chained file goes on with a first
// page.
// Source: RFC 3533.
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>
#include <vector>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint32_t;
using boost::endian::little_uint64_t;

struct PageHead {
  char magic[4];
  std::uint8_t version;
  std::uint8_t flags;
  little_uint64_t position;
  little_uint32_t serial;
  little_uint32_t sequence;
  little_uint32_t crc;
  std::uint8_t lengths;
};
static_assert(sizeof(PageHead) == 27);

enum Flag : std::uint8_t { kFirst = 2, kLast = 4 };

constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table = {};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t crc = i << 24;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x80000000U) != 0 ? crc << 1 ^ 0x04C11DB7U : crc << 1;
    table[i] = crc;
  }
  return table;
}();

std::uint32_t crc_of(Bytes page) {
  constexpr std::size_t kCrcAt = 22;
  std::uint32_t crc = 0;
  for (std::size_t i = 0; i < page.size(); ++i) {
    const auto byte = i >= kCrcAt && i < kCrcAt + 4 ? 0U : std::to_integer<std::uint32_t>(page[i]);
    crc = crc << 8 ^ kTable[crc >> 24 ^ byte];
  }
  return crc;
}

// What the first packet of a stream says.
std::string_view type_of(Bytes page) {
  const std::string_view text = as_text(page);
  if (text.find("OpusHead") < 64) return "opus";
  if (text.find("\x80theora") < 64) return "ogv";
  return "ogg";
}

}  // namespace

std::optional<Verdict> validate_ogg(Candidate& candidate) {
  std::vector<std::uint32_t> open;  // streams that have not ended
  std::uint64_t offset = 0;
  std::uint64_t pages = 0;
  std::string_view type = "ogg";
  const auto verdict = [&](Verdict result) {
    result.type = type;
    result.extension = type;
    return result;
  };
  while (true) {
    const auto head = record_at<PageHead>(candidate, offset);
    if (!head && pages == 0) return std::nullopt;
    const bool page = head && std::string_view(head->magic, 4) == "OggS" && head->version == 0;
    if (open.empty() && pages > 0 && (!page || (head->flags & kFirst) == 0))
      return verdict({offset, Soundness::complete, "last page of the stream"});
    if (!head) return verdict(broken_off(candidate, offset, sizeof(PageHead)));
    if (pages == 0 && (!page || (head->flags & kFirst) == 0)) return std::nullopt;
    if (!page)
      return verdict({offset,
                      Soundness::truncated,
                      "no page at " + std::to_string(offset),
                      {},
                      {},
                      {offset, sizeof(PageHead)}});

    const auto lengths = candidate.at(offset + sizeof(PageHead), head->lengths);
    std::uint64_t size = sizeof(PageHead) + head->lengths;
    if (head->lengths > 0 && !lengths)
      return pages > 0 ? std::optional(verdict(broken_off(candidate, offset, size))) : std::nullopt;
    if (lengths)
      for (const std::byte length : *lengths) size += std::to_integer<std::uint64_t>(length);
    const auto bytes = candidate.at(offset, size);
    if (!bytes)
      return pages > 0 ? std::optional(verdict(broken_off(candidate, offset, size))) : std::nullopt;
    if (crc_of(*bytes) != head->crc) {
      if (pages == 0) return std::nullopt;
      return verdict({offset,
                      Soundness::truncated,
                      "CRC of the page at " + std::to_string(offset) + " differs",
                      {},
                      {},
                      {offset, size}});
    }
    if ((head->flags & kFirst) != 0) {
      if (type == "ogg") type = type_of(*bytes);
      open.push_back(head->serial);
    }
    if ((head->flags & kLast) != 0) std::erase(open, std::uint32_t{head->serial});
    ++pages;
    offset += size;
  }
}

}  // namespace discern
