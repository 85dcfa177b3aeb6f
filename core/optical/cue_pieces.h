// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_CUE_PIECES_H
#define DISCERN_OPTICAL_CUE_PIECES_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "optical/cue.h"

namespace discern {

// Sectors of one track between two positions of a file.
struct CuePiece {
  std::size_t track = 0;
  int index = 1;
  std::size_t file = 0;
  std::uint32_t from = 0;
  std::optional<std::uint32_t> to = {};  // absent: the end of the file
  std::uint32_t skip = 0;                // stored session gap behind `to`
  CuePlace place = {};
};

// The sheet as pieces in the order of its indexes: each file from its first byte on, without gaps
// but for `skip`.
std::vector<CuePiece> pieces_of(const CueSheet& sheet);

}  // namespace discern

#endif
