// SPDX-License-Identifier: Apache-2.0
// A gzip member (RFC 1952, section 2.3), little-endian:
//
//    0  ID1 ID2  1F 8B
//    2  CM       8 = deflate
//    3  FLG      bit 1 FHCRC, 2 FEXTRA, 3 FNAME, 4 FCOMMENT; 5 to 7 must be zero
//    4  MTIME    4 bytes, Unix time of the original file, 0 when there is none
//    8  XFL, OS
//   10  FEXTRA   2 bytes length, then as many bytes
//       FNAME    bytes up to a zero, then FCOMMENT likewise
//       FHCRC    2 bytes: lower half of the CRC-32 of everything before
//       deflate stream
//       CRC32    4 bytes, of the payload
//       ISIZE    4 bytes, payload size modulo 2^32
//
// The size of the payload cannot be known before the stream has been followed to its end. Members
// may follow each other; their payloads belong together (section 2.2).
#include "image/gzip.h"

#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <utility>

namespace discern {
namespace {

using U16 = boost::endian::little_uint16_t;
using U32 = boost::endian::little_uint32_t;

constexpr std::uint64_t kLongestHeader = 256U << 10U;
constexpr std::size_t kMostFindings = 100;  // of members there may be millions

struct Fixed {
  std::array<char, 2> id;
  std::uint8_t method, flags;
  U32 mtime;
  std::uint8_t extra_flags, system;
};
static_assert(sizeof(Fixed) == 10);

struct Trailer {
  U32 crc32, isize;
};
static_assert(sizeof(Trailer) == 8);

constexpr unsigned kHeaderCrc = 2;
constexpr unsigned kExtra = 4;
constexpr unsigned kName = 8;
constexpr unsigned kComment = 16;
constexpr unsigned kReserved = 0xE0;

// Takes a zero-terminated text from `at` on.
std::optional<std::string> take_text(Bytes bytes, std::uint64_t& at) {
  const std::string_view text = as_text(bytes).substr(static_cast<std::size_t>(at));
  const auto end = text.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  at += end + 1;
  return std::string(text.substr(0, end));
}

// Header from its own bytes; nothing when they end too early.
std::optional<GzipHeader> parse(Bytes bytes) {
  const auto fixed = read_record<Fixed>(bytes);
  if (!fixed) return std::nullopt;
  GzipHeader header;
  header.mtime = fixed->mtime;
  header.reserved_flags = (fixed->flags & kReserved) != 0;
  std::uint64_t at = sizeof(Fixed);
  if ((fixed->flags & kExtra) != 0) {
    const auto length = read_record<U16>(bytes, at);
    if (!length) return std::nullopt;
    at += sizeof(U16) + *length;
    if (at > bytes.size()) return std::nullopt;
  }
  for (const auto& [flag, text] :
       {std::pair(kName, &header.name), std::pair(kComment, &header.comment)}) {
    if ((fixed->flags & flag) == 0) continue;
    auto taken = take_text(bytes, at);
    if (!taken) return std::nullopt;
    *text = std::move(*taken);
  }
  if ((fixed->flags & kHeaderCrc) != 0) {
    const auto stored = read_record<U16>(bytes, at);
    if (!stored) return std::nullopt;
    header.stored_crc16 = *stored;
    header.crc16 =
        static_cast<std::uint16_t>(crc32_of(bytes.first(static_cast<std::size_t>(at))) & 0xFFFFU);
    at += sizeof(U16);
  }
  header.length = at;
  return header;
}

}  // namespace

Result<GzipHeader> read_gzip_header(const ByteSource& file, const std::string& path,
                                    std::uint64_t offset) {
  const std::uint64_t left = file.size() - std::min(file.size(), offset);
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::min<std::uint64_t>(left, 512)));
  const auto fill = [&] {
    const ReadResult got = file.read(offset, bytes);
    bytes.resize(got.complete() ? got.bytes
                                : static_cast<std::size_t>(got.bad.front().offset - offset));
  };
  fill();
  if (!has_text_at(bytes, 0, kGzipMagic))
    return Error{Errc::not_this, "no gzip file", path, offset};
  auto header = parse(bytes);
  if (!header) {
    bytes.resize(static_cast<std::size_t>(std::min(left, kLongestHeader)));
    fill();
    header = parse(bytes);
  }
  if (!header) return Error{Errc::corrupt, "gzip header is cut off", path, offset};
  return std::move(*header);
}

