// SPDX-License-Identifier: Apache-2.0
#include "help.h"

#include "discern/version.h"

namespace discern::cli {
namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size() + 2, width), ' ');
  return text;
}

std::string usage(const Command& command) {
  return "usage: discern " + std::string(command.name) + " [OPTION...] " +
         std::string(command.operands) + "\n" + std::string(command.summary) + "\n";
}

std::string option_lines(const Command& command) {
  std::string text;
  for (const Option& option : option_table()) {
    if (!takes(option, command.name)) continue;
    std::string name =
        option.letter ? std::string("  -") + option.letter + ", --" : std::string("      --");
    name += option.name;
    if (!option.argument.empty()) name += " " + std::string(option.argument);
    text += padded(std::move(name), 30) + std::string(option.help) + "\n";
  }
  return text;
}

constexpr std::string_view kExitStatus =
    "Exit status: 0 done, the evidence is consistent; 1 done, something does not match;\n"
    "2 could not be completed; 64 wrong usage; 130 interrupted.";

}  // namespace

std::string overview() {
  std::string text =
      "usage: discern COMMAND [OPTION...] IMAGE...\n"
      "Raw disk and disc images as evidence: opened read-only, hashed, verified, listed, "
      "carved.\n\n";
  for (const Command& command : command_table())
    text += padded("  " + std::string(command.name) + " " + std::string(command.operands), 26) +
            std::string(command.summary) + "\n";
  return text + "\n`discern COMMAND -h` shows a command's options, `--help` adds examples.\n" +
         std::string(kExitStatus);
}

std::string short_help(const Command& command) {
  std::string text = usage(command) + "\n" + option_lines(command);
  text.pop_back();
  return text;
}

std::string long_help(const Command& command) {
  return usage(command) + "\n" + std::string(command.details) + "\n\nOptions:\n" +
         option_lines(command) + "\nExamples:\n" + std::string(command.examples) + "\n\n" +
         std::string(kExitStatus);
}

std::string exit_status_text() { return std::string(kExitStatus); }

std::string version_line() { return "discern " + library_versions().front().second; }

}  // namespace discern::cli
