// SPDX-License-Identifier: Apache-2.0
// One value for all pieces of a view, from which it can be shown that some bytes are part of it
// without the rest: a hash tree as in RFC 6962, section 2.1, over SHA-256.
#ifndef DISCERN_PIECE_TREE_H
#define DISCERN_PIECE_TREE_H

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "discern/image.h"
#include "discern/pass.h"

namespace discern {

using TreeNode = std::array<std::byte, 32>;

// leaf = SHA-256(00 | SHA-256 of the piece)
// node = SHA-256(01 | left | right); left has the largest power of two of leaves below their number
// root = SHA-256(02 | size | piece | topmost node), both numbers as 64 bits, big-endian
//
// The root differs from RFC 6962's in that the sizes are part of it: without them a proof could
// claim other offsets. Zeros stand for bytes that could not be read.
struct PieceTree {
  std::string object;       // "view:media"
  std::uint64_t size = 0;   // bytes of it
  std::uint64_t piece = 0;  // bytes, a power of two; the last piece may be shorter
  std::vector<TreeNode> leaves;
  std::string root;  // hex
};

// The piece size for a view of `size` bytes: 4096, or as much as makes 2^22 pieces at the most.
std::uint64_t tree_piece(std::uint64_t size);

// SHA-256 of the bytes.
TreeNode sha256_node(Bytes bytes);
TreeNode tree_leaf(const TreeNode& piece_sha256);
TreeNode tree_node(const TreeNode& left, const TreeNode& right);
// The topmost node of none is SHA-256 of nothing.
TreeNode tree_top(const std::vector<TreeNode>& leaves);
TreeNode tree_root(std::uint64_t size, std::uint64_t piece, const TreeNode& top);

// Computes a view's tree in a pass over its stream.
class PieceTreeBuilder {
 public:
  explicit PieceTreeBuilder(const View& view);
  ~PieceTreeBuilder();
  // Adds a consumer to the stream; the builder must outlive the pass.
  void add_to(Stream& stream);
  // After the pass, once.
  PieceTree finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace discern

#endif