namespace {

// A lower bound of the payload's size: compression makes nothing much larger, and the last member
// says its own size, modulo 2^32.
std::uint64_t expected_size(const ByteSource& file) {
  if (file.size() < sizeof(Trailer)) return 0;
  const auto raw = read_exactly(file, file.size() - sizeof(Trailer), sizeof(Trailer));
  const auto trailer = raw ? read_record<Trailer>(*raw) : std::nullopt;
  const std::uint64_t last = trailer ? std::uint64_t{trailer->isize} : 0;
  // Only believable as part of what the file can hold.
  return std::max(file.size(), last / kBestRatio <= file.size() ? last : 0);
}

// All members into `payload`; nothing when that is to be read through restart points instead.
Result<std::optional<GzipFile>> read_members(const ByteSource& file, const std::string& path,
                                             InflatedPayload& payload) {
  GzipFile result;
  const auto find = [&](const char* code, Severity severity, std::uint64_t offset,
                        std::string text) {
    if (result.findings.size() < kMostFindings)
      result.findings.push_back({code, severity, Place{path, offset}, std::move(text)});
  };
  for (std::uint64_t at = 0; at < file.size() || result.members == 0;) {
    auto header = read_gzip_header(file, path, at);
    if (!header && result.members == 0) return header.error();
    if (!header && header.error().code == Errc::corrupt) {
      find("imz.truncated", Severity::damage, at, "the header of a further member is cut off");
      break;
    }
    if (!header) {
      find("imz.trailing-bytes", Severity::warning, at,
           std::to_string(file.size() - at) + " bytes behind the gzip data");
      break;
    }
    if (header->stored_crc16 && *header->stored_crc16 != header->crc16)
      find("imz.header-crc", Severity::warning, at, "CRC of the gzip header does not match");
    if (header->reserved_flags)
      find("imz.reserved-flags", Severity::warning, at + 3, "reserved flags of gzip are set");

    const std::uint64_t start = at + header->length;
    const InflatedStream stream =
        payload.add(file, {start, file.size() - start}, ~std::uint64_t{0});
    at = start + stream.consumed;
    ++result.members;
    if (result.members == 1) result.header = std::move(*header);
    if (stream.end == StreamEnd::over_limit) return std::optional<GzipFile>();
    if (stream.end == StreamEnd::no_memory) return too_large(path, at, payload.size());
    if (stream.end != StreamEnd::complete) {
      result.findings.push_back(
          broken_stream(stream.end, path, at,
                        "the first " + std::to_string(payload.size()) +
                            " payload bytes are delivered; there is no CRC to prove them"));
      result.broken = true;
      break;
    }

    const auto raw = read_exactly(file, at, sizeof(Trailer));
    const auto trailer = raw ? read_record<Trailer>(*raw) : std::nullopt;
    if (!trailer) {
      find("imz.truncated", Severity::damage, at,
           "the gzip trailer cannot be read; the " + std::to_string(payload.size()) +
               " payload bytes are delivered, with no CRC to prove them");
      break;
    }
    if (trailer->crc32 != stream.crc32) {
      find("imz.crc-mismatch", Severity::damage, at,
           "CRC-32 of the payload: the gzip trailer says " + crc32_text(trailer->crc32) +
               ", computed is " + crc32_text(stream.crc32));
    }
    if (trailer->isize != static_cast<std::uint32_t>(stream.produced)) {
      find("imz.size-mismatch", Severity::warning, at + 4,
           "size modulo 2^32: the gzip trailer says " + std::to_string(trailer->isize) +
               ", the stream gave " + std::to_string(stream.produced) + " bytes");
    }
    result.crc32.reset();
    if (result.members == 1) result.crc32 = trailer->crc32;
    at += sizeof(Trailer);
  }
  return std::optional(std::move(result));
}

}  // namespace

Result<GzipFile> read_gzip(const SourcePtr& container, const std::string& path,
                           const PayloadLimits& limits) {
  InflatedPayload payload(limits, expected_size(*container));
  auto file = read_members(*container, path, payload);
  if (file && !*file) {
    payload = payload.with_points();
    file = read_members(*container, path, payload);
  }
  if (payload.from_cache() && (!file || !(*file)->findings.empty())) {
    payload = payload.without_cache();
    file = read_members(*container, path, payload);
  }
  if (!file) return file.error();
  GzipFile result = std::move(**file);
  result.how = payload.how();
  if (payload.note()) result.findings.push_back(*payload.note());
  result.payload = std::move(payload).source(container, path);
  return result;
}

}  // namespace discern
