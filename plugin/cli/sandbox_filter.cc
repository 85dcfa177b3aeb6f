// SPDX-License-Identifier: Apache-2.0
// Writes the sandbox's seccomp filter as C++: run when discern is built. Not by the program itself,
// since libseccomp 2.5 does not survive that memory runs out while it makes a filter: it loops for
// ever, crashes, or loads a filter with half of the rules. It also takes most of the time that the
// sandbox costs.
#include "sandbox_filter.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

namespace discern::cli {
namespace {

// What the program, libtsk, libewf and the C library call once they run. Names that a processor
// does not have are passed over.
constexpr const char* kCalls[] = {"access",
                                  "brk",
                                  "clock_getres",
                                  "clock_gettime",
                                  "clock_nanosleep",
                                  "close",
                                  "copy_file_range",
                                  "dup",
                                  "exit",
                                  "exit_group",
                                  "faccessat",
                                  "faccessat2",
                                  "fadvise64",
                                  "fallocate",
                                  "fcntl",
                                  "fdatasync",
                                  "flock",
                                  "fstat",
                                  "fstatfs",
                                  "fsync",
                                  "ftruncate",
                                  "futex",
                                  "getcwd",
                                  "getdents64",
                                  "getegid",
                                  "geteuid",
                                  "getgid",
                                  "getpid",
                                  "getrandom",
                                  "getrusage",
                                  "gettid",
                                  "gettimeofday",
                                  "getuid",
                                  "link",
                                  "linkat",
                                  "lseek",
                                  "lstat",
                                  "madvise",
                                  "mkdir",
                                  "mkdirat",
                                  "mremap",
                                  "munmap",
                                  "nanosleep",
                                  "newfstatat",
                                  "poll",
                                  "ppoll",
                                  "pread64",
                                  "preadv",
                                  "pwrite64",
                                  "read",
                                  "readlink",
                                  "readlinkat",
                                  "readv",
                                  "rename",
                                  "renameat",
                                  "renameat2",
                                  "restart_syscall",
                                  "rmdir",
                                  "rseq",
                                  "rt_sigaction",
                                  "rt_sigprocmask",
                                  "rt_sigreturn",
                                  "sched_getaffinity",
                                  "sched_yield",
                                  "sendfile",
                                  "set_robust_list",
                                  "sigaltstack",
                                  "stat",
                                  "statfs",
                                  "statx",
                                  "sysinfo",
                                  "time",
                                  "uname",
                                  "unlink",
                                  "unlinkat",
                                  "write",
                                  "writev"};

constexpr unsigned long kRequests[] = {TCGETS, TIOCGWINSZ, BLKGETSIZE64, BLKSSZGET, BLKROGET};

int add(scmp_filter_ctx filter, std::uint32_t action, const char* name,
        std::vector<scmp_arg_cmp> conditions = {}) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number < 0) return 0;
  return seccomp_rule_add_array(filter, action, number, static_cast<unsigned>(conditions.size()),
                                conditions.data());
}

scmp_arg_cmp equals(unsigned argument, scmp_datum_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

int add_rules(scmp_filter_ctx filter) {
  int worst = 0;
  const auto allow = [&](const char* name, std::vector<scmp_arg_cmp> conditions = {}) {
    worst = std::min(worst, add(filter, SCMP_ACT_ALLOW, name, std::move(conditions)));
  };
  for (const char* const name : kCalls) allow(name);
  // O_RDONLY with O_TRUNC cuts a file; Landlock before ABI 3 does not look at it.
  allow("openat", {masked(2, O_TRUNC, 0)});
  allow("openat", {masked(2, O_TRUNC | O_ACCMODE, O_TRUNC | O_WRONLY)});
  allow("openat", {masked(2, O_TRUNC | O_ACCMODE, O_TRUNC | O_RDWR)});
  allow("mmap", {masked(2, PROT_EXEC, 0)});
  allow("mprotect", {masked(2, PROT_EXEC, 0)});
  // Threads, no processes. The flags of clone3 lie in memory, where no filter can look: the C
  // library takes ENOSYS for an old kernel and calls clone.
  allow("clone", {masked(0, CLONE_THREAD, CLONE_THREAD)});
  worst = std::min(worst, add(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3"));
  allow("prlimit64", {equals(2, 0)});  // to ask, not to set
  allow("tgkill", {equals(0, kOwnProcess)});
  for (const unsigned long request : kRequests) allow("ioctl", {equals(1, request)});
  return worst;
}

// The filter as the kernel takes it; empty when there is none.
std::vector<sock_filter> exported() {
  std::vector<sock_filter> steps;
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  std::FILE* const file = std::tmpfile();
  if (filter && file && add_rules(filter) == 0 && seccomp_export_bpf(filter, fileno(file)) == 0) {
    std::rewind(file);
    sock_filter step = {};
    while (std::fread(&step, sizeof step, 1, file) == 1) steps.push_back(step);
  }
  if (file) std::fclose(file);
  seccomp_release(filter);
  return steps;
}

}  // namespace
}  // namespace discern::cli

int main() {
  using namespace discern::cli;
  const std::vector<sock_filter> steps = exported();
  const auto own = std::count_if(steps.begin(), steps.end(),
                                 [](const sock_filter& step) { return step.k == kOwnProcess; });
  if (own != 1) {
    std::fputs("libseccomp made no filter\n", stderr);
    return 1;
  }
  std::puts("// Made by sandbox_filter.cc.");
  for (const sock_filter& step : steps)
    std::printf("{0x%02x, %u, %u, 0x%08x},\n", unsigned{step.code}, unsigned{step.jt},
                unsigned{step.jf}, step.k);
  return 0;
}
