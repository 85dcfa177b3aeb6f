// SPDX-License-Identifier: Apache-2.0
// Directory record (ECMA-119, 9.1); numbers marked * stand in both byte orders, little-endian
// first:
//
//    0  1  length            1  1  blocks of the extended attribute record
//    2  8  extent*          10  8  size*           18  7  recording date
//   25  1  flags: 1 hidden 2 directory 4 associated 8 record format 10 protection 80 multi-extent
//   26  1  interleave: file unit size    27  1  gap size    28  4  volume sequence number*
//   32  1  length of the name            33     name, a byte to fill up, system use
//
// Date: years since 1900, month, day, hour, minute, second, offset from GMT in quarters of an hour
// (signed, -48 to +52). Date of a descriptor (8.4.26.1): 16 digits YYYYMMDDHHMMSScc, offset; all
// digits zero: not specified.
//
// Volume descriptor (8.4): 0 type, 1 "CD001", 40 32 label, 80 blocks*, 88 32 escape sequences (type
// 2; "%/@", "%/C", "%/E" are Joliet: UCS-2), 128 block size*, 132 path table size*, 140 LE path
// table, 156 34 root directory record, 813 dates: created, modified, expires, effective.
#include "filesystem/iso_records.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>

#include "filesystem/clock.h"
#include "filesystem/utf16.h"

