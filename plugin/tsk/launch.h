// SPDX-License-Identifier: Apache-2.0
// Runs a program with our image formats in it: what `discern run -- fls -r disk.imz` does.
#ifndef DISCERN_PLUGIN_TSK_LAUNCH_H
#define DISCERN_PLUGIN_TSK_LAUNCH_H

#include <optional>
#include <span>
#include <string>

#include "discern/result.h"

namespace discern {

// Replaces this process by argv[0] (searched in PATH) with libdiscern-tsk.so in front of whatever
// LD_PRELOAD holds. The library is looked for beside this program, where the build and the
// installation put it. Returns only on failure: the exit status 2 (64 without a program), after
// one line on stderr.
int run_program(std::span<const std::string> argv);

// libdiscern-tsk.so as the build or the installation put it; nothing when it is not there.
std::optional<std::string> plugin_library();

// Fills `folder` (created when there is none) with one script for each of `programs`, of the same
// name, that runs the program through this one: a folder to put first in PATH, or to name in
// $TSKDIR of Autopsy 2. Errc::io, also when a file of that name is there already.
Status write_wrappers(const std::string& folder, std::span<const std::string> programs);

}  // namespace discern

#endif
