// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CLI_INSPECT_H
#define DISCERN_CLI_INSPECT_H

#include <string>

#include "discern/image.h"
#include "options.h"

namespace discern::cli {

// What `discern info` prints for people: lines, each with its end.
std::string info_text(const Image& image, const Options& options);

}  // namespace discern::cli

#endif
