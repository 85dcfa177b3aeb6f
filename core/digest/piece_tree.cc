// SPDX-License-Identifier: Apache-2.0
// The tree is computed level by level: pairs are hashed, a node without a partner moves up as it
// is. That gives the tree of RFC 6962 and lets the kernels for many messages do the work.
#include "discern/piece_tree.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

#include "digest/hash_object.h"
#include "digest/hex.h"
#include "digest/pieces.h"
#include "discern/object_name.h"

namespace discern {
namespace {

constexpr std::uint64_t kMostLeaves = std::uint64_t{1} << 22;
constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;  // of a pass
constexpr std::byte kLeaf{0};
constexpr std::byte kNode{1};
constexpr std::byte kRoot{2};

// Digests of messages of one prefix byte and `parts` nodes each.
std::vector<TreeNode> hash_groups(std::byte prefix, std::span<const TreeNode> nodes,
                                  std::size_t parts) {
  const std::size_t message = 1 + parts * sizeof(TreeNode);
  std::vector<std::byte> text(nodes.size() / parts * message);
  std::byte* to = text.data();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (i % parts == 0) *to++ = prefix;
    std::memcpy(to, nodes[i].data(), sizeof(TreeNode));
    to += sizeof(TreeNode);
  }
  std::vector<TreeNode> result(nodes.size() / parts);
  if (!result.empty())
    digest_pieces(Algorithm::sha256, text, message, result.front().data(), sizeof(TreeNode));
  return result;
}

}  // namespace

TreeNode sha256_node(Bytes bytes) {
  TreeNode node{};
  from_hex(hex_digest(Algorithm::sha256, bytes), node);
  return node;
}

std::uint64_t tree_piece(std::uint64_t size) {
  std::uint64_t piece = 4096;
  while (size / piece >= kMostLeaves) piece *= 2;
  return piece;
}

TreeNode tree_leaf(const TreeNode& piece_sha256) {
  return hash_groups(kLeaf, std::span(&piece_sha256, 1), 1).front();
}

TreeNode tree_node(const TreeNode& left, const TreeNode& right) {
  const std::array both = {left, right};
  return hash_groups(kNode, both, 2).front();
}

TreeNode tree_top(const std::vector<TreeNode>& leaves) {
  if (leaves.empty()) return sha256_node({});
  std::vector<TreeNode> level = leaves;
  while (level.size() > 1) {
    const std::size_t paired = level.size() / 2 * 2;
    std::vector<TreeNode> next = hash_groups(kNode, std::span(level).first(paired), 2);
    if (paired < level.size()) next.push_back(level.back());
    level = std::move(next);
  }
  return level.front();
}

TreeNode tree_root(std::uint64_t size, std::uint64_t piece, const TreeNode& top) {
  std::array<std::byte, 1 + 8 + 8 + sizeof(TreeNode)> text;
  text[0] = kRoot;
  for (std::size_t i = 0; i < 8; ++i) {
    text[1 + i] = static_cast<std::byte>(size >> (56 - 8 * i));
    text[9 + i] = static_cast<std::byte>(piece >> (56 - 8 * i));
  }
  std::memcpy(text.data() + 17, top.data(), top.size());
  return sha256_node(text);
}

struct PieceTreeBuilder::State {
  PieceTree tree;
  std::optional<PieceHasher> hasher;
};

PieceTreeBuilder::PieceTreeBuilder(const View& view) : state_(std::make_unique<State>()) {
  PieceTree& tree = state_->tree;
  tree.object = object_name(view);
  tree.size = view.source->size();
  tree.piece = tree_piece(tree.size);
  tree.leaves.resize(
      static_cast<std::size_t>(tree.size / tree.piece + (tree.size % tree.piece != 0)));
  if (!tree.leaves.empty())
    state_->hasher.emplace(Algorithm::sha256, static_cast<std::size_t>(tree.piece),
                           tree.leaves.front().data(), sizeof(TreeNode));
}

PieceTreeBuilder::~PieceTreeBuilder() = default;

void PieceTreeBuilder::add_to(Stream& stream) {
  if (!state_->hasher) return;
  const std::uint64_t unit = std::lcm(std::uint64_t{stream.unit}, state_->tree.piece);
  if (unit <= kBlock) stream.unit = static_cast<std::uint32_t>(unit);
  stream.consumers.push_back(
      {[state = state_.get()](const Block& block) { state->hasher->update(block.bytes); },
       cost_of(Algorithm::sha256) / 2});
}

PieceTree PieceTreeBuilder::finish() {
  if (state_->hasher) state_->hasher->finish();
  PieceTree tree = std::move(state_->tree);
  tree.leaves = hash_groups(kLeaf, tree.leaves, 1);
  tree.root = to_hex(tree_root(tree.size, tree.piece, tree_top(tree.leaves)));
  return tree;
}

}  // namespace discern
