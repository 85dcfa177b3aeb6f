// SPDX-License-Identifier: Apache-2.0
// How a message of MD5, SHA-1 and SHA-256 ends: 0x80, zeros, and its length in bits in the last 8
// bytes of a block, little-endian for MD5 (RFC 1321, 3.1), big-endian for the others (FIPS 180-4,
// 5.1.1); and how the chaining values become the digest.
#ifndef DISCERN_CORE_DIGEST_LAST_BLOCKS_H
#define DISCERN_CORE_DIGEST_LAST_BLOCKS_H

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "digest/kernels.h"

namespace discern {

struct LastBlocks {
  std::array<std::byte, 2 * kDigestBlock> bytes = {};
  std::size_t count = 1;
};

// `rest` is what follows the last whole block of a message of `length` bytes.
inline LastBlocks last_blocks(Bytes rest, std::uint64_t length, std::endian order) {
  LastBlocks last;
  std::copy(rest.begin(), rest.end(), last.bytes.begin());
  last.bytes[rest.size()] = std::byte{0x80};
  last.count = rest.size() < kDigestBlock - 8 ? 1 : 2;
  const std::uint64_t bits = length * 8;
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t shift = 8 * (order == std::endian::little ? i : 7 - i);
    last.bytes[last.count * kDigestBlock - 8 + i] = static_cast<std::byte>(bits >> shift);
  }
  return last;
}

template <std::size_t words>
std::array<std::byte, 4 * words> digest_of(const std::array<std::uint32_t, words>& chain,
                                           std::endian order) {
  std::array<std::byte, 4 * words> digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const std::size_t shift = 8 * (order == std::endian::little ? i % 4 : 3 - i % 4);
    digest[i] = static_cast<std::byte>(chain[i / 4] >> shift);
  }
  return digest;
}

}  // namespace discern

#endif
