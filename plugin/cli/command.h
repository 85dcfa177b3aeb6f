// SPDX-License-Identifier: Apache-2.0
// The table of commands, and what they share.
#ifndef DISCERN_CLI_COMMAND_H
#define DISCERN_CLI_COMMAND_H

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exit_status.h"
#include "options.h"

namespace discern::cli {

struct Command {
  std::string_view name;
  std::string_view operands;  // "IMAGE..."
  std::string_view summary;
  std::string_view details;   // paragraphs for --help
  std::string_view examples;  // three, one a line, with a comment line above each
  int least_operands;
  int most_operands;  // -1: any number
  ExitStatus (*run)(const Options& options);
  bool restricted = false;  // runs in the sandbox from its start on; others enter it by themselves
};
std::span<const Command> command_table();

ExitStatus run_batch(const Options& options);
ExitStatus run_examine(const Options& options);
ExitStatus run_info(const Options& options);
ExitStatus run_hash(const Options& options);
ExitStatus run_verify(const Options& options);
// examine, and verify with -o: a case folder for each image. They enter the sandbox by themselves.
ExitStatus write_cases(std::string_view command, const Options& options);
// verify, of a case folder.
ExitStatus check_case(const std::string& folder, const Options& options);
ExitStatus run_prove(const Options& options);
ExitStatus run_list(const Options& options);
ExitStatus run_timeline(const Options& options);
ExitStatus run_carve(const Options& options);
ExitStatus run_cat(const Options& options);
ExitStatus run_mount(const Options& options);
ExitStatus run_convert(const Options& options);
ExitStatus run_casedb(const Options& options);
ExitStatus run_run(const Options& options);
ExitStatus run_doctor(const Options& options);
ExitStatus run_selftest(const Options& options);
ExitStatus run_formats(const Options& options);
ExitStatus run_generate(const Options& options);

// The arguments of the process, for the report.
void remember_arguments(int count, char** arguments);
const std::vector<std::string>& process_arguments();

}  // namespace discern::cli

#endif
