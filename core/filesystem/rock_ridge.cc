// SPDX-License-Identifier: Apache-2.0
// System use entries: two letters, length, version, data. Numbers stand in both byte orders.
//
//   SP  BE EF, bytes to skip in every other area       CE  block, offset, length of another area
//   ST  end of the area        NM  flags (1 goes on, 2 ".", 4 ".."), name
//   PX  mode, links, uid, gid  SL  flags (1 goes on), components: flags, length, text
//   TF  flags: 1 created 2 modified 4 accessed 8 attributes changed 10 backup 20 expires 40
//       effective 80 dates of 17 bytes instead of 7; then those dates in this order
//   CL  block of a relocated directory      RE  this directory is one      SF  sparse file
//   ZF  zisofs
//
// Flags of a component: 1 goes on in the next one, 2 ".", 4 "..", 8 "/".
// Sources: IEEE P1281 (SUSP) 1.12, clause 5; IEEE P1282 (RRIP) 1.12, clause 4.1.
#include "filesystem/rock_ridge.h"

#include <bit>
#include <boost/endian/conversion.hpp>

#include "filesystem/iso_records.h"

namespace discern {
namespace {

constexpr int kMostAreas = 64;
constexpr std::size_t kMostText = 65'536;  // of one name or link

std::uint32_t byte_at(Bytes bytes, std::size_t at) {
  return at < bytes.size() ? std::to_integer<std::uint32_t>(bytes[at]) : 0;
}
std::uint32_t number_at(Bytes bytes, std::size_t at) {
  const auto part = slice(bytes, at, 4);
  return part ? boost::endian::load_little_u32(reinterpret_cast<const unsigned char*>(part->data()))
              : 0;
}

void read_times(Bytes entry, std::vector<EntryTime>& times) {
  constexpr TimeKind kKinds[] = {TimeKind::created,  TimeKind::modified,  TimeKind::accessed,
                                 TimeKind::changed,  TimeKind::backed_up, TimeKind::expires,
                                 TimeKind::effective};
  const std::uint32_t flags = byte_at(entry, 4);
  const bool long_form = flags & 0x80;
  const std::size_t length = long_form ? 17 : 7;
  std::size_t at = 5;
  times.reserve(times.size() + static_cast<std::size_t>(std::popcount(flags & 0x7F)) + 1);
  for (std::size_t bit = 0; bit < std::size(kKinds); ++bit) {
    if (!(flags >> bit & 1)) continue;
    const auto raw = slice(entry, at, length);
    if (!raw) return;
    times.push_back(long_form ? iso_long_time(kKinds[bit], *raw)
                              : iso_short_time(kKinds[bit], *raw));
    at += length;
  }
}

// `goes_on`: the last component of the entry before is not finished.
void read_link(Bytes entry, std::string& link, bool& goes_on) {
  for (std::size_t at = 5; at + 2 <= entry.size();) {
    const std::uint32_t flags = byte_at(entry, at);
    const std::uint32_t length = byte_at(entry, at + 1);
    const auto text = slice(entry, at + 2, length);
    if (!text || link.size() > kMostText) return;
    if (!goes_on && !link.empty() && link.back() != '/') link += '/';
    if (flags & 0x08)
      link.assign(1, '/');
    else if (flags & 0x04)
      link += "..";
    else if (flags & 0x02)
      link += '.';
    else
      link += as_text(*text);
    goes_on = flags & 0x01;
    at += 2 + length;
  }
}

}  // namespace

void RockRidgeReader::begin(Bytes system_use) {
  // CD-ROM XA keeps 14 bytes of its own in front.
  for (const std::size_t at : {std::size_t{0}, std::size_t{14}}) {
    const auto entry = slice(system_use, at, 7);
    if (!entry || !has_text_at(*entry, 0, "SP\x07") || !has_text_at(*entry, 4, "\xBE\xEF"))
      continue;
    present_ = true;
    skip_ = byte_at(*entry, 6);
    return;
  }
  // Discs older than SUSP have no SP.
  present_ = has_text_at(system_use, 0, "RR") || has_text_at(system_use, 0, "PX") ||
             has_text_at(system_use, 0, "TF");
}

RockRidge RockRidgeReader::read(Bytes system_use, std::uint64_t offset) {
  RockRidge result;
  link_goes_on_ = false;
  auto next = read_area(system_use.subspan(std::min(skip_, system_use.size())), result);
  for (int areas = 0; next; ++areas) {
    const auto block = block_offset_(next->block);
    if (areas == kMostAreas || next->length > budget_ || !block) {
      view_.find("continuation", Severity::warning, offset,
                 "a continuation area of the system use field lies outside, or there are too many");
      break;
    }
    budget_ -= next->length;
    const Piece piece = view_.read(*block + next->offset, next->length);
    next = read_area(piece.bytes, result);
  }
  return result;
}

std::optional<RockRidgeReader::Continuation> RockRidgeReader::read_area(Bytes area,
                                                                        RockRidge& result) {
  std::optional<Continuation> next;
  for (std::size_t at = 0; at + 4 <= area.size();) {
    const std::uint32_t length = byte_at(area, at + 2);
    const auto entry = slice(area, at, length);
    if (!entry || length < 4) break;
    const std::string_view id = as_text(entry->first(2));
    if (id == "ST") break;
    if (id == "CE") {
      next = {number_at(*entry, 4), number_at(*entry, 12), number_at(*entry, 20)};
    } else if (id == "NM") {
      const std::uint32_t flags = byte_at(*entry, 4);
      if (!(flags & 0x06) && entry->size() > 5 && result.name.size() < kMostText)
        result.name += as_text(entry->subspan(5));
    } else if (id == "PX") {
      result.mode = number_at(*entry, 4);
      result.uid = number_at(*entry, 20);
      result.gid = number_at(*entry, 28);
    } else if (id == "SL") {
      read_link(*entry, result.link, link_goes_on_);
    } else if (id == "TF") {
      read_times(*entry, result.times);
    } else if (id == "CL") {
      result.child = number_at(*entry, 4);
    } else if (id == "RE") {
      result.relocated = true;
    } else if (id == "SF") {
      result.sparse = true;
    } else if (id == "ZF") {
      result.compressed = true;
    }
    at += length;
  }
  return next;
}

}  // namespace discern
