// SPDX-License-Identifier: Apache-2.0
#include "output_folder.h"

#include <filesystem>
#include <system_error>

namespace discern::cli {
namespace fs = std::filesystem;

Status prepare_output_folder(const std::string& folder, bool force) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Error{Errc::io, "cannot be created: " + error.message(), folder};
  const bool empty = fs::is_empty(folder, error);
  if (error) return Error{Errc::io, error.message(), folder};
  if (!empty && !force)
    return Error{Errc::io, "is not empty; choose a new folder, or say --force", folder};
  return Done{};
}

}  // namespace discern::cli
