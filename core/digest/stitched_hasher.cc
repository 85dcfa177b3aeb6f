// SPDX-License-Identifier: Apache-2.0
#include "digest/stitched_hasher.h"

#include <algorithm>

#include "digest/last_blocks.h"

namespace discern {

StitchedHasher::StitchedHasher(bool with_sha1, bool with_sha256)
    : with_sha1_(with_sha1),
      with_sha256_(with_sha256),
      kernel_(stitched_kernel(with_sha1, with_sha256)) {}

void StitchedHasher::update(Bytes bytes) {
  length_ += bytes.size();
  if (filled_ > 0) {
    const std::size_t part = std::min(bytes.size(), kDigestBlock - filled_);
    std::copy_n(bytes.begin(), part, rest_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += part;
    bytes = bytes.subspan(part);
    if (filled_ < kDigestBlock) return;
    kernel_(chains_, rest_.data(), 1);
  }
  const std::size_t blocks = bytes.size() / kDigestBlock;
  kernel_(chains_, bytes.data(), blocks);
  const Bytes rest = bytes.subspan(blocks * kDigestBlock);
  std::copy(rest.begin(), rest.end(), rest_.begin());
  filled_ = rest.size();
}

std::vector<Digest> StitchedHasher::finish() {
  const Bytes rest = Bytes(rest_).first(filled_);
  // The ends of MD5 and SHA differ, and one end goes through all chains.
  Chains of_md5 = chains_;
  const LastBlocks little = last_blocks(rest, length_, std::endian::little);
  kernel_(of_md5, little.bytes.data(), little.count);
  std::vector<Digest> digests;
  digests.push_back({Algorithm::md5, to_hex(digest_of(of_md5.md5, std::endian::little))});
  const LastBlocks big = last_blocks(rest, length_, std::endian::big);
  kernel_(chains_, big.bytes.data(), big.count);
  if (with_sha1_)
    digests.push_back({Algorithm::sha1, to_hex(digest_of(chains_.sha1, std::endian::big))});
  if (with_sha256_)
    digests.push_back({Algorithm::sha256, to_hex(digest_of(chains_.sha256, std::endian::big))});
  return digests;
}

}  // namespace discern
