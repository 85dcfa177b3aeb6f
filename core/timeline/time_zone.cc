// SPDX-License-Identifier: Apache-2.0
// Files of the time zone database, RFC 8536. All numbers are big-endian.
//
//   header, 44 bytes: "TZif", version, 15 unused, then six counts of 4 bytes:
//     isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt
//   tables: timecnt times of `width` bytes, timecnt type indices of 1 byte, typecnt types of 6
//   bytes
//     (offset 4, is summer time 1, name 1), charcnt bytes of names, leapcnt leap seconds of
//     width + 4, isstdcnt and isutcnt flags of 1
//
// Version 1 has one header with tables of width 4. Later ones follow it with a second header and
// tables of width 8, and with a line that holds a POSIX TZ string for the time behind the tables.

#include "discern/time_zone.h"

#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>

#include "discern/source.h"
#include "timeline/civil_time.h"

namespace discern {
namespace {

struct TzifHeader {
  char magic[4];
  char version;
  char unused[15];
  boost::endian::big_uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};
struct TzifType {
  boost::endian::big_int32_t offset;
  std::uint8_t summer;
  std::uint8_t name;
};
static_assert(sizeof(TzifHeader) == 44 && sizeof(TzifType) == 6);

std::uint64_t tables_size(const TzifHeader& header, std::uint64_t width) {
  const auto count = [](const boost::endian::big_uint32_t& n) { return std::uint64_t{n}; };
  return count(header.timecnt) * (width + 1) + count(header.typecnt) * sizeof(TzifType) +
         count(header.charcnt) + count(header.leapcnt) * (width + 4) + count(header.isstdcnt) +
         count(header.isutcnt);
}

// Half a day beyond what any zone ever had; also keeps sums far from overflow.
constexpr std::int64_t kMostOffset = 36 * 3600;
constexpr std::int64_t kMostSeconds = std::int64_t{1} << 56;

// "+02:00", "-0530", "+2".
std::optional<std::int64_t> fixed_offset(std::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const std::int64_t sign = text[0] == '-' ? -1 : 1;
  std::string digits;
  for (const char c : text.substr(1)) {
    if (c == ':' && digits.size() == 2) continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  if (digits.size() > 4 || digits.size() == 3) return std::nullopt;
  if (digits.size() <= 2) digits += "00";
  const std::int64_t number = std::stoi(digits);
  if (number % 100 > 59 || number / 100 > 26) return std::nullopt;
  return sign * (number / 100 * 3600 + number % 100 * 60);
}

}  // namespace

Result<TimeZone> TimeZone::named(const std::string& name, const std::string& folder) {
  TimeZone zone;
  zone.name_ = name;
  if (name == "UTC" || name == "Z") return zone;
  if (const auto offset = fixed_offset(name)) {
    zone.first_offset_ = *offset;
    return zone;
  }
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  };
  const Error none{Errc::missing, "there is no zone '" + name + "' in " + folder +
                                      "; a zone is UTC, an offset such as +02:00, or a name such "
                                      "as Europe/Berlin"};
  if (name.empty() || name.front() == '/' || !std::all_of(name.begin(), name.end(), allowed))
    return none;
  const auto file = MappedFile::open(folder + "/" + name);
  if (!file) return none;
  constexpr std::uint64_t kMostBytes = 1 << 20;
  const auto bytes = read_exactly(**file, 0, std::min((*file)->size(), kMostBytes));
  if (!bytes) return bytes.error();
  return parse(*bytes, name);
}

Result<TimeZone> TimeZone::parse(Bytes file, std::string name) {
  const auto corrupt = [&](const char* what) { return Error{Errc::corrupt, what, name}; };
  auto header = read_record<TzifHeader>(file);
  if (!header || !has_text_at(file, 0, "TZif"))
    return Error{Errc::not_this, "no file of the time zone database", name};
  std::uint64_t at = sizeof(TzifHeader);
  std::uint64_t width = 4;
  if (header->version >= '2') {
    at += tables_size(*header, 4);
    width = 8;
    header = read_record<TzifHeader>(file, at);
    if (!header || !has_text_at(file, at, "TZif")) return corrupt("its second header is missing");
    at += sizeof(TzifHeader);
  }
  const auto tables = slice(file, at, tables_size(*header, width));
  if (!tables) return corrupt("its tables are cut");
  const std::uint64_t count = header->timecnt;
  const std::uint64_t types_at = count * (width + 1);
  const auto offset_of = [&](std::uint64_t type) -> std::optional<std::int64_t> {
    if (type >= header->typecnt) return std::nullopt;
    const auto record = read_record<TzifType>(*tables, types_at + type * sizeof(TzifType));
    const std::int64_t offset = record ? std::int64_t{record->offset} : kMostOffset + 1;
    if (offset > kMostOffset || offset < -kMostOffset) return std::nullopt;
    return offset;
  };
  TimeZone zone;
  const auto first = offset_of(0);
  if (!first) return corrupt("it has no first type");
  zone.first_offset_ = *first;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::int64_t when = 0;
    if (width == 8)
      when = *read_record<boost::endian::big_int64_t>(*tables, i * width);
    else
      when = *read_record<boost::endian::big_int32_t>(*tables, i * width);
    const auto offset = offset_of(std::to_integer<std::uint64_t>((*tables)[count * width + i]));
    if (!offset) return corrupt("a change has no type");
    if (!zone.changes_.empty() && when <= zone.changes_.back().at)
      return corrupt("its changes are not in order");
    zone.changes_.push_back({when, *offset});
  }
  if (width == 8) {
    std::string_view tail = as_text(file.subspan(static_cast<std::size_t>(at) + tables->size()));
    if (tail.starts_with('\n')) {
      tail.remove_prefix(1);
      tail = tail.substr(0, tail.find('\n'));
      zone.tail_ = parse_tail(tail);
      if (!tail.empty() && !zone.tail_) return corrupt("its TZ string is malformed");
    }
  }
  zone.name_ = std::move(name);
  return zone;
}

