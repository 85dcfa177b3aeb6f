// SPDX-License-Identifier: Apache-2.0
#include "worker.h"

#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "console.h"
#include "exit_status.h"

namespace discern::cli {
namespace {

std::atomic<pid_t> worker = 0;
static_assert(std::atomic<pid_t>::is_always_lock_free);

// A terminal interrupts both; only what comes from here counts for the worker, so that it is once.
void pass_on(int) { ::kill(worker.load(), SIGINT); }

WorkerEnd wait_for_worker() {
  int status = 0;
  while (::waitpid(worker.load(), &status, 0) < 0 && errno == EINTR) continue;
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

}  // namespace

std::optional<WorkerEnd> start_worker(std::string& problem) {
  std::fflush(nullptr);  // or both would write it
  sigset_t interrupts;
  sigset_t before;
  sigemptyset(&interrupts);
  sigaddset(&interrupts, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupts, &before);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) problem = std::strerror(errno);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(static_cast<int>(ExitStatus::incomplete));
    take_interrupts_from(parent);
  }
  if (child > 0) {
    worker.store(child);
    struct sigaction action = {};
    action.sa_handler = pass_on;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (child <= 0) return std::nullopt;
  const WorkerEnd end = wait_for_worker();
  catch_interrupts();
  return end;
}

void end_as(const WorkerEnd& end) {
  if (end.signal == 0) _exit(end.status);
  if (end.signal == SIGPIPE) {  // nobody reads the output any more
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
  }
  std::fprintf(stderr, "discern: error: the process that reads the evidence was ended by %s\n",
               describe(end).c_str());
  _exit(static_cast<int>(ExitStatus::incomplete));
}

std::string describe(const WorkerEnd& end) {
  return "signal " + std::to_string(end.signal) + " (" + ::strsignal(end.signal) + ")" +
         (end.signal == SIGKILL ? "; is there enough memory?" : "");
}

}  // namespace discern::cli
