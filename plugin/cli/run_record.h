// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CLI_RUN_RECORD_H
#define DISCERN_CLI_RUN_RECORD_H

#include "discern/report.h"

namespace discern::cli {

// How and where this process runs; start_run() takes the starting time, finish_run() the end.
// What does not change while the process runs; asked for before the sandbox, which hides some of
// it.
const RunRecord& process_record();
RunRecord start_run();
void finish_run(RunRecord& run);

}  // namespace discern::cli

#endif
