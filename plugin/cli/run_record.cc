// SPDX-License-Identifier: Apache-2.0
#include "run_record.h"

#include <pwd.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <clocale>
#include <cstdlib>
#include <filesystem>

#include "access.h"
#include "command.h"
#include "discern/tsk_image.h"
#include "discern/version.h"

namespace discern::cli {
namespace {

// SOURCE_DATE_EPOCH, as reproducible builds have it, stands for the clock: two runs then are the
// same in every byte.
std::string now() {
  if (const char* const fixed = std::getenv("SOURCE_DATE_EPOCH"))
    return format_time(std::strtoll(fixed, nullptr, 10) * 1'000'000'000, Precision::s1, Zone::utc);
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return format_time(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count(),
                     Precision::s1, Zone::utc);
}

std::string user_name() {
  const passwd* const user = getpwuid(geteuid());
  return user ? user->pw_name : std::to_string(geteuid());
}

std::string clock_state() {
  if (std::getenv("SOURCE_DATE_EPOCH")) return "SOURCE_DATE_EPOCH, not the system's clock";
  timex clock = {};
  const int state = adjtimex(&clock);
  if (state < 0) return "system clock, state unknown";
  return state == TIME_ERROR || (clock.status & STA_UNSYNC) ? "system clock, not synchronised"
                                                            : "system clock, synchronised";
}

std::string cpu_features() {
  std::string text;
#ifdef __x86_64__
  const auto add = [&](bool there, const char* name) {
    if (there) text += (text.empty() ? "" : " ") + std::string(name);
  };
  __builtin_cpu_init();
  add(__builtin_cpu_supports("sse4.2"), "sse4.2");
  add(__builtin_cpu_supports("avx2"), "avx2");
  add(__builtin_cpu_supports("pclmul"), "pclmul");
#endif
  return text.empty() ? "none" : text;
}

std::string own_digest() {
  const auto file = MappedFile::open("/proc/self/exe");
  if (!file) return {};
  const auto bytes = read_exactly(**file, 0, (*file)->size());
  return bytes ? hex_digest(Algorithm::sha256, *bytes) : std::string();
}

}  // namespace

const RunRecord& process_record() {
  static const RunRecord record = [] {
    RunRecord run;
    run.arguments = process_arguments();
    std::error_code ignored;
    run.working_folder = std::filesystem::current_path(ignored).string();
    run.user = user_name();
    const char* const locale = std::setlocale(LC_ALL, nullptr);
    run.locale = locale ? locale : "";
    run.clock = clock_state();
    run.cpu = cpu_features();
    run.program_sha256 = own_digest();
    run.self_test = self_test();
    utsname system = {};
    if (uname(&system) == 0) {
      run.host = system.nodename;
      run.system = std::string(system.sysname) + " " + system.release + " " + system.machine;
    }
    run.versions = library_versions();
    run.versions.emplace_back("The Sleuth Kit", tsk_version());
    return run;
  }();
  return record;
}

RunRecord start_run() {
  RunRecord run = process_record();
  run.started = now();
  run.sandbox = sandbox_of_process();
  return run;
}

void finish_run(RunRecord& run) { run.finished = now(); }

}  // namespace discern::cli
