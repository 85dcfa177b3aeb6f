// SPDX-License-Identifier: Apache-2.0
// Which files a command needs, by its operands and options, and the sandbox that leaves it these.
#ifndef DISCERN_CLI_ACCESS_H
#define DISCERN_CLI_ACCESS_H

#include <string_view>

#include "discern/result.h"
#include "options.h"
#include "sandbox.h"

namespace discern::cli {

// The folder of an image, where its other files lie too; of a block device the device alone; a
// folder (case folder) itself. Where the path is a symbolic link, the same for what it leads to.
void add_image(const std::string& path, Access& access);

// For the images named by the operands and the files named by options. Creates the output folder of
// `command`, since only what exists can stay within reach. Errc::io.
Result<Access> access_of(std::string_view command, const Options& options);

// Goes on in a worker (worker.h) inside the sandbox, unless --no-sandbox, and reports what is
// missing of it. The process that called ends as the worker does. `before` (may be null): what
// needs rights that the sandbox takes, and is the worker's work all the same.
void restrict_process(const Access& access, const Options& options, void (*before)() = nullptr);
// The worker's part of that. `problem`: why there is none, and this is its caller; or nothing.
void restrict_worker(const Access& access, const Options& options, const std::string& problem);
// What was reached, for the report.
const std::string& sandbox_of_process();

}  // namespace discern::cli

#endif
