// SPDX-License-Identifier: Apache-2.0
// What P and Q parity can repair of a disc: as a view, and as a log of every changed byte.
#ifndef DISCERN_REPAIR_H
#define DISCERN_REPAIR_H

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "discern/disc.h"
#include "discern/image.h"
#include "discern/progress.h"
#include "discern/result.h"
#include "discern/sector.h"

namespace discern {

// The view `repaired`: like `data`, but sectors whose EDC or parity fails are corrected where that
// makes them good; bytes that cannot be read are corrected, too, where the rest of their sector
// suffices. What cannot be repaired is as in `data`. Nothing when no sector of the disc is stored
// with its parity. The evidence and all other views stay as they are.
//
// `second` is another dump of the same disc: a bad or missing sector is taken from there when it is
// good there and its header has the same address; otherwise the bytes in which both differ are the
// ones to be corrected.
std::optional<View> repaired_view(const Disc& disc, const Disc* second = nullptr);

// A sector whose EDC or parity fails, or of which bytes cannot be read.
struct SectorRepair {
  Lba lba = {};
  bool repaired = false;
  std::uint32_t unreadable = 0;  // bytes of the stored sector
  // Of the unscrambled sector; empty when not repaired. Codeword "second dump": taken from there.
  std::vector<ByteChange> changes = {};
};

// Calls `sink` for each such sector with parity, ascending. Progress counts bytes of user data.
// Errc::cancelled.
Status find_repairs(const Disc& disc, const Progress& progress,
                    const std::function<void(const SectorRepair&)>& sink,
                    const Disc* second = nullptr);

}  // namespace discern

#endif
