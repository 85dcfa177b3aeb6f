// SPDX-License-Identifier: Apache-2.0
// The message is cut into chunks of 1024 bytes, the leaves of a binary tree whose left subtrees are
// complete. Chaining values of finished subtrees wait on a stack; when chunk n is done, as many
// merge as n has trailing zero bits.
#include "digest/blake3.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "digest/blake3_mix.h"

namespace discern {
namespace {

using Chain = Blake3::Chain;

// The input of the compression that makes a node: the root's is repeated with another flag.
struct Node {
  Chain chain = blake3::kStart;
  std::array<std::byte, blake3::kBlock> block = {};
  std::uint64_t counter = 0;
  std::uint32_t length = blake3::kBlock;
  std::uint32_t flags = 0;
};

Chain compressed(const Node& node) {
  std::uint32_t m[16];
  static_assert(std::endian::native == std::endian::little);
  std::memcpy(m, node.block.data(), sizeof m);
  std::uint32_t v[16];
  std::copy(node.chain.begin(), node.chain.end(), v);
  std::copy_n(blake3::kStart.begin(), 4, v + 8);
  v[12] = static_cast<std::uint32_t>(node.counter);
  v[13] = static_cast<std::uint32_t>(node.counter >> 32);
  v[14] = node.length;
  v[15] = node.flags;
  blake3::rounds(v, m);
  Chain chain;
  for (std::size_t i = 0; i < chain.size(); ++i) chain[i] = v[i] ^ v[i + 8];
  return chain;
}

// The last block's compression of chunk number `counter`.
Node chunk_node(Bytes chunk, std::uint64_t counter) {
  Node node{.counter = counter, .flags = blake3::kChunkStart};
  while (chunk.size() > blake3::kBlock) {
    std::copy_n(chunk.begin(), blake3::kBlock, node.block.begin());
    node.chain = compressed(node);
    node.flags = 0;
    chunk = chunk.subspan(blake3::kBlock);
  }
  node.block = {};
  std::copy(chunk.begin(), chunk.end(), node.block.begin());
  node.length = static_cast<std::uint32_t>(chunk.size());
  node.flags |= blake3::kChunkEnd;
  return node;
}

Node parent_node(const Chain& left, const Chain& right) {
  Node node{.flags = blake3::kParent};
  std::memcpy(node.block.data(), left.data(), sizeof left);
  std::memcpy(node.block.data() + sizeof left, right.data(), sizeof right);
  return node;
}

}  // namespace

// `chunks_` counts the chunk whose chain it is.
void Blake3::add_chain(Chain chain) {
  for (int merges = std::countr_zero(chunks_); merges > 0; --merges) {
    chain = compressed(parent_node(chains_.back(), chain));
    chains_.pop_back();
  }
  chains_.push_back(chain);
}

void Blake3::update(Bytes bytes) {
  const Blake3Chunks kernel = blake3_chunks_kernel();
  while (!bytes.empty()) {
    if (filled_ == kChunk) {
      const Chain chain = compressed(chunk_node(chunk_, chunks_));
      ++chunks_;
      add_chain(chain);
      filled_ = 0;
    }
    // The last chunk stays back: only finish() knows whether it is the root.
    while (kernel != nullptr && filled_ == 0 && bytes.size() > 8 * kChunk) {
      std::array<Chain, 8> chains;
      kernel(bytes.data(), chunks_, chains);
      for (const Chain& chain : chains) {
        ++chunks_;
        add_chain(chain);
      }
      bytes = bytes.subspan(8 * kChunk);
    }
    const std::size_t part = std::min(bytes.size(), kChunk - filled_);
    std::copy_n(bytes.begin(), part, chunk_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += part;
    bytes = bytes.subspan(part);
  }
}

std::array<std::byte, 32> Blake3::finish() const {
  Node node = chunk_node(Bytes(chunk_).first(filled_), chunks_);
  for (auto left = chains_.rbegin(); left != chains_.rend(); ++left)
    node = parent_node(*left, compressed(node));
  node.flags |= blake3::kRoot;
  const Chain root = compressed(node);
  std::array<std::byte, 32> digest;
  std::memcpy(digest.data(), root.data(), digest.size());
  return digest;
}

}  // namespace discern
