// SPDX-License-Identifier: Apache-2.0
// Which files of a disc lie in damaged sectors.
#ifndef DISCERN_DAMAGED_SECTORS_H
#define DISCERN_DAMAGED_SECTORS_H

#include <cstdint>
#include <optional>
#include <vector>

#include "discern/entry.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/verify.h"

namespace discern {

struct DamagedPart {
  std::uint64_t sectors = 0;     // that the entry's runs touch
  std::uint64_t damaged = 0;     // of these
  std::uint64_t edc = 0;         // with a wrong EDC
  std::uint64_t unread = 0;      // unread or missing
  std::uint64_t repairable = 0;  // by P and Q
  Lba first = {};                // the first damaged one
};

class DamagedSectors {
 public:
  explicit DamagedSectors(const SectorTally& tally);
  bool none() const { return runs_.empty(); }
  // Nothing when no damaged sector is touched, or when `view` is not one of 2048 bytes an LBA.
  std::optional<DamagedPart> of(const Entry& entry, const View& view) const;

 private:
  std::vector<IntegrityRun> runs_;  // damaged ones, by LBA
};

// `entry.damaged-sectors`: "/REPORT.DOC: 3 of 112 sectors fail EDC, 2 repairable". Damage when the
// entry is allocated, otherwise a warning.
Finding damaged_finding(const Entry& entry, const View& view, const DamagedPart& part);

}  // namespace discern

#endif
