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
//
// Where the validator looks at structure only, several k may be right by it. Then the one is taken
// whose seam shows most: clusters that the gap parts from each other are less alike, those that it
// joins more, by how often each byte value is in them. That is no proof, and the verdict says so.
#include "carve/fragments.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace discern {
namespace {

// How often each byte value occurs, as shares.
using Histogram = std::array<float, 256>;

// 0: the same shares of byte values, 1: none in common.
float distance(const Histogram& a, const Histogram& b) {
  float sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / 2;
}

Histogram histogram(const ByteSource& source, std::uint64_t begin, std::uint64_t length) {
  Histogram shares = {};
  if (begin >= source.size()) return shares;
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::min(length, source.size() - begin)));
  source.read(begin, bytes);
  for (const std::byte byte : bytes) shares[std::to_integer<std::size_t>(byte)] += 1;
  for (float& share : shares) share /= static_cast<float>(bytes.size());
  return shares;
}

class Join {
 public:
  Join(const SourcePtr& source, const HeaderHit& hit, const Verdict& verdict, std::uint64_t cluster,
       std::uint64_t budget)
      : source_(source), hit_(hit), broken_(verdict), cluster_(cluster), budget_(budget) {}
  std::optional<Joined> run();

 private:
  bool attempt(std::uint64_t k, std::uint64_t g);
  std::optional<Joined> settle(std::uint64_t k, std::uint64_t g, std::uint64_t least,
                               std::uint64_t most);

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

// `k` and `g` make the file complete. Nearby k may do so too.
std::optional<Joined> Join::settle(std::uint64_t k, std::uint64_t g, std::uint64_t least,
                                   std::uint64_t most) {
  if (joined_->verdict.content_checked) return joined_;
  std::uint64_t first = k;
  std::uint64_t last = k;
  while (first > least && k - first <= kWidestGuess && attempt(first - 1, g)) --first;
  while (last < most && last - k <= kWidestGuess && attempt(last + 1, g)) ++last;
  if (last - first > kWidestGuess) return std::nullopt;
  const std::uint64_t best =
      last > first ? likeliest_break(*source_, hit_.offset, cluster_, g, first, last) : k;
  if (!attempt(best, g)) return std::nullopt;
  if (last > first) mark_guess(joined_->verdict, first * cluster_, last * cluster_);
  return joined_;
}

std::optional<Joined> Join::run() {
  const std::uint64_t least =
      std::max<std::uint64_t>((broken_.suspect.offset + cluster_ - 1) / cluster_, 1);
  const std::uint64_t most = broken_.suspect.end() / cluster_;
  if (most < least) return std::nullopt;
  std::vector<std::uint64_t> promising;
  for (std::uint64_t g = 1; g <= kLongestGap; ++g) {
    if (attempt(most, g)) return settle(most, g, least, most);
    if (last_ && (last_->length > broken_.length || last_->suspect.end() > broken_.suspect.end()))
      promising.push_back(g);
  }
  if (promising.size() <= kLongestGap / 8)
    for (const std::uint64_t g : promising)
      for (std::uint64_t k = most; k-- > least;)
        if (attempt(k, g)) return settle(k, g, least, most);
  for (std::uint64_t k = most; k-- > least && budget_ > 0;)
    for (std::uint64_t g = 1; g <= kLongestGap; ++g)
      if (attempt(k, g)) return settle(k, g, least, most);
  return std::nullopt;
}

}  // namespace

std::uint64_t likeliest_break(const ByteSource& source, std::uint64_t start, std::uint64_t cluster,
                              std::uint64_t gap, std::uint64_t first, std::uint64_t last) {
  std::vector<Histogram> shares;  // of the clusters from first - 1 on
  for (std::uint64_t i = first - 1; i <= last + gap; ++i)
    shares.push_back(histogram(source, start + i * cluster, cluster));
  const auto at = [&](std::uint64_t i) -> const Histogram& { return shares[i - (first - 1)]; };
  std::uint64_t best = first;
  float best_score = -10;
  for (std::uint64_t k = first; k <= last; ++k) {
    const float score = distance(at(k - 1), at(k)) + distance(at(k + gap - 1), at(k + gap)) -
                        distance(at(k - 1), at(k + gap));
    if (score <= best_score) continue;
    best_score = score;
    best = k;
  }
  return best;
}

void mark_guess(Verdict& verdict, std::uint64_t first, std::uint64_t last) {
  verdict.soundness = Soundness::damaged;
  verdict.end_reason += ", a gap somewhere between " + std::to_string(first) + " and " +
                        std::to_string(last) + ": place guessed";
}

std::optional<Joined> join_fragments(const SourcePtr& source, const HeaderHit& hit,
                                     const Verdict& verdict, std::uint32_t cluster,
                                     std::uint64_t budget) {
  if (verdict.suspect.length == 0 || cluster == 0) return std::nullopt;
  if (hit.validator->id == "pdf") return join_pdf(source, hit, cluster, budget);
  if (hit.validator->id == "jpeg") return join_jpeg(source, hit, verdict, cluster, budget);
  return Join(source, hit, verdict, cluster, budget).run();
}

}  // namespace discern
