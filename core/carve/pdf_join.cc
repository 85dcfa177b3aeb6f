// SPDX-License-Identifier: Apache-2.0
// The other part of a PDF. Its end says where the cross-reference section is, as an offset in the
// file; by how much it stands farther off on the medium, that is the gap. A linearized file begins
// with its length, which tells the same. The streams tell where:
// behind the last one that is right as it lies there, and such that the next one becomes right.
#include <algorithm>

#include "carve/fragments.h"
#include "carve/pdf_streams.h"
#include "carve/pdf_xref.h"
#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::uint64_t kFarthestEnd = std::uint64_t{64} << 20;  // from the header
constexpr std::size_t kEndsLimit = 64;

// Gaps, in clusters, for which an end of the file leads to a cross-reference section, or stands
// where a linearized file has it.
std::vector<std::uint64_t> gaps_of(Candidate& candidate, std::uint64_t cluster) {
  constexpr std::string_view kWord = "startxref";
  constexpr std::uint64_t kNumber = 32;
  std::vector<std::uint64_t> gaps;
  std::size_t ends = 0;
  if (const auto length = pdf::linearized_length(candidate))
    for (std::uint64_t g = 1; g <= kLongestGap; ++g)
      if (pdf::ends_at(candidate, *length + g * cluster)) gaps.push_back(g);
  for (std::uint64_t at = 0; at < kFarthestEnd && ends < kEndsLimit;) {
    const auto window = candidate.upto(at, kWindow);
    if (!window || window->size() <= kWord.size() + kNumber) break;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> places;  // of the word; where it leads
    const std::string_view text = as_text(*window);
    const std::size_t usable = text.size() - kNumber;
    for (auto word = text.find(kWord); word < usable; word = text.find(kWord, word + 1)) {
      std::string_view number = text.substr(word + kWord.size());
      if (const auto xref = pdf::take_number(number)) places.emplace_back(at + word, *xref);
    }
    at += usable;
    ends += places.size();
    for (const auto& [word, xref] : places)
      for (std::uint64_t g = 1; g <= kLongestGap && xref > 0; ++g)
        if (xref + g * cluster < word && pdf::is_xref(candidate, xref + g * cluster) &&
            std::ranges::find(gaps, g) == gaps.end())
          gaps.push_back(g);
  }
  return gaps;
}

}  // namespace

std::optional<Joined> join_pdf(const SourcePtr& source, const HeaderHit& hit, std::uint64_t cluster,
                               std::uint64_t budget) {
  const std::uint64_t left = source->size() - hit.offset;
  Candidate as_it_lies(*source, hit.offset, budget);
  const std::vector<std::uint64_t> gaps = gaps_of(as_it_lies, cluster);
  if (gaps.empty()) return std::nullopt;
  std::uint64_t good_end = 0;
  std::optional<pdf::PdfStream> first_wrong;
  for (auto stream = pdf::next_stream(as_it_lies, 0); stream;
       stream = pdf::next_stream(as_it_lies, good_end)) {
    const pdf::StreamCheck check = pdf::check_stream(as_it_lies, *stream);
    if (check == pdf::StreamCheck::wrong) {
      first_wrong = stream;
      break;
    }
    // What is checked by its length only is no more certain than its first byte.
    good_end = stream->begin;
    if (check == pdf::StreamCheck::right && stream->length) good_end += *stream->length;
    ++good_end;
  }
  budget = as_it_lies.budget();

  const std::uint64_t least = std::max<std::uint64_t>((good_end + cluster - 1) / cluster, 1);
  for (const std::uint64_t g : gaps) {
    const auto attempt = [&](std::uint64_t k) -> std::optional<Joined> {
      const std::uint64_t first = k * cluster;
      const std::uint64_t second = first + g * cluster;
      if (second >= left || budget == 0) return std::nullopt;
      const SourcePtr pieces =
          concat_source({window_source(source, hit.offset, first),
                         window_source(source, hit.offset + second, left - second)});
      Candidate candidate(*pieces, 0, budget);
      bool right = true;
      if (first_wrong && first_wrong->begin <= first)
        right = pdf::check_stream(candidate, *first_wrong) != pdf::StreamCheck::wrong;
      auto verdict = right ? hit.validator->validate(candidate) : std::nullopt;
      budget = candidate.budget();
      if (!verdict || verdict->soundness != Soundness::complete || verdict->length <= first)
        return std::nullopt;
      return Joined{{{hit.offset, first}, {hit.offset + second, verdict->length - first}},
                    *std::move(verdict)};
    };
    // Not farther than the stream that is wrong reaches.
    const std::uint64_t most = first_wrong && first_wrong->length
                                   ? (first_wrong->begin + *first_wrong->length) / cluster + 1
                                   : least + kLongestGap * 8;
    std::uint64_t first = least;
    while (first <= most && !attempt(first)) ++first;
    if (first > most) continue;
    std::uint64_t last = first;
    while (last < most && last - first <= kWidestGuess && attempt(last + 1)) ++last;
    if (last - first > kWidestGuess) return std::nullopt;
    if (last == first) return attempt(first);
    auto best = attempt(likeliest_break(*source, hit.offset, cluster, g, first, last));
    if (best) mark_guess(best->verdict, first * cluster, last * cluster);
    return best;
  }
  return std::nullopt;
}

}  // namespace discern