namespace discern {
namespace {

constexpr std::uint64_t kFixed = 33;

std::uint32_t byte_at(Bytes bytes, std::uint64_t at) {
  const auto one = slice(bytes, at, 1);
  return one ? std::to_integer<std::uint32_t>(one->front()) : 0;
}
const unsigned char* address(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
std::uint32_t little16(Bytes bytes, std::uint64_t at) {
  const auto part = slice(bytes, at, 2);
  return part ? boost::endian::load_little_u16(address(*part)) : 0;
}
std::uint32_t little32(Bytes bytes, std::uint64_t at) {
  const auto part = slice(bytes, at, 4);
  return part ? boost::endian::load_little_u32(address(*part)) : 0;
}
BothOrders both32(Bytes bytes, std::uint64_t at) {
  const auto part = slice(bytes, at, 8);
  if (!part) return {};
  return {boost::endian::load_little_u32(address(*part)),
          boost::endian::load_big_u32(address(part->subspan(4)))};
}

// Applies the offset byte: quarters of an hour east of Greenwich.
void set_with_offset(EntryTime& time, const ClockReading& reading, std::byte offset) {
  const auto quarters = static_cast<std::int8_t>(offset);
  const bool known = quarters >= -48 && quarters <= 52;
  time.zone = known ? Zone::recorded_offset : Zone::unknown;
  set_clock(time, reading, known ? quarters * 15 : 0);
}

std::string text_field(Bytes bytes, IsoNames names) {
  std::string text = iso_name(as_text(bytes), names);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.pop_back();
  return text;
}

}  // namespace

EntryTime iso_short_time(TimeKind kind, Bytes raw) {
  EntryTime time{kind, 0, Precision::s1, Zone::unknown, Validity::zero, raw};
  if (raw.size() < 7 || std::ranges::all_of(raw, [](std::byte b) { return b == std::byte{0}; }))
    return time;
  set_with_offset(time,
                  {static_cast<int>(1900 + byte_at(raw, 0)), byte_at(raw, 1), byte_at(raw, 2),
                   byte_at(raw, 3), byte_at(raw, 4), byte_at(raw, 5)},
                  raw[6]);
  return time;
}

EntryTime iso_long_time(TimeKind kind, Bytes raw) {
  EntryTime time{kind, 0, Precision::ms10, Zone::unknown, Validity::zero, raw};
  if (raw.size() < 17) return time;
  const std::string_view digits = as_text(raw.first(16));
  if (digits.find_first_not_of('0') == std::string_view::npos ||
      digits.find_first_not_of('\0') == std::string_view::npos)
    return time;
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) {
    time.validity = Validity::invalid_field;
    return time;
  }
  const auto number = [&](std::size_t at, std::size_t count) {
    unsigned value = 0;
    for (const char digit : digits.substr(at, count))
      value = value * 10 + static_cast<unsigned>(digit - '0');
    return value;
  };
  set_with_offset(time,
                  {static_cast<int>(number(0, 4)), number(4, 2), number(6, 2), number(8, 2),
                   number(10, 2), number(12, 2), number(14, 2) * 10'000'000},
                  raw[16]);
  return time;
}

std::optional<IsoRecord> read_iso_record(Bytes bytes, std::uint64_t at, std::uint64_t offset) {
  IsoRecord record;
  record.offset = offset + at;
  record.length = byte_at(bytes, at);
  const auto raw = slice(bytes, at, record.length);
  if (!raw || raw->size() < kFixed) return std::nullopt;
  const std::uint32_t name_length = byte_at(*raw, 32);
  const auto name = slice(*raw, kFixed, name_length);
  if (!name || name->empty()) return std::nullopt;
  record.attribute_blocks = byte_at(*raw, 1);
  record.extent = both32(*raw, 2);
  record.size = both32(*raw, 10);
  record.recorded = iso_short_time(TimeKind::recorded, *slice(*raw, 18, 7));
  record.flags = static_cast<std::uint8_t>(byte_at(*raw, 25));
  record.interleaved = byte_at(*raw, 26) != 0 || byte_at(*raw, 27) != 0;
  record.volume = little16(*raw, 28);
  record.name = as_text(*name);
  const std::uint64_t use = kFixed + name_length + (name_length % 2 == 0 ? 1 : 0);
  if (use < raw->size()) record.system_use = raw->subspan(static_cast<std::size_t>(use));
  return record;
}

std::string iso_name(std::string_view name, IsoNames names) {
  std::string text;
  if (names == IsoNames::joliet) {
    std::u16string wide;
    for (std::size_t at = 0; at + 2 <= name.size(); at += 2)
      wide += static_cast<char16_t>(static_cast<unsigned char>(name[at]) << 8 |
                                    static_cast<unsigned char>(name[at + 1]));
    text = utf8_of(wide);
  } else {
    text = name;
  }
  if (text.ends_with(";1")) {
    text.resize(text.size() - 2);
    if (text.ends_with('.') && text.size() > 1) text.pop_back();
  }
  return text;
}

std::optional<IsoDescriptor> read_iso_descriptor(Bytes bytes, std::uint64_t offset) {
  IsoDescriptor descriptor;
  descriptor.offset = offset;
  descriptor.type = static_cast<std::uint8_t>(byte_at(bytes, 0));
  if (bytes.size() < 2048 || !has_text_at(bytes, 1, "CD001") ||
      (descriptor.type != 1 && descriptor.type != 2))
    return std::nullopt;
  const std::string_view escape = as_text(*slice(bytes, 88, 32));
  if (descriptor.type == 2 && (escape.find("%/@") != std::string_view::npos ||
                               escape.find("%/C") != std::string_view::npos ||
                               escape.find("%/E") != std::string_view::npos))
    descriptor.names = IsoNames::joliet;
  descriptor.block_size = little16(bytes, 128);
  if (descriptor.block_size < 512 || descriptor.block_size > 2048 ||
      (descriptor.block_size & (descriptor.block_size - 1)) != 0)
    descriptor.block_size = 2048;
  descriptor.blocks = little32(bytes, 80);
  descriptor.path_table_size = little32(bytes, 132);
  descriptor.path_table = little32(bytes, 140);
  descriptor.label = text_field(*slice(bytes, 40, 32), descriptor.names);
  const auto root = read_iso_record(bytes, 156, offset);
  if (!root) return std::nullopt;
  descriptor.root = *root;
  descriptor.root.name = {};
  descriptor.root.system_use = {};
  constexpr TimeKind kDates[] = {TimeKind::volume_created, TimeKind::volume_modified,
                                 TimeKind::volume_expires, TimeKind::volume_effective};
  for (std::size_t i = 0; i < std::size(kDates); ++i)
    descriptor.times.push_back(iso_long_time(kDates[i], *slice(bytes, 813 + 17 * i, 17)));
  return descriptor;
}

}  // namespace discern
