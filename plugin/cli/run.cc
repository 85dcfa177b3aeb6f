// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "launch.h"

namespace discern::cli {

ExitStatus run_run(const Options& options) {
  return static_cast<ExitStatus>(run_program(options.operands));
}

}  // namespace discern::cli
