// SPDX-License-Identifier: Apache-2.0
#include "output_folder.h"

#include <filesystem>
#include <system_error>

#include "discern/folder.h"

namespace discern::cli {
namespace fs = std::filesystem;

Status prepare_output_folder(const std::string& folder, bool force) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Error{Errc::io, "cannot be created: " + error.message(), folder};
  const auto names = names_in(folder);
  if (!names) return names.error();
  if (!names->empty() && !force)
    return Error{Errc::io, "is not empty; choose a new folder, or say --force", folder};
  return Done{};
}

}  // namespace discern::cli
