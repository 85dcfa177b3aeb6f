// SPDX-License-Identifier: Apache-2.0
// One way through a deflate stream: a block of input, as many steps of output as it yields, the
// next block. A stream that was cut or damaged thereby gives everything before the break; a decoder
// that works on whole buffers would withhold it.
//
// ISA-L's decoder keeps the last 32 KiB itself, so that the output may move between calls. It takes
// up to eight bytes more from the input than the stream has; read_in_length counts their bits.
#include "image/inflate.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace discern {
namespace {

constexpr std::size_t kFirstBlock = 16U << 10U;  // streams of multi-member gzip are that short
constexpr std::size_t kInputBlock = 256U << 10U;
constexpr std::uint64_t kOutputStep = 1ULL << 20U;  // still in cache when its CRC is taken

}  // namespace

struct Inflater::State {
  inflate_state stream;
  std::array<std::byte, kInputBlock> input;
};

Inflater::Inflater() : state_(std::make_unique_for_overwrite<State>()) {}
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;
Inflater::~Inflater() = default;

InflatedStream Inflater::run(const ByteSource& source, ByteRange range, std::uint64_t limit,
                             PayloadMemory& out) {
  return run(source, range, limit, out, false);
}

InflatedStream Inflater::run(const ByteSource& source, ByteRange range, std::uint64_t limit,
                             PayloadMemory& out, bool again) {
  inflate_state& stream = state_->stream;
  isal_inflate_init(&stream);
  InflatedStream result;
  std::uint64_t fed = 0;
  bool readable = true;
  const auto stop = [&](StreamEnd end) {
    const auto ahead = static_cast<std::uint64_t>(std::max(stream.read_in_length, 0)) / 8;
    const bool starved = end == StreamEnd::cut || end == StreamEnd::unreadable;
    result.end = end;
    result.consumed = starved ? fed : fed - std::min(fed, stream.avail_in + ahead);
    return result;
  };

  for (;;) {
    if (stream.avail_in == 0 && readable && fed < range.length) {
      const auto wanted =
          std::min<std::uint64_t>(fed == 0 ? kFirstBlock : kInputBlock, range.length - fed);
      const ReadResult got =
          source.read(range.offset + fed, std::span(state_->input).first(std::size_t{wanted}));
      std::uint64_t good = got.bytes;
      if (!got.complete()) {
        good = got.bad.front().offset - (range.offset + fed);
        readable = false;
      }
      if (good == 0) range.length = fed;
      fed += good;
      stream.next_in = reinterpret_cast<std::uint8_t*>(state_->input.data());
      stream.avail_in = static_cast<std::uint32_t>(good);
    }
    // Room for one byte over the limit: see the declaration.
    const std::uint64_t left = limit - result.produced;
    const std::span<std::byte> room = out.room(left < kOutputStep ? left + 1 : kOutputStep);
    if (room.empty()) return stop(StreamEnd::no_memory);
    stream.next_out = reinterpret_cast<std::uint8_t*>(room.data());
    stream.avail_out = static_cast<std::uint32_t>(room.size());
    const std::uint32_t available = stream.avail_in;
    const int status = isal_inflate(&stream);

    const std::uint64_t made = room.size() - stream.avail_out;
    const std::uint64_t taken = std::min(made, left);
    result.crc32 = crc32_of(room.first(static_cast<std::size_t>(taken)), result.crc32);
    result.produced += taken;
    out.add(taken);
    if (status == ISAL_INVALID_LOOKBACK && !again) {
      // The match's bytes are counted as output and were not made. Once more, with its last bits
      // withheld: near the end of its input the decoder looks at each match before it counts it.
      const auto ahead = static_cast<std::uint64_t>(std::max(stream.read_in_length, 0));
      const std::uint64_t taken_in = fed - std::min<std::uint64_t>(fed, stream.avail_in);
      const std::uint64_t before = taken_in - std::min(taken_in, (ahead + 8) / 8);
      out.cut(out.size() - result.produced);
      const std::uint64_t broken = stop(StreamEnd::invalid).consumed;
      result = run(source, {range.offset, before}, limit, out, true);
      result.end = StreamEnd::invalid;
      result.consumed = broken;
      return result;
    }
    if (made > left) return stop(StreamEnd::over_limit);
    if (status < 0) return stop(StreamEnd::invalid);
    if (stream.block_state == ISAL_BLOCK_FINISH) return stop(StreamEnd::complete);
    if (stream.avail_out == 0) continue;
    if (stream.avail_in > 0 && stream.avail_in == available) return stop(StreamEnd::invalid);
    if (stream.avail_in == 0 && (!readable || fed >= range.length)) {
      return stop(readable ? StreamEnd::cut : StreamEnd::unreadable);
    }
  }
}

Finding broken_stream(StreamEnd end, const std::string& path, std::uint64_t offset,
                      const std::string& delivered) {
  const char* code = "imz.truncated";
  std::string text = "the deflate stream is cut off";
  if (end == StreamEnd::invalid) {
    code = "imz.stream-damaged";
    text = "the deflate stream is damaged here or before";
  } else if (end == StreamEnd::unreadable) {
    code = "imz.unreadable";
    text = "the deflate stream cannot be read on";
  }
  return {code, Severity::damage, Place{path, offset}, text + "; " + delivered};
}

Error too_large(const std::string& path, std::uint64_t offset, std::uint64_t delivered) {
  return {Errc::limit,
          "payload does not fit into the memory allowed for it; " + std::to_string(delivered) +
              " bytes were inflated",
          path, offset};
}

std::uint32_t crc32_of(Bytes bytes, std::uint32_t start) {
  return crc32_gzip_refl(start, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string crc32_text(std::uint32_t crc32) {
  std::array<char, 9> text{};
  (void)std::snprintf(text.data(), text.size(), "%08x", crc32);
  return text.data();
}

}  // namespace discern
