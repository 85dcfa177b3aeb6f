// SPDX-License-Identifier: Apache-2.0

#include "report/summary.h"

#include <algorithm>

#include "timeline/civil_time.h"

namespace discern {
namespace {

// A contradiction weighs most: it stays one even if other parts could not be read. Damage that no
// unread range explains contradicts something as well.
CaseVerdict judge(const CaseSummary& summary, const Examination& examination) {
  const auto& tally = examination.sectors;
  const bool sectors_fail = tally && (tally->edc_bad || tally->p_bad || tally->q_bad);
  if (summary.mismatches > 0 || sectors_fail) return CaseVerdict::mismatch;
  if (!summary.unread.empty() || summary.unread_sectors > 0) return CaseVerdict::incomplete;
  return summary.damage > 0 ? CaseVerdict::mismatch : CaseVerdict::consistent;
}

}  // namespace

CaseSummary summary_of(const Examination& examination) {
  CaseSummary summary;
  for (const Verification& verification : examination.verifications) {
    switch (verification.verdict) {
      case Outcome::match:
        ++summary.matches;
        break;
      case Outcome::mismatch:
        ++summary.mismatches;
        break;
      case Outcome::unverifiable:
        ++summary.unverifiable;
        break;
    }
  }
  for (const DigestSet& digests : examination.digests)
    if (!digests.bad.empty() && digests.same_as.empty()) summary.unread.push_back(&digests);
  if (examination.sectors) summary.unread_sectors = examination.sectors->unread;
  for (const Finding& finding : examination.findings) {
    switch (finding.severity) {
      case Severity::damage:
        ++summary.damage;
        break;
      case Severity::warning:
        ++summary.warnings;
        break;
      case Severity::note:
        ++summary.notes;
        break;
    }
  }
  const auto& timeline = examination.timeline;
  const auto dated_end =
      std::partition_point(timeline.events.begin(), timeline.events.end(), [&](const Event& event) {
        return is_meaningful(timeline.entries[event.entry].times[event.time]);
      });
  summary.dated_events = static_cast<std::size_t>(dated_end - timeline.events.begin());
  summary.verdict = judge(summary, examination);
  return summary;
}

std::string_view name_of(CaseVerdict verdict) {
  switch (verdict) {
    case CaseVerdict::consistent:
      return "consistent";
    case CaseVerdict::mismatch:
      return "mismatch";
    case CaseVerdict::incomplete:
      return "incomplete";
  }
  return {};
}

CaseVerdict verdict_of(const Examination& examination) { return summary_of(examination).verdict; }

}  // namespace discern
