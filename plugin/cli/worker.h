// SPDX-License-Identifier: Apache-2.0
// Evidence is parsed by a process of its own, the worker. What ends it - a defect that hostile
// evidence reaches, a library that gives up when memory runs out, the system's choice of a victim -
// leaves one to say so, and to end with a status that is documented.
#ifndef DISCERN_CLI_WORKER_H
#define DISCERN_CLI_WORKER_H

#include <optional>
#include <string>

namespace discern::cli {

struct WorkerEnd {
  int status = 0;  // its exit status
  int signal = 0;  // or the signal that ended it
};

// Starts a worker, which comes back from this call with nothing; whoever called comes back when it
// has ended. SIGINT is passed on; the worker does not outlive its caller. Before there are threads.
// `problem`: no worker could be started, in words; the caller comes back with nothing.
std::optional<WorkerEnd> start_worker(std::string& problem);

// Ends this process as its worker ended: with its status; with ExitStatus::incomplete, and saying
// so, when a signal ended it.
[[noreturn]] void end_as(const WorkerEnd& end);

// "signal 11 (Segmentation fault)", and for 9 what that may mean.
std::string describe(const WorkerEnd& end);

}  // namespace discern::cli

#endif
