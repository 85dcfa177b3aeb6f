// SPDX-License-Identifier: Apache-2.0
// Damage knows nothing of the code: wrong bytes spoil EDC and parity together, because P and Q
// cover the EDC, too. A wrong EDC under parity that holds was there when parity was computed: by a
// mastering program (SafeDisc and its kind write such sectors on purpose), or by a program that
// rebuilt parity over damaged data. And scratches do not keep distance.
#include "digest/sector_patterns.h"

namespace discern {
namespace {

constexpr std::uint64_t kFewest = 8;  // runs of a series that is told

}  // namespace

void RepeatedDamage::add(std::int64_t lba, std::uint64_t offset, bool parity_holds) {
  if (parity_holds && by_design_.count++ == 0) {
    by_design_.lba = lba;
    by_design_.offset = offset;
  }
  if (run_.count > 0 && run_.lba + static_cast<std::int64_t>(run_.count) == lba) {
    ++run_.count;
    return;
  }
  end_run();
  run_ = {1, lba, offset};
}

void RepeatedDamage::end_run() {
  if (run_.count == 0) return;
  const std::int64_t distance = run_.lba - series_.last;
  const bool same_length = series_.first.count > 0 && series_.length == run_.count;
  if (same_length && (series_.first.count == 1 || series_.distance == distance)) {
    ++series_.first.count;
    series_.distance = distance;
    series_.last = run_.lba;
  } else {
    series_ = {{1, run_.lba, run_.offset}, run_.count, run_.lba, 0};
  }
  if (series_.first.count > longest_.first.count) longest_ = series_;
}

std::vector<PatternFinding> RepeatedDamage::patterns() const {
  RepeatedDamage whole = *this;
  whole.end_run();
  std::vector<PatternFinding> found;
  if (by_design_.count > 0)
    found.push_back({"disc.edc-wrong-by-design", by_design_.offset, by_design_.lba,
                     std::to_string(by_design_.count) +
                         " sectors have a wrong EDC under P and Q that hold, which no damage "
                         "leaves: they were made so, as copy protections do, or parity was "
                         "rebuilt over wrong data; the first one is LBA " +
                         std::to_string(by_design_.lba)});
  const Series& series = whole.longest_;
  if (series.first.count >= kFewest)
    found.push_back({"disc.bad-sectors-evenly-spaced", series.first.offset, series.first.lba,
                     std::to_string(series.first.count) + " runs of " +
                         std::to_string(series.length) + " bad sectors follow each other every " +
                         std::to_string(series.distance) + " sectors from LBA " +
                         std::to_string(series.first.lba) +
                         " on: damage is not that regular, copy protection is"});
  return found;
}

}  // namespace discern
