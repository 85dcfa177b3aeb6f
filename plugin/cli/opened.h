// SPDX-License-Identifier: Apache-2.0
// From an operand of the command line to an opened image and the view it names.
#ifndef DISCERN_CLI_OPENED_H
#define DISCERN_CLI_OPENED_H

#include <functional>
#include <memory>

#include "console.h"
#include "discern/image.h"

namespace discern::cli {

struct Opened {
  std::shared_ptr<const Image> image = nullptr;
  const View* view = nullptr;  // named by selector or --view; otherwise the main view
  std::shared_ptr<const Image> second = nullptr;  // --second
  bool named = false;                             // by selector or --view
  const View* walked =
      nullptr;  // where file systems are walked: view, or the overlay of the main one
};

// The folder that --cache names, or else DISCERN_CACHE; empty: no cache.
std::string cache_folder(const Options& options);

// Opens one operand, reports its findings, and resolves its view.
Result<Opened> open_operand(const std::string& operand, const Options& options);

// Does `work` for each operand; an operand that cannot be opened is reported and the others go on.
ExitStatus for_each_image(const Options& options,
                          const std::function<ExitStatus(const Opened& opened)>& work);

// differs when a finding says that data is missing or wrong.
ExitStatus status_of(const Findings& findings);

}  // namespace discern::cli

#endif
