// SPDX-License-Identifier: Apache-2.0
// Help texts, made from the tables of commands and options.
#ifndef DISCERN_CLI_HELP_H
#define DISCERN_CLI_HELP_H

#include <string>

#include "command.h"

namespace discern::cli {

std::string overview();
std::string short_help(const Command& command);
std::string long_help(const Command& command);
std::string exit_status_text();
std::string version_line();

}  // namespace discern::cli

#endif
