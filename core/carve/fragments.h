// SPDX-License-Identifier: Apache-2.0
// Gap carving: the other part of a file that breaks off.
#ifndef DISCERN_CARVE_FRAGMENTS_H
#define DISCERN_CARVE_FRAGMENTS_H

#include <cstdint>
#include <optional>
#include <vector>

#include "carve/scan.h"

namespace discern {

inline constexpr std::uint64_t kLongestGap = 128;  // clusters

struct Joined {
  std::vector<ByteRange> parts = {};  // of the view, in the order of the file
  Verdict verdict = {};
};

// Looks for the second part of the file at `hit` whose first part `verdict` pins by its `suspect`:
// at distances of whole clusters, up to 128 of them. `budget` is the work, as of a Candidate, that
// all attempts together may cost. Nothing when no attempt makes the file complete.
std::optional<Joined> join_fragments(const SourcePtr& source, const HeaderHit& hit,
                                     const Verdict& verdict, std::uint32_t cluster,
                                     std::uint64_t budget);

// Where several places of a gap are right by the structure, no more clusters apart than this.
inline constexpr std::uint64_t kWidestGuess = 64;

// The cluster, `first` to `last` counted from `start`, before which a gap of `gap` clusters shows
// most: those that it parts are less alike, those that it joins more, by how often each byte value
// is in them. `first` is at least 1.
std::uint64_t likeliest_break(const ByteSource& source, std::uint64_t start, std::uint64_t cluster,
                              std::uint64_t gap, std::uint64_t first, std::uint64_t last);
// The verdict says that the place of the gap, between these bytes of the file, is a guess.
void mark_guess(Verdict& verdict, std::uint64_t first, std::uint64_t last);

// As join_fragments(), of a JPEG.
std::optional<Joined> join_jpeg(const SourcePtr& source, const HeaderHit& hit,
                                const Verdict& broken, std::uint64_t cluster, std::uint64_t budget);

// As join_fragments(), of a PDF.
std::optional<Joined> join_pdf(const SourcePtr& source, const HeaderHit& hit, std::uint64_t cluster,
                               std::uint64_t budget);

}  // namespace discern

#endif
