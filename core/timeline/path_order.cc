// SPDX-License-Identifier: Apache-2.0
// Paths share long beginnings, and comparing them again and again is what sorting them costs. So
// they are sorted eight bytes at a time, as numbers: by the first eight behind what all have in
// common, then each group that has those in common too by the next ones. A group that lies in order
// already, as most directories do that were written by a program, is left alone.
#include "timeline/path_order.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <numeric>
#include <string_view>
#include <tuple>

namespace discern {
namespace {

constexpr std::size_t kStep = 8;

// Entries whose paths are the same up to byte `depth`.
struct Group {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t depth = 0;
};

class PathOrder {
 public:
  explicit PathOrder(const std::vector<Entry>& entries)
      : entries_(entries), order_(entries.size()), steps_(entries.size()) {
    std::iota(order_.begin(), order_.end(), 0u);
  }

  std::vector<std::uint32_t> sorted() && {
    groups_.push_back({0, order_.size(), 0});
    while (!groups_.empty()) {
      const Group group = groups_.back();
      groups_.pop_back();
      if (!in_order(group)) split(group);
    }
    return std::move(order_);
  }

 private:
  struct Step {
    std::uint64_t bytes = 0;  // the first one highest, filled up with zeros
    std::uint32_t entry = 0;
    bool ends = false;  // the path has no more bytes
  };

  std::string_view rest(std::uint32_t entry, std::size_t depth) const {
    return std::string_view(entries_[entry].path).substr(depth);
  }

  // By what is left of the paths, then by index.
  bool comes_before(std::uint32_t a, std::uint32_t b, std::size_t depth) const {
    const int order = rest(a, depth).compare(rest(b, depth));
    return order != 0 ? order < 0 : a < b;
  }

  bool in_order(const Group& group) const {
    for (std::size_t i = group.begin + 1; i < group.end; ++i)
      if (!comes_before(order_[i - 1], order_[i], group.depth)) return false;
    return true;
  }

  // How many bytes behind its depth all paths of the group have in common.
  std::size_t common_part(const Group& group) const {
    const std::string_view first = rest(order_[group.begin], group.depth);
    std::size_t common = first.size();
    for (std::size_t i = group.begin + 1; i < group.end && common > 0; ++i) {
      const std::string_view other = rest(order_[i], group.depth);
      common = std::min(common, other.size());
      if (std::memcmp(first.data(), other.data(), common) == 0) continue;
      common = static_cast<std::size_t>(
          std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(common),
                        other.begin())
              .first -
          first.begin());
    }
    return common;
  }

  Step step_of(std::uint32_t entry, std::size_t depth) const {
    const std::string_view left = rest(entry, depth);
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, left.data(), std::min(left.size(), kStep));
    return {__builtin_bswap64(bytes), entry, left.size() < kStep};
  }

  void split(Group group) {
    group.depth += common_part(group);
    for (std::size_t i = group.begin; i < group.end; ++i)
      steps_[i] = step_of(order_[i], group.depth);
    const auto first = steps_.begin() + static_cast<std::ptrdiff_t>(group.begin);
    const auto last = steps_.begin() + static_cast<std::ptrdiff_t>(group.end);
    std::sort(first, last, [](const Step& a, const Step& b) {
      return std::tie(a.bytes, a.entry) < std::tie(b.bytes, b.entry);
    });
    for (auto begin = first; begin != last;) {
      bool ends = false;
      auto end = begin;
      for (; end != last && end->bytes == begin->bytes; ++end) ends = ends || end->ends;
      const auto at = static_cast<std::size_t>(begin - steps_.begin());
      const auto behind = static_cast<std::size_t>(end - steps_.begin());
      for (std::size_t i = at; i < behind; ++i) order_[i] = steps_[i].entry;
      // Zeros behind the end of a path are not those in the name of another one.
      if (behind - at > 1 && ends)
        std::sort(
            order_.begin() + static_cast<std::ptrdiff_t>(at),
            order_.begin() + static_cast<std::ptrdiff_t>(behind),
            [&](std::uint32_t a, std::uint32_t b) { return comes_before(a, b, group.depth); });
      else if (behind - at > 1)
        groups_.push_back({at, behind, group.depth + kStep});
      begin = end;
    }
  }

  const std::vector<Entry>& entries_;
  std::vector<std::uint32_t> order_;
  std::vector<Step> steps_;
  std::vector<Group> groups_ = {};
};

}  // namespace

std::vector<std::uint32_t> order_by_path(const std::vector<Entry>& entries) {
  return PathOrder(entries).sorted();
}

}  // namespace discern
