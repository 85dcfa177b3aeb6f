// SPDX-License-Identifier: Apache-2.0
// RIFF WAVE (Microsoft and IBM, Multimedia Programming Interface 1.0, 1991), little-endian:
//
//    0  4  "RIFF"     4  4  size of the rest      8  4  "WAVE"
//   12  chunks: id 4, size 4, content, one byte more when the size is odd
//   "fmt ": 0 2 format (1 PCM)  2 2 channels  4 4 sample rate  8 4 bytes/s  12 2 align  14 2 bits
//   "data": samples, little-endian, left and right in turn
#include "optical/wave.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <cstring>
#include <limits>

#include "discern/bytes.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

struct ChunkHeader {
  char id[4];
  little_uint32_t size;
};
static_assert(sizeof(ChunkHeader) == 8);

struct WaveFormat {
  little_uint16_t format;
  little_uint16_t channels;
  little_uint32_t rate;
  little_uint32_t bytes_per_second;
  little_uint16_t align;
  little_uint16_t bits;
};
static_assert(sizeof(WaveFormat) == 16);

}  // namespace

Result<SourcePtr> wave_samples(const SourcePtr& file) {
  constexpr int kMostChunks = 1000;
  const auto start = read_exactly(*file, 0, 12);
  if (!start || !has_text_at(*start, 0, "RIFF") || !has_text_at(*start, 8, "WAVE"))
    return Error{Errc::corrupt, "not a RIFF WAVE file"};
  std::uint64_t at = 12;
  bool known_format = false;
  for (int i = 0; i < kMostChunks; ++i) {
    const auto bytes = read_exactly(*file, at, sizeof(ChunkHeader));
    if (!bytes) break;
    const auto header = *read_record<ChunkHeader>(*bytes);
    const std::string_view id(header.id, sizeof header.id);
    at += sizeof header;
    if (id == "fmt ") {
      const auto body = read_exactly(*file, at, sizeof(WaveFormat));
      if (!body) return body.error();
      const auto format = *read_record<WaveFormat>(*body);
      if (format.format != 1 || format.channels != 2 || format.rate != 44100 || format.bits != 16)
        return Error{Errc::unsupported, "WAVE samples that are not those of an audio CD"};
      known_format = true;
    }
    if (id == "data" && known_format) return window_source(file, at, header.size);
    at += std::uint64_t{header.size} + header.size % 2;
  }
  return Error{Errc::corrupt, "a WAVE file without samples"};
}

std::optional<std::array<std::byte, 44>> wave_header(std::uint64_t size) {
  struct Header {
    char riff[4] = {'R', 'I', 'F', 'F'};
    little_uint32_t rest;
    char wave[4] = {'W', 'A', 'V', 'E'};
    ChunkHeader format_chunk = {{'f', 'm', 't', ' '}, little_uint32_t(sizeof(WaveFormat))};
    WaveFormat format = {little_uint16_t(1),      little_uint16_t(2), little_uint32_t(44100),
                         little_uint32_t(176400), little_uint16_t(4), little_uint16_t(16)};
    ChunkHeader data_chunk = {{'d', 'a', 't', 'a'}, {}};
  };
  static_assert(sizeof(Header) == 44);
  constexpr std::uint64_t kBehindRest = sizeof(Header) - 8;
  if (size > std::numeric_limits<std::uint32_t>::max() - kBehindRest) return std::nullopt;
  Header header;
  header.rest = static_cast<std::uint32_t>(kBehindRest + size);
  header.data_chunk.size = static_cast<std::uint32_t>(size);
  std::array<std::byte, sizeof header> bytes;
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

}  // namespace discern
