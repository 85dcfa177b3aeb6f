// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "sandbox_filter.h"

namespace discern::cli {
namespace {

std::string words_of(int number) { return std::strerror(number); }

// ---- Landlock ----------------------------------------------------------------------------------

// As of ABI 6, which is more than the headers of Debian 12 know; the kernel takes the length that
// belongs to its ABI.
struct RulesetAttributes {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;  // since ABI 4
  std::uint64_t scoped;              // since ABI 6
};
constexpr std::uint64_t kTruncate = 1ULL << 14;          // ABI 3
constexpr std::uint64_t kIoctlDev = 1ULL << 15;          // ABI 5
constexpr std::uint64_t kBindTcp = 1ULL << 0;            // ABI 4
constexpr std::uint64_t kConnectTcp = 1ULL << 1;         // ABI 4
constexpr std::uint64_t kScopeAbstractUnix = 1ULL << 0;  // ABI 6
constexpr std::uint64_t kScopeSignal = 1ULL << 1;        // ABI 6

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE | kIoctlDev;
constexpr std::uint64_t kRead = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                 LANDLOCK_ACCESS_FS_REFER | kTruncate;

// All rights that the kernel knows: what is not handled is not refused.
std::uint64_t known_rights(int abi) {
  std::uint64_t known = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // ABI 1: the first 13
  if (abi >= 2) known |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) known |= kTruncate;
  if (abi >= 5) known |= kIoctlDev;
  return known;
}

// -1 and errno when the path is no folder or file that can be opened.
void add_rule(int ruleset, const std::string& path, std::uint64_t rights) {
  const int place = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (place < 0) return;
  struct stat facts = {};
  if (fstat(place, &facts) == 0) {
    // Rights about what lies below are invalid for a file.
    if (!S_ISDIR(facts.st_mode)) rights &= kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;
    landlock_path_beneath_attr rule = {};
    rule.allowed_access = rights;
    rule.parent_fd = place;
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U);
  }
  ::close(place);
}

void restrict_files(const Access& access, Sandbox& sandbox) {
  const auto abi = static_cast<int>(
      syscall(SYS_landlock_create_ruleset, nullptr, 0UL, LANDLOCK_CREATE_RULESET_VERSION));
  const auto lacks = [&](int number) {
    sandbox.missing.push_back("Landlock (" + words_of(number) + ")");
  };
  if (abi < 1) return lacks(errno);
  const std::uint64_t known = known_rights(abi);
  const RulesetAttributes attributes{known, kBindTcp | kConnectTcp,
                                     kScopeAbstractUnix | kScopeSignal};
  const std::size_t length = abi < 4 ? 8 : abi < 6 ? 16 : 24;
  const auto ruleset =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, length, 0U));
  if (ruleset < 0) return lacks(errno);
  for (const std::string& path : access.read) add_rule(ruleset, path, kRead & known);
  for (const std::string& path : access.write) add_rule(ruleset, path, kWrite & known);
  if (syscall(SYS_landlock_restrict_self, ruleset, 0U) == 0)
    sandbox.landlock_abi = abi;
  else
    lacks(errno);
  ::close(ruleset);
}

// ---- seccomp -----------------------------------------------------------------------------------

// Made by sandbox_filter.cc when the program was built.
constexpr sock_filter kFilter[] = {
#include "sandbox_filter.inc"
};

void restrict_calls(Sandbox& sandbox) {
  sock_filter filter[std::size(kFilter)];
  std::ranges::copy(kFilter, filter);
  for (sock_filter& step : filter)
    if (step.k == kOwnProcess) step.k = static_cast<std::uint32_t>(getpid());
  const sock_fprog program = {static_cast<unsigned short>(std::size(filter)), filter};
  sandbox.seccomp = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &program) == 0;
  if (!sandbox.seccomp) sandbox.missing.push_back("seccomp (" + words_of(errno) + ")");
}

// ---- limits ------------------------------------------------------------------------------------

// A core dump would hold evidence. Private memory beyond what there is would make the system
// choose a process to kill; mapped evidence does not count.
void restrict_amounts(Sandbox& sandbox) {
  const auto lower = [](__rlimit_resource which, rlim_t most) {
    rlimit limit = {};
    if (getrlimit(which, &limit) != 0) return false;
    limit.rlim_cur = std::min(limit.rlim_cur, most);
    limit.rlim_max = std::min(limit.rlim_max, most);
    return setrlimit(which, &limit) == 0;
  };
  struct sysinfo machine = {};
  const bool known = sysinfo(&machine) == 0;
  const rlim_t memory = known ? rlim_t{machine.totalram} * machine.mem_unit : RLIM_INFINITY;
  sandbox.limits = lower(RLIMIT_CORE, 0) && lower(RLIMIT_DATA, memory);
  if (!sandbox.limits) sandbox.missing.push_back("limits (" + words_of(errno) + ")");
}

// Sanitizers open files, map code and start a tracer of their own.
constexpr bool sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return true;
#endif
#endif
  return false;
}

}  // namespace

Sandbox enter_sandbox(const Access& access) {
  Sandbox sandbox;
  if (sanitized()) {
    sandbox.missing.push_back("everything (this program was built with a sanitizer)");
    return sandbox;
  }
  sandbox.off = false;
  restrict_amounts(sandbox);
  // Asked for by both that follow.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    sandbox.missing.push_back("no_new_privs (" + words_of(errno) + ")");
  restrict_files(access, sandbox);
  restrict_calls(sandbox);
  return sandbox;
}

std::string describe(const Sandbox& sandbox) {
  std::string text;
  const auto add_part = [&](bool there, const std::string& part) {
    if (there) text += (text.empty() ? "" : ", ") + part;
  };
  add_part(sandbox.landlock_abi > 0, "landlock " + std::to_string(sandbox.landlock_abi));
  add_part(sandbox.seccomp, "seccomp");
  add_part(sandbox.limits, "limits");
  if (text.empty()) text = "off";
  for (std::size_t i = 0; i < sandbox.missing.size(); ++i)
    text += (i == 0 ? "; missing: " : ", ") + sandbox.missing[i];
  return text;
}

}  // namespace discern::cli
