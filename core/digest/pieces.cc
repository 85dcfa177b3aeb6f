// SPDX-License-Identifier: Apache-2.0
#include "digest/pieces.h"

#include <algorithm>

#include "digest/hex.h"
#include "digest/last_blocks.h"

namespace discern {
namespace {

template <class Chain, std::size_t lanes>
struct Many {
  ManyKernel<Chain, lanes> kernel;
  Chain start;
  std::endian order;
};

// Pieces left over are done by a kernel with lanes to spare when that pays.
constexpr std::size_t fewest(std::size_t lanes) { return lanes > 2 ? lanes / 2 : lanes; }

// `count` <= lanes pieces; those missing are the last one again.
template <class Chain, std::size_t lanes>
void digest_group(const Many<Chain, lanes>& many, const std::byte* pieces, std::size_t piece,
                  std::size_t count, std::byte* out, std::size_t stride) {
  std::array<Chain, lanes> chains;
  std::array<const std::byte*, lanes> messages;
  std::array<LastBlocks, lanes> ends;
  std::array<const std::byte*, lanes> end_bytes;
  chains.fill(many.start);
  const std::size_t whole = piece / kDigestBlock;
  for (std::size_t i = 0; i < lanes; ++i) {
    messages[i] = pieces + std::min(i, count - 1) * piece;
    ends[i] = last_blocks(Bytes(messages[i] + whole * kDigestBlock, piece % kDigestBlock), piece,
                          many.order);
    end_bytes[i] = ends[i].bytes.data();
  }
  many.kernel(chains, messages, whole);
  many.kernel(chains, end_bytes, ends[0].count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto digest = digest_of(chains[i], many.order);
    std::copy(digest.begin(), digest.end(), out + i * stride);
  }
}

template <class Chain, std::size_t lanes>
void digest_all(Algorithm algorithm, const Many<Chain, lanes>& many, Bytes bytes, std::size_t piece,
                std::byte* out, std::size_t stride) {
  std::size_t left = many.kernel == nullptr ? 0 : bytes.size() / piece;
  while (left >= fewest(lanes)) {
    const std::size_t count = std::min(left, lanes);
    digest_group(many, bytes.data(), piece, count, out, stride);
    bytes = bytes.subspan(count * piece);
    out += count * stride;
    left -= count;
  }
  digest_pieces_singly(algorithm, bytes, piece, out, stride);
}

std::vector<std::byte> value_of(Hasher& hasher) {
  const std::string hex = hasher.finish();
  std::vector<std::byte> value(hex.size() / 2);
  from_hex(hex, value);
  return value;
}

}  // namespace

void digest_pieces_singly(Algorithm algorithm, Bytes bytes, std::size_t piece, std::byte* out,
                          std::size_t stride) {
  for (; !bytes.empty(); bytes = bytes.subspan(piece), out += stride) {
    Hasher hasher(algorithm);
    hasher.update(bytes.first(piece));
    std::ranges::copy(value_of(hasher), out);
  }
}

void digest_pieces(Algorithm algorithm, Bytes bytes, std::size_t piece, std::byte* out,
                   std::size_t stride) {
  constexpr auto kLittle = std::endian::little;
  constexpr auto kBig = std::endian::big;
  switch (algorithm) {
    case Algorithm::md5:
      return digest_all<Md5Chain, kMd5Lanes>(algorithm, {many_md5_kernel(), kMd5Start, kLittle},
                                             bytes, piece, out, stride);
    case Algorithm::sha1:
      return digest_all<Sha1Chain, kShaLanes>(algorithm, {many_sha1_kernel(), kSha1Start, kBig},
                                              bytes, piece, out, stride);
    case Algorithm::sha256:
      return digest_all<Sha256Chain, kShaLanes>(
          algorithm, {many_sha256_kernel(), kSha256Start, kBig}, bytes, piece, out, stride);
    default:
      return digest_pieces_singly(algorithm, bytes, piece, out, stride);
  }
}

PieceHasher::PieceHasher(Algorithm algorithm, std::size_t piece, std::byte* table,
                         std::size_t stride)
    : algorithm_(algorithm), piece_(piece), next_(table), stride_(stride) {}

void PieceHasher::end_piece() {
  std::ranges::copy(value_of(*started_), next_);
  next_ += stride_;
  started_.reset();
  filled_ = 0;
}

void PieceHasher::update(Bytes bytes) {
  while (!bytes.empty()) {
    if (!started_ && bytes.size() >= piece_) {
      const std::size_t whole = bytes.size() / piece_;
      digest_pieces(algorithm_, bytes.first(whole * piece_), piece_, next_, stride_);
      next_ += whole * stride_;
      bytes = bytes.subspan(whole * piece_);
      continue;
    }
    if (!started_) started_.emplace(algorithm_);
    const std::size_t part = std::min(bytes.size(), piece_ - filled_);
    started_->update(bytes.first(part));
    filled_ += part;
    bytes = bytes.subspan(part);
    if (filled_ == piece_) end_piece();
  }
}

void PieceHasher::finish() {
  if (started_) end_piece();
}

}  // namespace discern
