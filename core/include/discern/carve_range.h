// SPDX-License-Identifier: Apache-2.0
// Carving a view in ranges, each by whoever has time, with the result of carving it whole.
#ifndef DISCERN_CARVE_RANGE_H
#define DISCERN_CARVE_RANGE_H

#include <cstdint>
#include <span>
#include <vector>

#include "discern/carve.h"
#include "discern/result.h"
#include "discern/source.h"

namespace discern {

// What decides whether a file lies inside another one.
struct Nesting {
  std::uint64_t offset = 0;  // in the view
  std::uint64_t length = 0;  // of its first part, bytes
  Soundness soundness = Soundness::complete;
  bool holds = true;          // what lies inside is its own
  std::uint32_t cluster = 0;  // in what units space is given out there; 0: files in one piece only
  std::vector<ByteRange> further = {};  // its other parts
  std::uint64_t end() const { return offset + length; }
};

// For each of the files (ascending), whether it is left out since it lies inside one before it.
std::vector<bool> lie_inside(std::span<const Nesting> files);

// A file that begins in a range: as its own bytes say, and after its other part was looked for.
struct RangeFile {
  CarvedFile file;
  Nesting alone;
  Nesting joined;
};

// All files that begin in `range` of the view, ascending, those inside others among them: the
// others may begin in another range. They may end behind the range. Not looked at:
// options.within, min_size, max_size. Errors as of carve_view().
Result<std::vector<RangeFile>> carve_range(const View& view, ByteRange range,
                                           const CarveOptions& options);

// For each of the files of ranges that tile a view (ascending), whether carve_view() finds it. The
// same, that is, but for what the bounds on work cut off: each range may cost what a view may.
std::vector<bool> found_by_all(std::span<const RangeFile> files);

}  // namespace discern

#endif
