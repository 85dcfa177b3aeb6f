// SPDX-License-Identifier: Apache-2.0
// The trees of one volume show the same files under different names - or are made to hide some: the
// standard does not demand that they agree. Brian Carrier, "Different Interpretations of ISO9660
// File Systems", DFRWS 2010.
#include "filesystem/iso_merge.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

namespace discern {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return result;
}

// Least block of a file below each node: names differ between trees, content does not.
std::vector<std::uint32_t> signatures(const IsoTree& tree) {
  std::vector<std::uint32_t> least(tree.nodes.size(), kNoNode);
  for (std::size_t i = tree.nodes.size(); i-- > 1;) {
    const IsoNode& node = tree.nodes[i];
    if (!node.is_directory() && node.size > 0) least[i] = node.extent;
    least[node.parent] = std::min(least[node.parent], least[i]);
  }
  return least;
}

std::vector<std::uint32_t> parents_of(const IsoTree& tree) {
  std::vector<std::uint32_t> parents;
  parents.reserve(tree.nodes.size());
  for (const IsoNode& node : tree.nodes) parents.push_back(node.parent);
  return parents;
}

// Pairs the children of two directories that are the same.
class Pairing {
 public:
  Pairing(const IsoTree& a, const IsoTree& b)
      : a_(a),
        b_(b),
        a_children_(children_of(parents_of(a))),
        b_children_(children_of(parents_of(b))),
        a_least_(signatures(a)),
        b_least_(signatures(b)),
        partner_(b.nodes.size(), kNoNode),
        taken_(a.nodes.size()) {}

  // For each node of b that of a, or kNoNode.
  std::vector<std::uint32_t> pair() {
    partner_[0] = 0;
    for (std::uint32_t node = 0; node < b_.nodes.size(); ++node)
      if (partner_[node] != kNoNode && b_.nodes[node].is_directory())
        pair_children(partner_[node], node);
    return std::move(partner_);
  }

 private:
  using Numbers = std::vector<std::uint32_t>;

  static Numbers children(const IsoChildren& all, std::uint32_t node) {
    return {all.nodes.begin() + all.begin[node], all.nodes.begin() + all.begin[node + 1]};
  }

  // Pairs nodes that `key_of` gives the same key, the first of a with the first of b and so on.
  template <class KeyOf>
  void pair_by(Numbers& left_a, Numbers& left_b, const KeyOf& key_of) {
    if (left_a.empty() || left_b.empty()) return;
    using Key = typename std::invoke_result_t<KeyOf, bool, std::uint32_t>::value_type;
    const auto sorted_keys = [&](bool of_a, const Numbers& left) {
      std::vector<std::pair<Key, std::uint32_t>> keys;
      keys.reserve(left.size());
      for (const std::uint32_t node : left)
        if (auto key = key_of(of_a, node)) keys.emplace_back(*std::move(key), node);
      std::sort(keys.begin(), keys.end());
      return keys;
    };
    const auto keys_a = sorted_keys(true, left_a);
    const auto keys_b = sorted_keys(false, left_b);
    for (auto in_a = keys_a.begin(), in_b = keys_b.begin();
         in_a != keys_a.end() && in_b != keys_b.end();) {
      if (in_a->first < in_b->first) {
        ++in_a;
      } else if (in_b->first < in_a->first) {
        ++in_b;
      } else {
        partner_[in_b->second] = in_a->second;
        taken_[in_a->second] = true;
        ++in_a;
        ++in_b;
      }
    }
    std::erase_if(left_a, [&](std::uint32_t node) { return taken_[node]; });
    std::erase_if(left_b, [&](std::uint32_t node) { return partner_[node] != kNoNode; });
  }

  const IsoNode& node_of(bool of_a, std::uint32_t node) const {
    return (of_a ? a_ : b_).nodes[node];
  }

  void pair_children(std::uint32_t a, std::uint32_t b) {
    Numbers left_a = children(a_children_, a);
    Numbers left_b = children(b_children_, b);
    using Content = std::pair<std::uint32_t, std::uint64_t>;  // first block, size
    pair_by(left_a, left_b, [&](bool of_a, std::uint32_t number) -> std::optional<Content> {
      const IsoNode& node = node_of(of_a, number);
      if (node.is_directory() || node.size == 0) return std::nullopt;
      return Content{node.extent, node.size};
    });
    pair_by(left_a, left_b, [&](bool of_a, std::uint32_t number) -> std::optional<std::string> {
      const IsoNode& node = node_of(of_a, number);
      // Content that differs makes different files whatever their names.
      if (!node.is_directory() && node.size > 0) return std::nullopt;
      return (node.is_directory() ? "d" : "f") + lower(node.name);
    });
    pair_by(left_a, left_b, [&](bool of_a, std::uint32_t number) -> std::optional<std::uint32_t> {
      const std::uint32_t least = (of_a ? a_least_ : b_least_)[number];
      if (!node_of(of_a, number).is_directory() || least == kNoNode) return std::nullopt;
      return least;
    });
    for (const bool directories : {true, false}) pair_in_order(left_a, left_b, directories);
  }

  void pair_in_order(const Numbers& left_a, const Numbers& left_b, bool directories) {
    const auto of_kind = [&](const IsoTree& tree, const Numbers& all) {
      Numbers some;
      for (const std::uint32_t node : all)
        if (tree.nodes[node].is_directory() == directories &&
            (directories || tree.nodes[node].size == 0))
          some.push_back(node);
      return some;
    };
    const Numbers some_a = of_kind(a_, left_a);
    const Numbers some_b = of_kind(b_, left_b);
    if (some_a.size() != some_b.size()) return;
    for (std::size_t i = 0; i < some_a.size(); ++i) partner_[some_b[i]] = some_a[i];
  }

  const IsoTree& a_;
  const IsoTree& b_;
  IsoChildren a_children_;
  IsoChildren b_children_;
  Numbers a_least_;
  Numbers b_least_;
  Numbers partner_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<IsoMergedNode> merge_iso_trees(const std::vector<IsoTree>& trees) {
  std::vector<IsoMergedNode> merged;
  const IsoTree& first = trees.front();
  for (const IsoNode& node : first.nodes)
    merged.push_back({&node, node.name, node.parent, 0, true, false});
  std::uint32_t id = 1;
  for (std::size_t i = 1; i < trees.size(); ++i) {
    const IsoTree& tree = trees[i];
    std::vector<std::uint32_t> number = Pairing(first, tree).pair();
    for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) {
      const IsoNode& from = tree.nodes[node];
      if (number[node] == kNoNode) {
        number[node] = static_cast<std::uint32_t>(merged.size());
        merged.push_back({&from, from.name, number[from.parent], 0, false, true});
      }
      IsoMergedNode& to = merged[number[node]];
      to.in_others = true;
      if (to.in_first && !first.rock_ridge && tree.names == IsoNames::joliet) to.name = from.name;
      if (node > 0 && to.id == 0) to.id = id++;
    }
  }
  for (std::size_t i = 1; i < merged.size(); ++i)
    if (merged[i].id == 0) merged[i].id = id++;
  return merged;
}

}  // namespace discern
