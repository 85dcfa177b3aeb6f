// SPDX-License-Identifier: Apache-2.0
// The other part of a JPEG: what comes before the break is decoded once; from there every gap is
// tried. Foreign bytes do not decode for long, and where they do - a wrong gap may fall back into
// step - the number of blocks does not fit at the end of the scan.
#include <algorithm>

#include "carve/fragments.h"
#include "carve/jpeg_walk.h"

namespace discern {

std::optional<Joined> join_jpeg(const SourcePtr& source, const HeaderHit& hit,
                                const Verdict& broken, std::uint64_t cluster,
                                std::uint64_t budget) {
  // More than a MCU takes, and what the decoder takes in advance.
  constexpr std::uint64_t kBehindPause = 4096;
  const std::uint64_t least =
      std::max<std::uint64_t>((broken.suspect.offset + cluster - 1) / cluster, 1);
  const std::uint64_t most = broken.suspect.end() / cluster;
  const std::uint64_t left = source->size() - hit.offset;
  Candidate before(*source, hit.offset, budget);
  JpegWalk begun(before, 0);
  // An image that breaks off before its first scan, or one behind the first, begins anew each time.
  if (begun.run(least * cluster - std::min(least * cluster, kBehindPause)))
    begun = JpegWalk(before, 0);
  budget = before.budget();

  for (std::uint64_t k = most; k >= least && k > 0; --k) {
    for (std::uint64_t g = 1; g <= kLongestGap && budget > 0; ++g) {
      const std::uint64_t first = k * cluster;
      const std::uint64_t second = first + g * cluster;
      if (second >= left) break;
      const SourcePtr pieces =
          concat_source({window_source(source, hit.offset, first),
                         window_source(source, hit.offset + second, left - second)});
      Candidate candidate(*pieces, 0, budget);
      JpegWalk walk = begun;
      walk.rebase(candidate);
      walk.run();
      const auto verdict = jpeg_verdict(candidate, walk);
      budget = candidate.budget();
      if (!verdict || verdict->soundness != Soundness::complete || verdict->length <= first)
        continue;
      // A file is no longer whole when an image of its index is lost.
      if (verdict->suspect.length > 0) continue;
      return Joined{{{hit.offset, first}, {hit.offset + second, verdict->length - first}},
                    *verdict};
    }
  }
  return std::nullopt;
}

}  // namespace discern