TimeZone::Reading TimeZone::from_local(std::int64_t local_seconds) const {
  if (local_seconds > kMostSeconds || local_seconds < -kMostSeconds)
    return {local_seconds, Validity::out_of_range};
  // Changes lie more than two days apart, and offsets are below one and a half.
  const std::int64_t before = offset_at(local_seconds - 2 * kSecondsPerDay);
  const std::int64_t after = offset_at(local_seconds + 2 * kSecondsPerDay);
  const bool fits_before = offset_at(local_seconds - before) == before;
  const bool fits_after = offset_at(local_seconds - after) == after;
  if (before == after) return {local_seconds - before, Validity::ok};
  if (fits_before && fits_after) return {local_seconds - before, Validity::dst_fold};
  if (fits_before) return {local_seconds - before, Validity::ok};
  if (fits_after) return {local_seconds - after, Validity::ok};
  return {local_seconds - before, Validity::dst_gap};
}

void assume_zone(std::vector<EntryTime>& times, const TimeZone& zone) {
  for (EntryTime& time : times) {
    if (time.zone != Zone::unknown || time.precision == Precision::day1 || !is_meaningful(time))
      continue;
    const std::int64_t seconds = floor_div(time.time_ns, kNsPerSecond);
    const TimeZone::Reading reading = zone.from_local(seconds);
    std::int64_t shift = 0;
    time.zone = Zone::assumed;
    if (__builtin_mul_overflow(reading.utc_seconds - seconds, kNsPerSecond, &shift) ||
        __builtin_add_overflow(time.time_ns, shift, &time.time_ns)) {
      time.time_ns = 0;
      time.validity = Validity::out_of_range;
    } else if (reading.validity != Validity::ok) {
      time.validity = reading.validity;
    }
  }
}

}  // namespace discern
