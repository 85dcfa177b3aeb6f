// SPDX-License-Identifier: Apache-2.0
// Evidence may be made to harm whoever reads it. Before the first byte of it is parsed, the process
// gives up every right that reading does not need: there is no process left that has them.
#ifndef DISCERN_CLI_SANDBOX_H
#define DISCERN_CLI_SANDBOX_H

#include <string>
#include <vector>

namespace discern::cli {

// Paths that stay within reach, with all below them. A path that does not exist is left out.
struct Access {
  std::vector<std::string> read = {};   // files and folders
  std::vector<std::string> write = {};  // folders: also to create, rename and remove below
};

// What was reached.
struct Sandbox {
  int landlock_abi = 0;  // 0: there is none
  bool seccomp = false;
  bool limits = false;
  std::vector<std::string> missing = {};  // in words
  bool off = true;                        // not asked for, or not possible in this build
};

// Restricts this thread, and all that it starts, for ever; to be called before there are others.
// no_new_privs; Landlock: files outside `access`, TCP, signals and abstract sockets of others;
// seccomp: an allow-list without sockets, exec, fork, ptrace, mount, chmod, utimes and executable
// memory, everything else is EPERM; limits: no core dumps, private memory up to what the machine
// has. What the system lacks is left out and named in `missing`.
// Source: Linux Documentation/userspace-api/landlock.rst, include/uapi/linux/landlock.h.
Sandbox enter_sandbox(const Access& access);

// "landlock 7, seccomp, limits; missing: ..." or "off".
std::string describe(const Sandbox& sandbox);

}  // namespace discern::cli

#endif
