// SPDX-License-Identifier: Apache-2.0
// Chunks of an inflated payload are decoded up to the piece that is asked for, and go on from there
// when more is: a file system walk wants one sector here and one there, a pass everything in order.
// The lock on the set of chunks is held for a look-up only; decoding locks its own chunk.
#include <algorithm>
#include <cstring>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "image/restart_points.h"

namespace discern {
namespace {

constexpr std::size_t kInputBlock = 64U << 10U;
constexpr std::uint64_t kMemory = 64ULL << 20U;

// One chunk, decoded as far as it was needed.
struct Chunk {
  std::mutex mutex;
  std::unique_ptr<DeflateDecoder> decoder;  // until all is decoded, or no more can be
  std::unique_ptr<std::byte[]> buffer;      // history, then the chunk
  std::uint64_t made = 0;                   // bytes decoded
  std::uint64_t good = 0;                   // of these, proved by their CRC-32
  bool begun = false;
};

// The chunks of one set of points. Thread-safe.
class Chunks {
 public:
  Chunks(const ByteSource& container, RestartPoints points)
      : container_(container), points_(std::move(points)) {}

  std::uint64_t size() const { return points_.size; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const {
    ReadResult result;
    result.bytes =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size() - offset));
    const auto& all = points_.points;
    auto next = std::upper_bound(
        all.begin(), all.end(), offset,
        [](std::uint64_t at, const RestartPoint& point) { return at < point.offset; });
    auto index = static_cast<std::size_t>(next - all.begin()) - 1;
    for (std::size_t done = 0; done < result.bytes; ++index) {
      const std::uint64_t at = offset + done;
      const std::uint64_t length =
          std::min(points_.chunk_end(index) - at, offset + result.bytes - at);
      const auto part = buffer.subspan(done, static_cast<std::size_t>(length));
      if (all[index].zeros)
        std::fill(part.begin(), part.end(), std::byte{0});
      else
        read_chunk(index, at, part, result.bad);
      done += part.size();
    }
    result.bad = merged(std::move(result.bad));
    return result;
  }

 private:
  void read_chunk(std::size_t index, std::uint64_t at, std::span<std::byte> part,
                  std::vector<ByteRange>& bad) const {
    const std::shared_ptr<Chunk> chunk = chunk_at(index);
    const std::lock_guard lock(chunk->mutex);
    const std::uint64_t start = points_.points[index].offset;
    decode(*chunk, index, at - start + part.size());
    const std::uint64_t good =
        std::min(std::max(chunk->good, at - start) - (at - start), std::uint64_t{part.size()});
    if (good > 0) {
      std::memcpy(part.data(), chunk->buffer.get() + kDeflateHistory + (at - start),
                  static_cast<std::size_t>(good));
    }
    std::fill(part.begin() + static_cast<std::ptrdiff_t>(good), part.end(), std::byte{0});
    if (good < part.size()) bad.push_back({at + good, part.size() - good});
  }

  std::shared_ptr<Chunk> chunk_at(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    if (const auto found = places_.find(index); found != places_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
      return found->second->second;
    }
    const auto bytes_of = [&](std::size_t each) {
      return points_.chunk_end(each) - points_.points[each].offset + kDeflateHistory +
             kDeflateOvershoot;
    };
    recent_.emplace_front(index, std::make_shared<Chunk>());
    places_[index] = recent_.begin();
    memory_ += bytes_of(index);
    while (memory_ > kMemory && recent_.size() > 1) {
      memory_ -= bytes_of(recent_.back().first);
      places_.erase(recent_.back().first);
      recent_.pop_back();
    }
    return recent_.front().second;
  }

  // Decodes the first `wanted` bytes of the chunk, rounded up to whole pieces.
  void decode(Chunk& chunk, std::size_t index, std::uint64_t wanted) const {
    const RestartPoint& point = points_.points[index];
    const std::uint64_t length = points_.chunk_end(index) - point.offset;
    wanted = std::min(length, (wanted + kPieceSize - 1) / kPieceSize * kPieceSize);
    if (!chunk.begun) begin(chunk, point, length);
    std::byte* const bytes = chunk.buffer.get() + kDeflateHistory;
    const std::size_t history = point.history == RestartPoint::History::none ? 0 : kDeflateHistory;
    while (chunk.decoder && chunk.good < wanted) {
      if (chunk.made < wanted) {
        const DeflateRun run =
            chunk.decoder->run(bytes + chunk.made, static_cast<std::size_t>(wanted - chunk.made),
                               history + static_cast<std::size_t>(chunk.made), false);
        chunk.made += run.made;
        if (run.stop != DeflateStop::full) chunk.decoder.reset();
      }
      prove(chunk, point, length);
    }
    if (chunk.good == length) chunk.decoder.reset();
  }

