// SPDX-License-Identifier: Apache-2.0
// Which files lie inside others. Only a sweep over all files of a view, in their order, can say so:
// a file may reach over everything behind it. So ranges of a view keep what lies inside, and the
// sweep is made when all of them are there.
#include <algorithm>

#include "discern/carve_range.h"

namespace discern {
namespace {

// A damaged file may be one of two parts with other files between, which begin where clusters do.
// What begins elsewhere in it is its own.
bool keeps_its_own(const Nesting& file) { return file.soundness == Soundness::damaged; }

class Sweep {
 public:
  // Files come in ascending order.
  bool is_inside(const Nesting& file) {
    const bool complete = file.soundness == Soundness::complete;
    if (file.offset < covered_ && (!complete || file.end() <= covered_)) return true;
    const auto holds = [&](const ByteRange& tail) {
      return tail.offset <= file.offset && file.offset < tail.end() &&
             (!complete || file.end() <= tail.end());
    };
    if (std::ranges::any_of(tails_, holds)) return true;
    if (file.offset < broken_.end() && (file.offset - broken_.offset) % broken_cluster_ != 0)
      return true;
    if (!file.holds) return false;
    if (!complete) {
      if (file.cluster != 0 && keeps_its_own(file) && file.end() > broken_.end()) {
        broken_ = {file.offset, file.length};
        broken_cluster_ = file.cluster;
      }
      return false;
    }
    covered_ = std::max(covered_, file.end());
    tails_.insert(tails_.end(), file.further.begin(), file.further.end());
    return false;
  }

 private:
  std::uint64_t covered_ = 0;  // by complete files
  ByteRange broken_ = {};      // the damaged file that reaches farthest
  std::uint32_t broken_cluster_ = 1;
  std::vector<ByteRange> tails_ = {};  // further parts of complete files
};

}  // namespace

std::vector<bool> lie_inside(std::span<const Nesting> files) {
  Sweep sweep;
  std::vector<bool> inside;
  inside.reserve(files.size());
  for (const Nesting& file : files) inside.push_back(sweep.is_inside(file));
  return inside;
}

// As carve_view() does it: once before other parts are looked for, once with them.
std::vector<bool> found_by_all(std::span<const RangeFile> files) {
  std::vector<bool> found(files.size(), true);
  for (const auto stage : {&RangeFile::alone, &RangeFile::joined}) {
    std::vector<std::size_t> places;
    std::vector<Nesting> left;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (!found[i]) continue;
      places.push_back(i);
      left.push_back(files[i].*stage);
    }
    const std::vector<bool> inside = lie_inside(left);
    for (std::size_t i = 0; i < places.size(); ++i)
      if (inside[i]) found[places[i]] = false;
  }
  return found;
}

}  // namespace discern
