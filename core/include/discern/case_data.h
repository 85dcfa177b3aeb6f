// SPDX-License-Identifier: Apache-2.0
// What people say of a case and its evidence: in the report, and in formats that have a place for
// it (EWF). Nothing of it is looked up or checked.
#ifndef DISCERN_CASE_DATA_H
#define DISCERN_CASE_DATA_H

#include <string>

namespace discern {

// A line each; empty: not stated.
struct CaseData {
  std::string case_number = {};
  std::string evidence_number = {};
  std::string examiner = {};
  std::string description = {};   // in EWF only
  std::string notes = {};         // in EWF only
  std::string organisation = {};  // in the report only
};

}  // namespace discern

#endif
