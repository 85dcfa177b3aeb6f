// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CLI_BATCH_RECORD_H
#define DISCERN_CLI_BATCH_RECORD_H

#include <string>

#include "batch_jobs.h"
#include "discern/finding.h"
#include "exit_status.h"

namespace discern::cli {

// What one job found: lines of JSON, the last one about the job itself.
struct Record {
  std::string lines;
  ExitStatus status = ExitStatus::consistent;
  std::string verdict;  // "consistent", "mismatch", or why it could not be done
  std::string sandbox;  // of the process that did it
};

void add_findings(const Job& job, const Findings& findings, Record& record);
// The last line, discern/record/1.
void add_end(const Job& job, Record& record);
// How the last line of a job's record begins.
std::string begin_of_end(const Job& job);

}  // namespace discern::cli

#endif
