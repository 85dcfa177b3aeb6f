// SPDX-License-Identifier: Apache-2.0
// The trees of one volume show the same files under different names - or are made to hide some: the
// standard does not demand that they agree. Brian Carrier, "Different Interpretations of ISO9660
// File Systems", DFRWS 2010.
#include "filesystem/iso_merge.h"

#include <algorithm>
#include <unordered_map>

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

  template <class KeyOfA, class KeyOfB>
  void pair_by(Numbers& left_a, Numbers& left_b, KeyOfA key_of_a, KeyOfB key_of_b) {
    if (left_a.empty() || left_b.empty()) return;
    std::unordered_multimap<std::string, std::uint32_t> keys;
    for (auto i = left_a.rbegin(); i != left_a.rend(); ++i)
      if (std::string key = key_of_a(*i); !key.empty()) keys.emplace(std::move(key), *i);
    for (const std::uint32_t node : left_b) {
      const auto found = keys.find(key_of_b(node));
      if (found == keys.end()) continue;
      partner_[node] = found->second;
      taken_[found->second] = true;
      keys.erase(found);
    }
    std::erase_if(left_a, [&](std::uint32_t node) { return taken_[node]; });
    std::erase_if(left_b, [&](std::uint32_t node) { return partner_[node] != kNoNode; });
  }

  static std::string content_key(const IsoNode& node) {
    if (node.is_directory() || node.size == 0) return {};
    return std::to_string(node.extent) + "+" + std::to_string(node.size);
  }
  static std::string name_key(const IsoNode& node) {
    // Content that differs makes different files whatever their names.
    if (!node.is_directory() && node.size > 0) return {};
    return (node.is_directory() ? "d" : "f") + lower(node.name);
  }

  void pair_children(std::uint32_t a, std::uint32_t b) {
    Numbers left_a = children(a_children_, a);
    Numbers left_b = children(b_children_, b);
    const auto by_node = [&](auto key) {
      pair_by(
          left_a, left_b, [&](std::uint32_t node) { return key(a_.nodes[node]); },
          [&](std::uint32_t node) { return key(b_.nodes[node]); });
    };
    by_node(content_key);
    by_node(name_key);
    const auto below = [](const IsoTree& tree, const Numbers& least, std::uint32_t node) {
      return tree.nodes[node].is_directory() && least[node] != kNoNode ? std::to_string(least[node])
                                                                       : std::string();
    };
    pair_by(
        left_a, left_b, [&](std::uint32_t node) { return below(a_, a_least_, node); },
        [&](std::uint32_t node) { return below(b_, b_least_, node); });
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
