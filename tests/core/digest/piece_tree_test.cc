// SPDX-License-Identifier: Apache-2.0
#include "discern/piece_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/digest/vectors.h"

namespace discern {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TreeNode sha256(const std::vector<std::byte>& bytes) {
  TreeNode node;
  std::ranges::copy(tests::from_hex(hex_digest(Algorithm::sha256, bytes)), node.begin());
  return node;
}

std::vector<std::byte> joined(std::byte prefix, std::initializer_list<Bytes> parts) {
  std::vector<std::byte> text = {prefix};
  for (const Bytes part : parts) text.insert(text.end(), part.begin(), part.end());
  return text;
}

// RFC 6962, 2.1, word by word.
TreeNode tree_by_definition(std::span<const TreeNode> leaves) {
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (2 * k < leaves.size()) k *= 2;
  return sha256(joined(
      std::byte{1}, {tree_by_definition(leaves.first(k)), tree_by_definition(leaves.subspan(k))}));
}

PieceTree tree_of(const std::vector<std::byte>& bytes, int threads = 1) {
  const View view{"media", 512, memory_source(bytes, "x.img")};
  PieceTreeBuilder builder(view);
  Stream stream{"view:media", view.source, 512};
  builder.add_to(stream);
  EXPECT_TRUE(run_pass(std::span(&stream, 1), {threads}));
  return builder.finish();
}

// The tree that implementations of Certificate Transparency are tested with: the leaves are
// SHA-256(00 | these).
TEST(PieceTree, HasTheTopsOfCertificateTransparency) {
  std::vector<TreeNode> leaves;
  for (const char* hex : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                          "606162636465666768696a6b6c6d6e6f"})
    leaves.push_back(sha256(joined(std::byte{0}, {tests::from_hex(hex)})));
  const auto top = [&](std::size_t count) {
    return to_hex(tree_top({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(count)}));
  };
  EXPECT_EQ(top(0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(top(1), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(top(2), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
  EXPECT_EQ(top(3), "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
  EXPECT_EQ(top(5), "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4");
  EXPECT_EQ(top(8), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST(PieceTree, IsTheDefinitionsForEveryNumberOfLeaves) {
  std::vector<TreeNode> leaves;
  for (int i = 0; i < 70; ++i) {
    leaves.push_back(sha256({static_cast<std::byte>(i)}));
    EXPECT_EQ(to_hex(tree_top(leaves)), to_hex(tree_by_definition(leaves))) << i;
  }
}

TEST(PieceTree, SeparatesLeavesNodesAndRoots) {
  const TreeNode one = sha256({std::byte{1}});
  const TreeNode two = sha256({std::byte{2}});
  EXPECT_EQ(tree_leaf(one), sha256(joined(std::byte{0}, {one})));
  EXPECT_EQ(tree_node(one, two), sha256(joined(std::byte{1}, {one, two})));
  const auto sizes = tests::from_hex("00000000000102030000000000001000");
  EXPECT_EQ(tree_root(0x010203, 4096, one), sha256(joined(std::byte{2}, {sizes, one})));
}

TEST(PieceTree, OfAViewHasALeafForEachPieceTheLastOneShorter) {
  std::vector<std::byte> bytes(3 * 4096 + 100);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 7 >> 3);
  const PieceTree tree = tree_of(bytes);
  EXPECT_EQ(tree.object, "view:media");
  EXPECT_EQ(tree.piece, 4096U);
  ASSERT_THAT(tree.leaves, SizeIs(4));
  EXPECT_EQ(tree.leaves[3], tree_leaf(sha256({bytes.begin() + 3 * 4096, bytes.end()})));
  EXPECT_EQ(tree.root, to_hex(tree_root(bytes.size(), 4096, tree_by_definition(tree.leaves))));
  EXPECT_EQ(tree_of(bytes, 2).root, tree.root);
}

TEST(PieceTree, OfNothingHasNoLeaves) {
  const PieceTree tree = tree_of({});
  EXPECT_THAT(tree.leaves, IsEmpty());
  EXPECT_EQ(tree.root, to_hex(tree_root(0, 4096, tree_top({}))));
}

TEST(PieceTree, HasFourMillionPiecesAtTheMost) {
  EXPECT_EQ(tree_piece(0), 4096U);
  EXPECT_EQ(tree_piece((std::uint64_t{1} << 34) - 1), 4096U);
  EXPECT_EQ(tree_piece(std::uint64_t{1} << 40), std::uint64_t{1} << 19);
  EXPECT_EQ(tree_piece(UINT64_MAX) % 4096, 0U);
}

}  // namespace
}  // namespace discern
