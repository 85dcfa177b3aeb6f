// SPDX-License-Identifier: Apache-2.0
// Many images: a plan, any number of processes that work on it, and a merge that does not care
// which of them did what.
#include "batch.h"

#include <algorithm>
#include <iterator>

#include "batch_jobs.h"
#include "command.h"
#include "console.h"
#include "discern/report.h"

namespace discern::cli {
namespace {

struct Part {
  std::string_view name;
  ExitStatus (*run)(const Options& options);
};
constexpr Part kParts[] = {
    {"plan", plan_batch},          {"run", run_jobs},
    {"merge", merge_batch},        {"postgresql", print_postgresql},
    {"slurm", write_slurm_script},
};

// Between single quotes of a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

}  // namespace

ExitStatus run_batch(const Options& options) {
  const std::string& name = options.operands.front();
  const auto* const part =
      std::ranges::find_if(kParts, [&](const Part& row) { return row.name == name; });
  if (part == std::end(kParts)) {
    report_usage("batch", "'" + name + "' is none of: plan run merge postgresql slurm");
    return ExitStatus::usage;
  }
  return part->run(options);
}

// A job array over shared storage: each task does every N-th job. Slurm may start a task twice; a
// record is written once all the same.
ExitStatus write_slurm_script(const Options& options) {
  if (options.operands.size() != 2) {
    report_usage("batch", "slurm wants the folder of a plan");
    return ExitStatus::usage;
  }
  const std::string& folder = options.operands[1];
  const auto jobs = read_plan(folder);
  if (!jobs) {
    report(jobs.error());
    return ExitStatus::incomplete;
  }
  constexpr std::size_t kMostTasks = 1000;  // the default MaxArraySize of Slurm is 1001
  const std::size_t tasks = std::clamp<std::size_t>(jobs->size(), 1, kMostTasks);
  print("#!/bin/sh\n#SBATCH --job-name=discern\n#SBATCH --array=1-" + std::to_string(tasks) +
        "\n#SBATCH --requeue\n#SBATCH --open-mode=append\n"
        "# Afterwards: discern batch merge " +
        quoted(folder) +
        " -o RESULT\n"
        "exec discern batch run --threads \"${SLURM_CPUS_PER_TASK:-1}\" --part "
        "\"$SLURM_ARRAY_TASK_ID/" +
        std::to_string(tasks) + "\" " + quoted(folder));
  return ExitStatus::consistent;
}

}  // namespace discern::cli
