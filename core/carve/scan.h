// SPDX-License-Identifier: Apache-2.0
// From headers to carved files.
#ifndef DISCERN_CARVE_SCAN_H
#define DISCERN_CARVE_SCAN_H

#include <bitset>
#include <cstdint>
#include <vector>

#include "discern/carve.h"
#include "discern/carve_range.h"

namespace discern {

// A validator's header stands at `offset` of the view.
struct HeaderHit {
  std::uint64_t offset = 0;
  const Validator* validator = nullptr;
};

// Looks for headers at multiples of a step. Their first two bytes are looked up in a table of 8 KiB
// for each place in the file where headers stand, so that a place without header costs one cache
// line of evidence and a bit.
class HeaderFinder {
 public:
  HeaderFinder(const std::vector<const Validator*>& rows, std::uint32_t step);
  // Appends the hits of a block, ascending. A header that the block cuts off counts as one.
  void look(const Block& block, std::vector<HeaderHit>& hits) const;

 private:
  // The rows whose headers stand at the same place.
  struct Place {
    std::uint32_t header_offset = 0;
    std::vector<const Validator*> rows = {};
    std::bitset<65536> first_two = {};
  };
  std::vector<Place> places_ = {};
  std::uint32_t step_;
};

// Validates the hits (ascending), drops what lies inside complete files, digests the rest.
Result<std::vector<CarvedFile>> carve_hits(const View& view, const std::vector<HeaderHit>& hits,
                                           const CarveOptions& options);
// The same without dropping anything.
Result<std::vector<RangeFile>> carve_range_hits(const View& view,
                                                const std::vector<HeaderHit>& hits,
                                                const CarveOptions& options);

}  // namespace discern

#endif
