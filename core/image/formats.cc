// SPDX-License-Identifier: Apache-2.0
// The format table. Raw comes last: it is what everything is that nothing else speaks for.
#include <algorithm>
#include <vector>

#include "image/format_rows.h"

namespace discern {

std::span<const Format> formats() {
  static const std::vector<Format> kFormats = {
      kEwf, kImz, kImageDisk, kTeledisk, kDiskCopy, kSaveDskF, kAnex86, kDiskDupe, kCopyQm,   kCue,
      kCcd, kToc, kMds,       kB6t,      kNrg,      kCdi,      kGdi,    kRawCd,    kSplitRaw, kRaw,
  };
  return kFormats;
}

const Format* find_format(std::string_view id) {
  const auto rows = formats();
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Format& row) { return row.id == id; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace discern
