// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "digest/hash_object.h"
#include "digest/pieces.h"

namespace discern {

struct HashJob::Pieces {
  std::size_t stream = 0;
  PieceDigests table = {};
  std::vector<PieceHasher> hashers = {};
};

namespace {

constexpr std::uint64_t kLargestTable = std::uint64_t{4} << 30;
// Of a pass; pieces up to this size lie whole in one.
constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
// Kernels that take several pieces at a time find them in a block up to this size.
constexpr std::uint64_t kSmallPiece = kBlock / 8;

__extension__ using Wide = unsigned __int128;

// Values lie in the table piece by piece, those of one algorithm `stride` apart.
void add_hashers(HashJob::Pieces& pieces, const std::shared_ptr<HashJob::Pieces>& kept,
                 std::size_t stride, Stream& stream) {
  PieceDigests& table = pieces.table;
  std::byte* first = table.values.data();
  for (std::size_t i = 0; i < table.algorithms.size(); ++i) {
    const Algorithm algorithm = table.algorithms[i];
    pieces.hashers.emplace_back(algorithm, static_cast<std::size_t>(table.piece), first, stride);
    first += digest_size(algorithm);
    stream.consumers.push_back(
        {[kept, i](const Block& block) { kept->hashers[i].update(block.bytes); },
         cost_of(algorithm) / (table.piece <= kSmallPiece ? 2 : 1)});
  }
}

}  // namespace

Status add_pieces(HashJob& job, const Image& image, std::span<const Algorithm> algorithms,
                  PieceSize size) {
  std::size_t stride = 0;
  for (const Algorithm algorithm : algorithms) stride += digest_size(algorithm);
  Wide room = 0;
  // The objects of views stand behind those of the files.
  for (std::size_t i = 0; i < image.views.size(); ++i) {
    const HashJob::Object& object = *job.objects[image.files.size() + i];
    const std::size_t at = object.stream;
    if (std::ranges::any_of(job.pieces, [&](const auto& each) { return each->stream == at; }))
      continue;
    Stream& stream = job.streams[at];
    const auto pieces = std::make_shared<HashJob::Pieces>();
    pieces->stream = at;
    PieceDigests& table = pieces->table;
    table.object = object.name;
    table.size = stream.source->size();
    table.piece = size.sectors ? std::max(image.views[i].sector_size, 1U) : size.bytes;
    table.algorithms.assign(algorithms.begin(), algorithms.end());
    room += Wide{table.count()} * stride;
    if (room > kLargestTable)
      return Error{Errc::limit, "the digests of so small pieces would take more than 4 GiB",
                   image.path};
    table.values.resize(static_cast<std::size_t>(table.count() * stride));
    const std::uint64_t unit = std::lcm(std::uint64_t{stream.unit}, table.piece % (kBlock + 1));
    if (unit > 0 && unit <= kBlock) stream.unit = static_cast<std::uint32_t>(unit);
    add_hashers(*pieces, pieces, stride, stream);
    job.pieces.push_back(pieces);
  }
  return Done{};
}

std::vector<PieceDigests> HashJob::finish_pieces() {
  std::vector<PieceDigests> result;
  for (const auto& each : pieces) {
    for (PieceHasher& hasher : each->hashers) hasher.finish();
    each->table.bad = streams[each->stream].bad;
    result.push_back(std::move(each->table));
  }
  return result;
}

DigestSet PieceDigests::at(std::uint64_t index) const {
  DigestSet set{.object = "piece:" + std::to_string(index * piece),
                .offset = index * piece,
                .size = std::min(piece, size - index * piece),
                .of = object};
  for (auto range = std::ranges::upper_bound(bad, set.offset, {}, &ByteRange::end);
       range != bad.end() && range->offset < set.offset + set.size; ++range) {
    const std::uint64_t first = std::max(range->offset, set.offset);
    set.bad.push_back({first, std::min(range->end(), set.offset + set.size) - first});
  }
  std::size_t stride = 0;
  for (const Algorithm algorithm : algorithms) stride += digest_size(algorithm);
  auto at = static_cast<std::size_t>(index) * stride;
  for (const Algorithm algorithm : algorithms) {
    set.digests.push_back({algorithm, to_hex(Bytes(values).subspan(at, digest_size(algorithm)))});
    at += digest_size(algorithm);
  }
  return set;
}

}  // namespace discern
