// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "command.h"
#include "console.h"
#include "examination.h"
#include "launch.h"
#include "reach.h"

namespace discern::cli {
namespace {

ExitStatus make_wrappers(const std::string& folder) {
  std::vector<std::string> programs;
  for (const std::string& program : tsk_programs())
    if (const auto found = reach_of(program); found && found->reach != Reach::no)
      programs.push_back(program);
  if (programs.empty())
    return failed({Errc::missing, "no program of The Sleuth Kit is in PATH", folder});
  if (const Status written = write_wrappers(folder, programs); !written)
    return failed(written.error());
  for (const std::string& program : programs) print(shown(program));
  return ExitStatus::consistent;
}

}  // namespace

ExitStatus run_run(const Options& options) {
  if (options.operands.empty() == options.wrappers.empty()) {
    report_usage("run", "wants a program to run, or --wrappers DIR");
    return ExitStatus::usage;
  }
  if (!options.wrappers.empty()) return make_wrappers(options.wrappers);
  // The plugin in the program reads them.
  if (!options.cache.empty()) setenv("DISCERN_CACHE", options.cache.c_str(), 1);
  if (!options.password_file.empty())
    setenv("DISCERN_PASSWORD_FILE", options.password_file.c_str(), 1);
  return static_cast<ExitStatus>(run_program(options.operands));
}

}  // namespace discern::cli
