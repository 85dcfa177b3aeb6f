// SPDX-License-Identifier: Apache-2.0
// A file in two fragments has a break, after k clusters of it, and a gap of g clusters. Where
// checks pin the break to a range, every k in it can be tried with every g; the validator itself
// judges, over a source that leaves the gap out. To try few:
//
// 1. k at the end of the range, every g. Where the structure behind a checked piece is found again,
//    as with the chunks of a PNG, g is right whatever k is.
// 2. Every k with the g that led farther than the file did before.
// 3. Every k, backwards from where the structure breaks, with every g.
//
// Most attempts end soon behind the break. What they may cost together is bounded.
#include "carve/fragments.h"

#include <algorithm>

namespace discern {
namespace {

constexpr std::uint64_t kLongestGap = 128;  // clusters

class Join {
 public:
  Join(const SourcePtr& source, const HeaderHit& hit, const Verdict& verdict, std::uint64_t cluster,
       std::uint64_t budget)
      : source_(source), hit_(hit), broken_(verdict), cluster_(cluster), budget_(budget) {}
  std::optional<Joined> run();

 private:
  bool attempt(std::uint64_t k, std::uint64_t g);

  const SourcePtr& source_;
  const HeaderHit& hit_;
  const Verdict& broken_;
  std::uint64_t cluster_;
  std::uint64_t budget_;
  std::optional<Verdict> last_ = {};
  std::optional<Joined> joined_ = {};
};

// True when the file is complete with a gap of `g` clusters behind `k` of them.
bool Join::attempt(std::uint64_t k, std::uint64_t g) {
  last_.reset();
  const std::uint64_t left = source_->size() - hit_.offset;
  const std::uint64_t first = k * cluster_;
  const std::uint64_t second = first + g * cluster_;
  if (second >= left || budget_ == 0) return false;
  const SourcePtr pieces =
      concat_source({window_source(source_, hit_.offset, first),
                     window_source(source_, hit_.offset + second, left - second)});
  Candidate candidate(*pieces, 0, budget_);
  last_ = hit_.validator->validate(candidate);
  budget_ = candidate.budget();
  if (!last_ || last_->soundness != Soundness::complete || last_->length <= first) return false;
  joined_ = Joined{{{hit_.offset, first}, {hit_.offset + second, last_->length - first}}, *last_};
  return true;
}

std::optional<Joined> Join::run() {
  const std::uint64_t least =
      std::max<std::uint64_t>((broken_.suspect.offset + cluster_ - 1) / cluster_, 1);
  const std::uint64_t most = broken_.suspect.end() / cluster_;
  if (most < least) return std::nullopt;
  std::vector<std::uint64_t> promising;
  for (std::uint64_t g = 1; g <= kLongestGap; ++g) {
    if (attempt(most, g)) return joined_;
    if (last_ && last_->length > broken_.length) promising.push_back(g);
  }
  if (promising.size() <= kLongestGap / 8)
    for (const std::uint64_t g : promising)
      for (std::uint64_t k = most; k-- > least;)
        if (attempt(k, g)) return joined_;
  for (std::uint64_t k = most; k-- > least && budget_ > 0;)
    for (std::uint64_t g = 1; g <= kLongestGap; ++g)
      if (attempt(k, g)) return joined_;
  return std::nullopt;
}

}  // namespace

std::optional<Joined> join_fragments(const SourcePtr& source, const HeaderHit& hit,
                                     const Verdict& verdict, std::uint32_t cluster,
                                     std::uint64_t budget) {
  if (verdict.suspect.length == 0 || cluster == 0) return std::nullopt;
  return Join(source, hit, verdict, cluster, budget).run();
}

}  // namespace discern
