// SPDX-License-Identifier: Apache-2.0
#include "help.h"

#include <algorithm>

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

constexpr std::size_t kColumns = 80;
constexpr std::size_t kTextColumn = 30;  // where the options' texts begin

// On one line: a text that is too long for it ends at the last ':' or ';' that is not.
std::string brief(std::string_view text) {
  constexpr std::size_t kWidth = kColumns - kTextColumn;
  if (text.size() > kWidth) text = text.substr(0, text.find_last_of(":;", kWidth));
  return std::string(text);
}

// Broken at blanks.
std::string folded(std::string_view text) {
  constexpr std::size_t kWidth = kColumns - kTextColumn;
  std::string lines;
  while (text.size() > kWidth) {
    const std::size_t at = std::min(text.rfind(' ', kWidth), text.size());
    if (at == text.size()) break;  // one long word
    lines += std::string(text.substr(0, at)) + "\n" + std::string(kTextColumn, ' ');
    text.remove_prefix(at + 1);
  }
  return lines + std::string(text);
}

std::string option_lines(const Command& command, std::string (*fit)(std::string_view)) {
  std::string text;
  for (const Option& option : option_table()) {
    if (!takes(option, command.name)) continue;
    std::string name =
        option.letter ? std::string("  -") + option.letter + ", --" : std::string("      --");
    name += option.name;
    if (!option.argument.empty()) name += " " + std::string(option.argument);
    text += padded(std::move(name), kTextColumn) + fit(option.help) + "\n";
  }
  return text;
}

constexpr std::string_view kExitStatus =
    "Exit status: 0 done, the evidence is consistent; 1 done, something does not\n"
    "match; 2 could not be completed; 64 wrong usage; 130 interrupted.";

}  // namespace

std::string overview() {
  std::string text =
      "usage: discern COMMAND [OPTION...] IMAGE...\n"
      "Raw disk and disc images as evidence: read-only, hashed, verified, listed, carved.\n\n";
  for (const Command& command : command_table())
    text += padded("  " + std::string(command.name) + " " + std::string(command.operands), 26) +
            std::string(command.summary) + "\n";
  return text + "\n`discern COMMAND -h` shows a command's options, `--help` adds examples.\n" +
         std::string(kExitStatus);
}

std::string short_help(const Command& command) {
  std::string text = usage(command) + "\n" + option_lines(command, brief);
  text.pop_back();
  return text;
}

std::string long_help(const Command& command) {
  return usage(command) + "\n" + std::string(command.details) + "\n\nOptions:\n" +
         option_lines(command, folded) + "\nExamples:\n" + std::string(command.examples) + "\n\n" +
         std::string(kExitStatus);
}

std::string exit_status_text() { return std::string(kExitStatus); }

std::string version_line() { return "discern " + library_versions().front().second; }

}  // namespace discern::cli
