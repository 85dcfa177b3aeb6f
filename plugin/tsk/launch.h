// SPDX-License-Identifier: Apache-2.0
// Runs a program with our image formats in it: what `discern run -- fls -r disk.imz` does.
#ifndef DISCERN_PLUGIN_TSK_LAUNCH_H
#define DISCERN_PLUGIN_TSK_LAUNCH_H

#include <span>
#include <string>

namespace discern {

// Replaces this process by argv[0] (searched in PATH) with libdiscern-tsk.so in front of whatever
// LD_PRELOAD holds. The library is looked for beside this program, where the build and the
// installation put it. Returns only on failure: the exit status 2 (64 without a program), after
// one line on stderr.
int run_program(std::span<const std::string> argv);

}  // namespace discern

#endif
