// SPDX-License-Identifier: Apache-2.0
// Case folders of an examination that was stopped, by the user, a kill or the power. While examine
// writes into a case folder it has a mark, MANIFEST.sha256.unfinished, with the arguments of the
// run. Finished cases stand as they are; an unfinished one is begun anew.
#ifndef DISCERN_CLI_UNFINISHED_CASE_H
#define DISCERN_CLI_UNFINISHED_CASE_H

#include <string>

#include "discern/result.h"
#include "options.h"

namespace discern::cli {

struct CaseState {
  enum class Kind { fresh, unfinished, finished } kind = Kind::fresh;
  std::string verdict = {};  // of a finished one
};
// What --resume finds. finished: everything in it is as its manifest says, and sealed as `options`
// want. Errc::io when it is of other arguments, another working folder, or no case folder.
Result<CaseState> state_of_case(const std::string& folder, const Options& options);

// Sets the mark; Errc::io. The folder exists.
Status begin_case(const std::string& folder);
// Removes what an unfinished run left, apart from the audit log of runs before it.
Status clear_case(const std::string& folder);
// Removes the mark, when everything else is on the disk.
Status end_case(const std::string& folder);

}  // namespace discern::cli

#endif
