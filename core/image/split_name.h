// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_IMAGE_SPLIT_NAME_H
#define DISCERN_IMAGE_SPLIT_NAME_H

#include <cstdint>
#include <optional>
#include <string>

namespace discern {

// The name of one segment of a split raw image: a counter in digits or letters between a prefix and
// a suffix.
struct SplitName {
  std::string prefix = {};  // folder included
  std::string suffix = {};  // mostly empty
  bool letters = false;     // the counter is written in a..z
  bool upper = false;       // in A..Z
  std::size_t width = 0;    // digits or letters of the counter, at least
  std::uint64_t index = 0;  // of this segment
  std::uint64_t total = 0;  // segments of the set where the name tells it (.1of5), otherwise 0
  std::string first_name =
      {};  // of segment 1 where that has no counter (disk.dmg), otherwise empty

  std::string path(std::uint64_t at) const;  // of the segment with that counter
  // The set's first segment: 0 when that exists, otherwise 1 (digits); 0 (letters).
  std::uint64_t first_index() const;
  std::string first() const { return path(first_index()); }
  // A segment with a smaller counter exists, so this is not the first.
  bool exists_before() const;
};

// Nothing when there is no counter in the name.
std::optional<SplitName> parse_split_name(const std::string& path);

}  // namespace discern

#endif
