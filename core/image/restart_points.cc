// SPDX-License-Identifier: Apache-2.0
// One pass over a deflate stream leaves a restart point about each 400 KiB of output. A point is a
// bit position, the position of its block's header, and the 32 KiB of output before it; runs of
// zeros, of which disk images are full, need none. Points at block ends alone, as zlib's zran.c has
// them, would be megabytes apart there, and ISA-L's own state is 87 KiB.
#include "image/restart_points.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace discern {
namespace {

constexpr std::size_t kInputBlock = 256U << 10U;
// CRC-32's polynomial x^32 + x^26 + ... + 1 (ISO 3309), lowest power in the highest bit.
constexpr std::uint32_t kPolynomial = 0xEDB88320;
constexpr std::uint32_t kOne = 0x80000000;

bool all_zero(Bytes bytes) {
  return bytes.empty() || (bytes[0] == std::byte{0} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

// Product of two polynomials modulo the CRC's.
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (; a != 0; a <<= 1U) {  // without branches: their bits are random
    product ^= b & (0U - (a >> 31U));
    b = (b >> 1U) ^ (kPolynomial & (0U - (b & 1U)));
  }
  return product;
}

// x^(8 * 2^i) for each i.
constexpr std::array<std::uint32_t, 64> kPowers = [] {
  std::array<std::uint32_t, 64> powers{};
  powers[0] = kOne >> 8U;
  for (std::size_t i = 1; i < powers.size(); ++i)
    powers[i] = multiply(powers[i - 1], powers[i - 1]);
  return powers;
}();

// `crc32` times x^(8 * bytes): what that many zeros after it do.
std::uint32_t moved_on(std::uint32_t crc32, std::uint64_t bytes) {
  for (std::size_t i = 0; bytes != 0; ++i, bytes >>= 1U)
    if ((bytes & 1U) != 0) crc32 = multiply(kPowers[i], crc32);
  return crc32;
}

class PointMaker {
 public:
  PointMaker(const ByteSource& source, ByteRange range, std::uint64_t limit,
             const PayloadLimits& limits, RestartPoints& points)
      : source_(source),
        decoder_(source, range.end(), kInputBlock),
        range_(range),
        limit_(limit),
        limits_(limits),
        points_(points),
        buffer_(std::make_unique_for_overwrite<std::byte[]>(
            kDeflateHistory + static_cast<std::size_t>(limits.spacing) + kDeflateOvershoot)) {
    std::memset(buffer_.get(), 0, kDeflateHistory);
  }

  InflatedStream run() {
    decoder_.go_to({8 * range_.offset, 8 * range_.offset, 0});
    from_ = decoder_.position();
    for (;;) {
      const std::uint64_t known = std::min<std::uint64_t>(result_.produced, kDeflateHistory);
      const DeflateRun run =
          decoder_.run(chunk() + made_, static_cast<std::size_t>(limits_.spacing) - made_,
                       static_cast<std::size_t>(known) + made_, true);
      made_ += run.made;
      const bool goes_on = run.stop == DeflateStop::full || run.stop == DeflateStop::block_end;
      if (goes_on && made_ < limits_.spacing && result_.produced + made_ <= limit_) continue;
      if (result_.produced + made_ > limit_) {
        made_ = static_cast<std::size_t>(limit_ - result_.produced);
        return finish(StreamEnd::over_limit);
      }
      if (run.stop == DeflateStop::too_far) return finish_before_match();
      if (!goes_on) return finish(end_of(run.stop));
      if (!close_chunk()) return finish(StreamEnd::no_memory);
    }
  }

 private:
  std::byte* chunk() { return buffer_.get() + kDeflateHistory; }

  static StreamEnd end_of(DeflateStop stop) {
    switch (stop) {
      case DeflateStop::stream_end:
        return StreamEnd::complete;
      case DeflateStop::invalid:
        return StreamEnd::invalid;
      case DeflateStop::unreadable:
        return StreamEnd::unreadable;
      default:
        return StreamEnd::cut;
    }
  }

  InflatedStream finish(StreamEnd end) {
    if (end != StreamEnd::no_memory && !close_chunk()) end = StreamEnd::no_memory;
    result_.end = end;
    const bool starved = end == StreamEnd::cut || end == StreamEnd::unreadable;
    const std::uint64_t at = starved ? decoder_.input_end() : (decoder_.position().bit + 7) / 8;
    result_.consumed = at - range_.offset;
    return result_;
  }

  // Decodes the chunk again with the match's last bits withheld, for the bytes that precede it.
  InflatedStream finish_before_match() {
    const std::uint64_t before = (decoder_.position().bit - 1) / 8;
    const std::size_t counted = made_;
    DeflateDecoder again(source_, before, kInputBlock);
    made_ = 0;
    if (again.go_to(from_)) {
      const std::uint64_t known = std::min<std::uint64_t>(result_.produced, kDeflateHistory);
      made_ = again.run(chunk(), counted, static_cast<std::size_t>(known), false).made;
    }
    return finish(StreamEnd::invalid);
  }

  // Adds the chunk in the buffer and moves on to the next one; false when there is no more memory.
  bool close_chunk() {
    const Bytes bytes(chunk(), made_);
    if (made_ > 0 && !(all_zero(bytes) ? add_zeros() : add_chunk(bytes))) return false;
    points_.size += made_;
    result_.produced += made_;
    std::memmove(buffer_.get(), buffer_.get() + made_, kDeflateHistory);
    made_ = 0;
    from_ = decoder_.position();
    return points_.memory() <= limits_.memory;
  }

  bool add_zeros() {
    result_.crc32 = joined_crc32(result_.crc32, crc32_of_zeros(made_), made_);
    if (!points_.points.empty() && points_.points.back().zeros) return true;
    RestartPoint point;
    point.offset = points_.size;
    point.zeros = true;
    point.piece = points_.piece_crcs.size();
    points_.points.push_back(point);
    return true;
  }

  bool add_chunk(Bytes bytes) {
    RestartPoint point;
    point.offset = points_.size;
    point.from = from_;
    point.piece = points_.piece_crcs.size();
    const Bytes history(buffer_.get(), kDeflateHistory);
    if (result_.produced > 0 && all_zero(history)) {
      point.history = RestartPoint::History::zeros;
    } else if (result_.produced > 0) {
      point.history = RestartPoint::History::kept;
      point.window = static_cast<std::uint32_t>(points_.windows.size() / kDeflateHistory);
      if (!keep(history)) return false;
    }
    for (std::size_t at = 0; at < bytes.size(); at += kPieceSize) {
      const Bytes piece = bytes.subspan(at, std::min<std::size_t>(kPieceSize, bytes.size() - at));
      const std::uint32_t crc32 = crc32_of(piece);
      points_.piece_crcs.push_back(crc32);
      result_.crc32 = joined_crc32(result_.crc32, crc32, piece.size());
    }
    points_.points.push_back(point);
    return true;
  }

  bool keep(Bytes history) {
    while (!history.empty()) {
      const std::span<std::byte> room = points_.windows.room(history.size());
      if (room.empty()) return false;
      std::memcpy(room.data(), history.data(), room.size());
      points_.windows.add(room.size());
      history = history.subspan(room.size());
    }
    return true;
  }

  const ByteSource& source_;
  DeflateDecoder decoder_;
  ByteRange range_;
  std::uint64_t limit_;
  const PayloadLimits& limits_;
  RestartPoints& points_;
  std::unique_ptr<std::byte[]> buffer_;  // history, then the chunk
  std::size_t made_ = 0;                 // bytes of the chunk
  DeflatePosition from_ = {};            // of the chunk
  InflatedStream result_ = {};
};

}  // namespace

InflatedStream make_restart_points(const ByteSource& source, ByteRange range, std::uint64_t limit,
                                   const PayloadLimits& limits, RestartPoints& points) {
  return PointMaker(source, range, limit, limits, points).run();
}

std::uint32_t joined_crc32(std::uint32_t first, std::uint32_t second, std::uint64_t second_length) {
  return moved_on(first, second_length) ^ second;
}

std::uint32_t crc32_of_zeros(std::uint64_t length) {
  // A CRC begins with all ones and is inverted at its end.
  return ~moved_on(~std::uint32_t{0}, length);
}

}  // namespace discern
