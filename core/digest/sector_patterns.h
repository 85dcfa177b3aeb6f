// SPDX-License-Identifier: Apache-2.0
// What tells bad sectors that were made from bad sectors that happened.
#ifndef DISCERN_DIGEST_SECTOR_PATTERNS_H
#define DISCERN_DIGEST_SECTOR_PATTERNS_H

#include <cstdint>
#include <string>
#include <vector>

namespace discern {

struct PatternFinding {
  std::string code;
  std::uint64_t offset = 0;  // of the first sector, in the view
  std::int64_t lba = 0;
  std::string text;
};

// Takes the bad sectors of a disc in ascending order.
class RepeatedDamage {
 public:
  // `parity_holds`: all codewords of P and Q hold over the wrong EDC.
  void add(std::int64_t lba, std::uint64_t offset, bool parity_holds);
  std::vector<PatternFinding> patterns() const;

 private:
  struct First {
    std::uint64_t count = 0;
    std::int64_t lba = 0;
    std::uint64_t offset = 0;
  };
  void end_run();

  First by_design_ = {};
  // The run of bad sectors that is being read.
  First run_ = {};
  // Runs of one length whose distances are the same, so far; the longest such series.
  struct Series {
    First first = {};  // count: of runs
    std::uint64_t length = 0;
    std::int64_t last = 0;
    std::int64_t distance = 0;
  };
  Series series_ = {};
  Series longest_ = {};
};

}  // namespace discern

#endif
