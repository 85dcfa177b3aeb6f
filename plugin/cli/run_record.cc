// SPDX-License-Identifier: Apache-2.0
#include "run_record.h"

#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "command.h"
#include "discern/tsk_image.h"
#include "discern/version.h"

namespace discern::cli {
namespace {

std::string now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return format_time(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count(),
                     Precision::s1, Zone::utc);
}

std::string user_name() {
  const passwd* const user = getpwuid(geteuid());
  return user ? user->pw_name : std::to_string(geteuid());
}

}  // namespace

RunRecord start_run() {
  RunRecord run;
  run.arguments = process_arguments();
  std::error_code ignored;
  run.working_folder = std::filesystem::current_path(ignored).string();
  run.started = now();
  run.user = user_name();
  utsname system = {};
  if (uname(&system) == 0) {
    run.host = system.nodename;
    run.system = std::string(system.sysname) + " " + system.release + " " + system.machine;
  }
  run.versions = library_versions();
  run.versions.emplace_back("The Sleuth Kit", tsk_version());
  return run;
}

void finish_run(RunRecord& run) { run.finished = now(); }

}  // namespace discern::cli
