// SPDX-License-Identifier: Apache-2.0
// Other programs, run by tests to make images and as oracles.
#ifndef DISCERN_TESTS_TOOL_H
#define DISCERN_TESTS_TOOL_H

#include <cstdlib>
#include <string>

namespace discern::tests {

// Runs a shell command with no input and no output; true when it succeeded.
inline bool run(const std::string& command) {
  return std::system(("export PATH=$PATH:/usr/sbin:/sbin MTOOLS_SKIP_CHECK=1; { " + command +
                      "; } >/dev/null 2>&1 </dev/null")
                         .c_str()) == 0;
}

// Skips a test, visibly, when a program that it needs is not installed.
#define SKIP_WITHOUT_TOOL(program) \
  if (!discern::tests::run("command -v " program)) GTEST_SKIP() << "not installed: " << (program)

}  // namespace discern::tests

#endif
