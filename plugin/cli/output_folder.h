// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CLI_OUTPUT_FOLDER_H
#define DISCERN_CLI_OUTPUT_FOLDER_H

#include <string>

#include "discern/result.h"

namespace discern::cli {

// Creates `folder`. One that exists must be empty, unless `force`. Errc::io says what is wrong.
Status prepare_output_folder(const std::string& folder, bool force);

}  // namespace discern::cli

#endif
