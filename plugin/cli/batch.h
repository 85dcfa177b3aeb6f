// SPDX-License-Identifier: Apache-2.0
// The parts of `discern batch`.
#ifndef DISCERN_CLI_BATCH_H
#define DISCERN_CLI_BATCH_H

#include "exit_status.h"
#include "options.h"

namespace discern::cli {

ExitStatus plan_batch(const Options& options);
ExitStatus run_jobs(const Options& options);
ExitStatus merge_batch(const Options& options);
ExitStatus print_postgresql(const Options& options);
ExitStatus write_slurm_script(const Options& options);

}  // namespace discern::cli

#endif
