// SPDX-License-Identifier: Apache-2.0
// Tag (ECMA-167 part 3, 7.2): 0 LE16 id, 2 LE16 version, 4 checksum of the other 15 bytes, 6 LE16
// serial, 8 LE16 CRC, 10 LE16 its length, 12 LE32 block where it stands. The CRC is CCITT's (x^16 +
// x^12 + x^5 + 1, start 0) over the bytes behind the tag.
//
// Timestamp (part 1, 7.3): 0 LE16 type in bits 15..12 (0 UTC, 1 local) and offset from UTC in
// minutes in bits 11..0 (signed, -2047 not stated), 2 LE16 year, 4 month, day, hour, minute,
// second, 9 centiseconds, hundreds of microseconds, microseconds.
//
// Text: OSTA UDF 2.60, 2.1.1.
#include "filesystem/udf_records.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>

#include "filesystem/clock.h"
#include "filesystem/utf16.h"

namespace discern {
namespace {

constexpr std::size_t kTag = 16;

std::uint32_t byte_at(Bytes bytes, std::uint64_t at) {
  const auto one = slice(bytes, at, 1);
  return one ? std::to_integer<std::uint32_t>(one->front()) : 0;
}
const unsigned char* address(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::uint16_t crc_of(Bytes bytes) {
  std::uint32_t crc = 0;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace

std::uint16_t udf16(Bytes bytes, std::uint64_t at) {
  const auto part = slice(bytes, at, 2);
  return part ? boost::endian::load_little_u16(address(*part)) : std::uint16_t{0};
}
std::uint32_t udf32(Bytes bytes, std::uint64_t at) {
  const auto part = slice(bytes, at, 4);
  return part ? boost::endian::load_little_u32(address(*part)) : 0;
}
std::uint64_t udf64(Bytes bytes, std::uint64_t at) {
  const auto part = slice(bytes, at, 8);
  return part ? boost::endian::load_little_u64(address(*part)) : 0;
}

std::optional<UdfTag> udf_tag(Bytes bytes) {
  const auto tag = slice(bytes, 0, kTag);
  if (!tag) return std::nullopt;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < kTag; ++i)
    if (i != 4) sum += byte_at(*tag, i);
  if ((sum & 0xFF) != byte_at(*tag, 4)) return std::nullopt;
  const std::uint16_t id = udf16(*tag, 0);
  if (id == 0) return std::nullopt;
  const std::uint16_t covered = udf16(*tag, 10);
  const auto body = slice(bytes, kTag, covered);
  if (covered > 0 && (!body || crc_of(*body) != udf16(*tag, 8))) return std::nullopt;
  return static_cast<UdfTag>(id);
}

UdfBlock udf_long_address(Bytes bytes, std::uint64_t at) {
  return {udf32(bytes, at + 4), udf16(bytes, at + 8)};
}

EntryTime udf_time(TimeKind kind, Bytes raw) {
  EntryTime time{kind, 0, Precision::us1, Zone::unknown, Validity::zero, raw};
  if (raw.size() < 12 || std::ranges::all_of(raw, [](std::byte b) { return b == std::byte{0}; }))
    return time;
  const std::uint32_t zone = udf16(raw, 0);
  int offset = static_cast<int>(zone & 0x0FFF);
  if (offset >= 0x800) offset -= 0x1000;
  const bool stated = offset >= -1440 && offset <= 1440;
  if (zone >> 12 == 0) {
    time.zone = Zone::utc;
    offset = 0;
  } else if (stated) {
    time.zone = Zone::recorded_offset;
  } else {
    offset = 0;
  }
  const std::uint32_t fraction[] = {byte_at(raw, 9), byte_at(raw, 10), byte_at(raw, 11)};
  if (std::ranges::any_of(fraction, [](std::uint32_t part) { return part > 99; })) {
    time.validity = Validity::invalid_field;
    return time;
  }
  set_clock(time,
            {static_cast<std::int16_t>(udf16(raw, 2)), byte_at(raw, 4), byte_at(raw, 5),
             byte_at(raw, 6), byte_at(raw, 7), byte_at(raw, 8),
             fraction[0] * 10'000'000 + fraction[1] * 100'000 + fraction[2] * 1'000},
            offset);
  return time;
}

std::string udf_text(Bytes bytes) {
  if (bytes.empty()) return {};
  const std::uint32_t compression = byte_at(bytes, 0);
  std::u16string wide;
  if (compression == 8 || compression == 254) {
    for (const std::byte byte : bytes.subspan(1)) wide += static_cast<char16_t>(byte);
  } else if (compression == 16 || compression == 255) {
    for (std::size_t at = 1; at + 2 <= bytes.size(); at += 2)
      wide += static_cast<char16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
  } else {
    return std::string(as_text(bytes));  // no such form: the bytes as they are
  }
  return utf8_of(wide);
}

std::string udf_string(Bytes field) {
  if (field.empty()) return {};
  const auto used = slice(field.first(field.size() - 1), 0, byte_at(field, field.size() - 1));
  return used ? udf_text(*used) : std::string();
}

}  // namespace discern
