// SPDX-License-Identifier: Apache-2.0
// discern: the program. Finds the command, parses its options, runs it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

#include "access.h"
#include "command.h"
#include "console.h"
#include "examination.h"
#include "help.h"

namespace discern::cli {
namespace {

ExitStatus dispatch(const std::vector<std::string>& arguments) {
  const std::string first = arguments.empty() ? "" : arguments.front();
  if (first.empty() || first == "-h" || first == "--help" || first == "help") {
    print(overview());
    return first.empty() ? ExitStatus::usage : ExitStatus::consistent;
  }
  if (first == "--version") {
    print(version_line());
    return ExitStatus::consistent;
  }
  const auto commands = command_table();
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command& row) { return row.name == first; });
  if (command == commands.end()) {
    std::vector<std::string_view> names;
    for (const Command& row : commands) names.push_back(row.name);
    const std::string meant = nearest(first, names);
    report_usage("", "no command '" + first + "'" +
                         (meant.empty() ? "" : "; did you mean '" + meant + "'?"));
    return ExitStatus::usage;
  }
  const ParsedOptions parsed = parse_options(
      command->name, {arguments.begin() + 1, arguments.end()}, command->name == "run");
  if (!parsed.problem.empty()) {
    report_usage(command->name, parsed.problem);
    return ExitStatus::usage;
  }
  const Options& options = parsed.options;
  if (options.short_help || options.long_help) {
    print(options.long_help ? long_help(*command) : short_help(*command));
    return ExitStatus::consistent;
  }
  const auto given = static_cast<int>(options.operands.size());
  if (given < command->least_operands ||
      (command->most_operands >= 0 && given > command->most_operands)) {
    report_usage(command->name, given < command->least_operands
                                    ? "wants " + std::string(command->operands)
                                    : "takes only " + std::string(command->operands));
    return ExitStatus::usage;
  }
  if (command->restricted) {
    const auto access = access_of(command->name, options);
    if (!access) return failed(access.error());
    restrict_process(*access, options);
  }
  const ExitStatus status = command->run(options);
  return interrupted() ? ExitStatus::interrupted : status;
}

}  // namespace
}  // namespace discern::cli

int main(int count, char** arguments) {
  using namespace discern::cli;
  catch_interrupts();
  try {
    remember_arguments(count, arguments);
    const ExitStatus status = dispatch({arguments + std::min(count, 1), arguments + count});
    return static_cast<int>(finish_output(status));
  } catch (const std::bad_alloc&) {
    std::fputs("discern: error: out of memory\n", stderr);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "discern: error: %s\n", problem.what());
  }
  return static_cast<int>(ExitStatus::incomplete);
}
