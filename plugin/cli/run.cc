// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "command.h"
#include "launch.h"

namespace discern::cli {

ExitStatus run_run(const Options& options) {
  // The plugin in the program reads them.
  if (!options.cache.empty()) setenv("DISCERN_CACHE", options.cache.c_str(), 1);
  if (!options.password_file.empty())
    setenv("DISCERN_PASSWORD_FILE", options.password_file.c_str(), 1);
  return static_cast<ExitStatus>(run_program(options.operands));
}

}  // namespace discern::cli