  void begin(Chunk& chunk, const RestartPoint& point, std::uint64_t length) const {
    chunk.begun = true;
    chunk.buffer = std::make_unique_for_overwrite<std::byte[]>(
        kDeflateHistory + static_cast<std::size_t>(length) + kDeflateOvershoot);
    if (point.history == RestartPoint::History::kept) {
      if (!read_window(point.window, {chunk.buffer.get(), kDeflateHistory})) return;
    } else {
      std::memset(chunk.buffer.get(), 0, kDeflateHistory);
    }
    chunk.decoder = std::make_unique<DeflateDecoder>(container_, container_.size(), kInputBlock);
    if (!chunk.decoder->go_to(point.from)) chunk.decoder.reset();
  }

  bool read_window(std::uint64_t number, std::span<std::byte> history) const {
    const std::uint64_t offset = number * kDeflateHistory;
    if (points_.kept_windows) {
      const ReadResult got = points_.kept_windows->read(offset, history);
      return got.complete() && got.bytes == history.size();
    }
    const auto window = slice(points_.windows.bytes(), offset, history.size());
    if (window) std::memcpy(history.data(), window->data(), window->size());
    return window.has_value();
  }

  // Compares what was decoded with the CRC-32 of each piece; the first that differs is the end.
  void prove(Chunk& chunk, const RestartPoint& point, std::uint64_t length) const {
    const std::uint64_t made = std::min(chunk.made, length);
    while (chunk.good < made) {
      const std::uint64_t piece = std::min(kPieceSize, length - chunk.good);
      if (made - chunk.good < piece) return;
      const Bytes bytes(chunk.buffer.get() + kDeflateHistory + chunk.good,
                        static_cast<std::size_t>(piece));
      if (crc32_of(bytes) != points_.piece_crcs[point.piece + chunk.good / kPieceSize]) {
        chunk.decoder.reset();
        return;
      }
      chunk.good += piece;
    }
  }

  using Recent = std::list<std::pair<std::size_t, std::shared_ptr<Chunk>>>;

  const ByteSource& container_;
  RestartPoints points_;
  mutable std::mutex mutex_;  // of the members below
  mutable Recent recent_;     // the one used last in front
  mutable std::unordered_map<std::size_t, Recent::iterator> places_;
  mutable std::uint64_t memory_ = 0;
};

class InflatedSource final : public ByteSource {
 public:
  InflatedSource(SourcePtr container, RestartPoints points, std::string file, RemakePoints remake)
      : container_(std::move(container)),
        size_(points.size),
        file_(std::move(file)),
        chunks_(std::make_shared<const Chunks>(*container_, std::move(points))),
        remake_(std::move(remake)) {}

  std::uint64_t size() const override { return size_; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    if (offset >= size() || buffer.empty()) return {};
    const auto chunks = current();
    ReadResult result = chunks->read(offset, buffer);
    if (result.complete()) return result;
    const auto others = remade(chunks);
    return others == chunks ? result : others->read(offset, buffer);
  }

  Location locate(std::uint64_t offset) const override {
    return {file_, std::nullopt, size() - offset, std::nullopt};
  }

 private:
  using ChunksPtr = std::shared_ptr<const Chunks>;

  ChunksPtr current() const {
    const std::lock_guard lock(mutex_);
    return chunks_;
  }

  // After `failed` could not be read: the chunks to read instead, or the same.
  ChunksPtr remade(const ChunksPtr& failed) const {
    const std::lock_guard one_only(remaking_);
    if (ChunksPtr chunks = current(); chunks != failed || !remake_) return chunks;
    auto points = std::exchange(remake_, {})();
    if (!points || points->size != size_) return failed;
    const std::lock_guard lock(mutex_);
    chunks_ = std::make_shared<const Chunks>(*container_, std::move(*points));
    return chunks_;
  }

  SourcePtr container_;
  std::uint64_t size_;
  std::string file_;
  mutable std::mutex mutex_;
  mutable ChunksPtr chunks_;     // guarded by mutex_
  mutable std::mutex remaking_;  // held while points are made
  mutable RemakePoints remake_;  // guarded by remaking_
};

}  // namespace

SourcePtr inflated_source(SourcePtr container, RestartPoints points, std::string file,
                          RemakePoints remake) {
  return std::make_shared<InflatedSource>(std::move(container), std::move(points), std::move(file),
                                          std::move(remake));
}

}  // namespace discern
