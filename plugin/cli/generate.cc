// SPDX-License-Identifier: Apache-2.0
// The man page and the shells' completions, from the tables of commands, options and formats.
#include <algorithm>
#include <string>

#include "command.h"
#include "console.h"
#include "discern/image.h"
#include "discern/version.h"
#include "help.h"

namespace discern::cli {
namespace {

// Text of a roff line: hyphens that can be copied, no line that begins as a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool line_start = out.empty() || out.back() == '\n';
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '-')
      out += "\\-";
    else if (c == '\\')
      out += "\\e";
    else
      out += c;
  }
  return out;
}

std::string option_name(const Option& option) {
  std::string name = option.letter ? std::string("-") + option.letter + ", --" : "--";
  return name + std::string(option.name);
}

std::string man_options(const Command& command) {
  std::string text;
  for (const Option& option : option_table()) {
    if (!takes(option, command.name)) continue;
    text += ".TP\n.B " + roff(option_name(option));
    if (!option.argument.empty()) text += " \\fI" + roff(option.argument) + "\\fR";
    text += "\n" + roff(option.help) + "\n";
  }
  return text;
}

std::string man_page() {
  std::string text = ".TH DISCERN 1 \"\" \"" + roff(version_line()) +
                     "\"\n"
                     ".SH NAME\ndiscern \\- raw disk and disc images as evidence\n"
                     ".SH SYNOPSIS\n";
  for (const Command& command : command_table())
    text += ".B discern " + roff(command.name) + "\n[\\fIOPTION\\fR...] " + roff(command.operands) +
            "\n.br\n";
  text +=
      ".SH DESCRIPTION\n"
      "Opens floppy images, IMZ, raw CDs and other images read\\-only, hashes and verifies them, "
      "lists and carves their files,\nand lets programs of The Sleuth Kit read them.\n"
      ".SH COMMANDS\n";
  for (const Command& command : command_table())
    text += ".SS discern " + roff(command.name) + " " + roff(command.operands) + "\n" +
            roff(command.summary) + ".\n.PP\n" + roff(command.details) + "\n" +
            man_options(command) + ".PP\nExamples:\n.PP\n.nf\n" + roff(command.examples) +
            "\n.fi\n";
  text += ".SH FORMATS\n";
  for (const Format& format : formats())
    text += ".TP\n.B " + roff(format.id) + "\n" + roff(format.name) + "\n";
  text += ".SH EXIT STATUS\n" + roff(exit_status_text()) +
          "\n.SH ENVIRONMENT\n"
          ".TP\n.B DISCERN_CACHE\nFolder for restart points of large IMZ, as \\-\\-cache.\n"
          ".TP\n.B NO_COLOR\nNo colours, unless \\-\\-color asks for them.\n"
          ".SH SEE ALSO\n.BR fls (1), .BR ewfverify (1), .BR ddrescue (1)";
  return text;
}

// All names a command can be given, blank-separated: "-o --output ...".
std::string option_words(const Command& command) {
  std::string words;
  for (const Option& option : option_table()) {
    if (!takes(option, command.name)) continue;
    if (option.letter) words += std::string("-") + option.letter + " ";
    words += "--" + std::string(option.name) + " ";
  }
  if (!words.empty()) words.pop_back();
  return words;
}

std::string command_words() {
  std::string words;
  for (const Command& command : command_table()) words += std::string(command.name) + " ";
  words.pop_back();
  return words;
}

std::string bash_completion() {
  std::string text =
      "# bash completion of discern\n"
      "_discern() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]}\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '" +
      command_words() +
      "' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  [[ $word == -* ]] || return\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const Command& command : command_table())
    text += "    " + std::string(command.name) + ") COMPREPLY=($(compgen -W '" +
            option_words(command) + "' -- \"$word\")) ;;\n";
  return text + "  esac\n}\ncomplete -o default -o bashdefault -F _discern discern";
}

// Inside single quotes of zsh and fish.
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out;
}

// A part of an _arguments specification: brackets and colons mean something there.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : quoted(text)) {
    if (c == '[' || c == ']' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_completion() {
  std::string text =
      "#compdef discern\n"
      "# zsh completion of discern\n"
      "_discern() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const Command& command : command_table())
    text += "    '" + std::string(command.name) + ":" + zsh_text(command.summary) + "'\n";
  text +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n";
  for (const Command& command : command_table()) {
    text += "    " + std::string(command.name) + ") _arguments -S";
    for (const Option& option : option_table()) {
      if (!takes(option, command.name)) continue;
      const std::string rest =
          "[" + zsh_text(option.help) + "]" +
          (option.argument.empty() ? "" : ":" + zsh_text(option.argument) + ":_files");
      if (option.letter) text += " \\\n      '-" + std::string(1, option.letter) + rest + "'";
      text += " \\\n      '--" + std::string(option.name) + rest + "'";
    }
    text += " \\\n      '*:image:_files' ;;\n";
  }
  return text + "  esac\n}\n_discern \"$@\"";
}

std::string fish_completion() {
  std::string text = "# fish completion of discern\n";
  for (const Command& command : command_table())
    text += "complete -c discern -n __fish_use_subcommand -a " + std::string(command.name) +
            " -d '" + quoted(command.summary) + "'\n";
  for (const Command& command : command_table()) {
    for (const Option& option : option_table()) {
      if (!takes(option, command.name)) continue;
      text += "complete -c discern -n '__fish_seen_subcommand_from " + std::string(command.name) +
              "' -l " + std::string(option.name);
      if (option.letter) text += std::string(" -s ") + option.letter;
      if (!option.argument.empty()) text += " -r";
      text += " -d '" + quoted(option.help) + "'\n";
    }
  }
  text.pop_back();
  return text;
}

struct Generated {
  std::string_view what;
  std::string (*text)();
};
constexpr Generated kGenerated[] = {
    {"man", man_page},
    {"bash", bash_completion},
    {"zsh", zsh_completion},
    {"fish", fish_completion},
};

}  // namespace

ExitStatus run_generate(const Options& options) {
  const std::string& what = options.operands.front();
  const auto* const row =
      std::ranges::find_if(kGenerated, [&](const Generated& known) { return known.what == what; });
  if (row == std::end(kGenerated)) {
    report_usage("generate", "'" + what + "' is none of: man bash zsh fish");
    return ExitStatus::usage;
  }
  print(row->text());
  return ExitStatus::consistent;
}

}  // namespace discern::cli
