// SPDX-License-Identifier: Apache-2.0
// What the case comes down to: the numbers that the verdict, report.json and the page share.
#ifndef DISCERN_REPORT_SUMMARY_H
#define DISCERN_REPORT_SUMMARY_H

#include <cstdint>
#include <vector>

#include "discern/report.h"

namespace discern {

struct CaseSummary {
  CaseVerdict verdict = CaseVerdict::consistent;
  std::size_t matches = 0;  // comparisons by outcome
  std::size_t mismatches = 0;
  std::size_t unverifiable = 0;
  std::vector<const DigestSet*> unread = {};  // objects with bytes that could not be read
  std::uint64_t unread_sectors = 0;           // of the raw disc
  std::size_t damage = 0;                     // findings by severity
  std::size_t warnings = 0;
  std::size_t notes = 0;
  std::size_t dated_events = 0;  // Timeline::events begins with these
};
CaseSummary summary_of(const Examination& examination);

}  // namespace discern

#endif
