// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_damage.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>

#include "image/ewf_layout.h"
#include "image/ewf_section.h"
#include "image/zlib_decompressor.h"

namespace discern {
namespace {

constexpr std::size_t kMostChunks = 1000;
constexpr std::size_t kMostCompressed = 4;
constexpr std::uint64_t kLargestSearched = 65536;  // of a chunk

// RFC 1950: both sums of Adler-32 are modulo the largest prime below 65536.
constexpr std::uint64_t kAdlerPrime = 65521;

// 1 / value modulo kAdlerPrime, by Fermat's little theorem; value is no multiple of it.
std::uint64_t inverse(std::uint64_t value) {
  std::uint64_t result = 1;
  for (std::uint64_t power = kAdlerPrime - 2; power > 0; power /= 2) {
    if (power % 2 == 1) result = result * value % kAdlerPrime;
    value = value * value % kAdlerPrime;
  }
  return result;
}

// Where a byte was changed, and what it was.
struct Change {
  std::size_t at = 0;
  std::byte before = {};
};

// `bytes`: the data and behind it their Adler-32, low byte first.
std::optional<Change> change_in_stored(Bytes bytes, std::size_t length) {
  const auto stored = read_record<ewf::little_uint32_t>(bytes, length);
  if (!stored || length >= kAdlerPrime) return std::nullopt;
  const std::uint32_t computed = libdeflate_adler32(1, bytes.data(), length);
  const std::uint32_t apart = *stored ^ computed;
  for (std::size_t i = 0; i < 4; ++i)
    if (apart != 0 && (apart & ~(std::uint32_t{0xFF} << (8 * i))) == 0)
      return Change{length + i, static_cast<std::byte>(computed >> (8 * i))};
  const std::uint64_t first =
      (kAdlerPrime + (computed & 0xFFFF) - (*stored & 0xFFFF)) % kAdlerPrime;
  const std::uint64_t second = (kAdlerPrime + (computed >> 16) - (*stored >> 16)) % kAdlerPrime;
  const bool more = first <= 255;
  if (first == 0 || (!more && kAdlerPrime - first > 255)) return std::nullopt;
  const std::uint64_t to_end = second * inverse(first) % kAdlerPrime;
  if (to_end == 0 || to_end > length) return std::nullopt;
  const std::size_t at = length - static_cast<std::size_t>(to_end);
  const auto now = std::to_integer<std::int64_t>(bytes[at]);
  const std::int64_t before = more ? now - static_cast<std::int64_t>(first)
                                   : now + static_cast<std::int64_t>(kAdlerPrime - first);
  if (before < 0 || before > 255) return std::nullopt;
  return Change{at, static_cast<std::byte>(before)};
}

// As far as it can be decoded; the checksum is not looked at.
std::size_t inflate_what_goes(Bytes bytes, std::span<std::byte> out) {
  z_stream stream = {};
  if (inflateInit(&stream) != Z_OK) return 0;
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_FINISH);
  const std::size_t made = out.size() - stream.avail_out;
  inflateEnd(&stream);
  return made;
}

class Search {
 public:
  Search(const EwfLayout& layout, std::uint64_t size, std::uint64_t chunk_size,
         const Progress& progress)
      : layout_(layout), size_(size), chunk_size_(chunk_size), progress_(progress) {}

  ChunkDamage of(std::uint64_t index) {
    ChunkDamage damage{{index * chunk_size_, std::min(chunk_size_, size_ - index * chunk_size_)}};
    const auto chunk = layout_.chunk(index);
    if (!chunk || chunk_size_ > kLargestSearched || chunk->stored.length > 2 * kLargestSearched)
      return damage;
    const ByteSource& segment = layout_.segment(chunk->segment);
    auto read = read_exactly(segment, chunk->stored.offset, chunk->stored.length);
    if (!read) return damage;
    const auto length = static_cast<std::size_t>(damage.chunk.length);
    std::optional<Change> change;
    damage.compressed = chunk->compressed;
    if (!chunk->compressed) {
      change = change_in_stored(*read, length);
      if (change) mend_stored(*read, *change, damage);
    } else if (compressed_++ < kMostCompressed) {
      change = change_in_compressed(*read, damage);
    }
    if (change)
      damage.cause =
          ChangedByte{std::string(segment.locate(chunk->stored.offset).file),
                      chunk->stored.offset + change->at, (*read)[change->at], change->before};
    return damage;
  }

 private:
  static void mend_stored(Bytes bytes, const Change& change, ChunkDamage& damage) {
    const auto length = static_cast<std::size_t>(damage.chunk.length);
    damage.mended.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
    if (change.at < length) damage.mended[change.at] = change.before;
    damage.differs = {damage.chunk.offset + std::min(change.at, length),
                      change.at < length ? 1U : 0U};
  }

  // Every bit of `bytes` in turn.
  std::optional<Change> change_in_compressed(std::span<std::byte> bytes, ChunkDamage& damage) {
    const Decompressor decompressor = make_decompressor();
    if (!decompressor) return std::nullopt;
    std::vector<std::byte> right(static_cast<std::size_t>(damage.chunk.length));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      const std::byte now = bytes[at];
      for (int bit = 0; bit < 8; ++bit) {
        const std::byte before = now ^ std::byte{1} << bit;
        bytes[at] = before;
        const bool fits =
            libdeflate_zlib_decompress(decompressor.get(), bytes.data(), bytes.size(), right.data(),
                                       right.size(), nullptr) == LIBDEFLATE_SUCCESS;
        bytes[at] = now;
        if (!fits) continue;
        damage.differs = falsified(bytes, right, damage.chunk.offset);
        damage.mended = std::move(right);
        return Change{at, before};
      }
      if (progress_ && at % 256 == 0 && !progress_("searching damage", at, bytes.size()))
        return std::nullopt;
    }
    return std::nullopt;
  }

  static ByteRange falsified(Bytes bytes, Bytes right, std::uint64_t offset) {
    std::vector<std::byte> wrong(right.size());
    const std::size_t made = inflate_what_goes(bytes, wrong);
    const Bytes there = Bytes(wrong).first(made);
    const auto first = std::ranges::mismatch(there, right).in2 - right.begin();
    auto end = static_cast<std::ptrdiff_t>(right.size());
    if (made == right.size())
      while (end > first &&
             wrong[static_cast<std::size_t>(end - 1)] == right[static_cast<std::size_t>(end - 1)])
        --end;
    return {offset + static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(end - first)};
  }

  const EwfLayout& layout_;
  std::uint64_t size_;
  std::uint64_t chunk_size_;
  const Progress& progress_;
  std::size_t compressed_ = 0;
};

}  // namespace

std::vector<ChunkDamage> chunk_damage(const Image& image, std::span<const ByteRange> bad,
                                      const Progress& progress) {
  const View* const media = image.find_view("media");
  if (bad.empty() || image.format != "ewf" || !media) return {};
  const std::uint64_t size = media->source->size();
  const std::uint64_t chunk_size = media->source->locate(0).length;
  EwfLayout::Segments segments;
  for (const EvidenceFile& file : image.files) segments.push_back(file.source);
  const auto layout = EwfLayout::of(segments, (size - 1) / chunk_size + 1);
  if (!layout) return {};
  std::vector<ChunkDamage> result;
  Search search(*layout, size, chunk_size, progress);
  for (const ByteRange& range : bad)
    for (std::uint64_t i = range.offset / chunk_size; i * chunk_size < range.end(); ++i) {
      if (result.size() == kMostChunks) return result;
      result.push_back(search.of(i));
    }
  return result;
}

}  // namespace discern
