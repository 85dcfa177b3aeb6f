// SPDX-License-Identifier: Apache-2.0
#include "launch.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

namespace discern {
namespace {

namespace fs = std::filesystem;

// From the folder of the program. The second one is the library folder of an installation,
// relative to its program folder ("../lib/x86_64-linux-gnu").
constexpr std::array<std::string_view, 2> kFolders = {"../lib", DISCERN_INSTALLED_LIBRARIES};

std::optional<std::string> find_library() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  for (const std::string_view folder : kFolders) {
    const fs::path library =
        fs::weakly_canonical(program.parent_path() / folder / "libdiscern-tsk.so", error);
    if (!error && fs::is_regular_file(library, error)) return library.string();
  }
  return std::nullopt;
}

int fail(const std::string& text) {
  std::fprintf(stderr, "discern: error: %s\n", text.c_str());
  return 2;
}

}  // namespace

int run_program(std::span<const std::string> argv) {
  if (argv.empty()) {
    fail("run: no program given");
    return 64;
  }
  const auto library = find_library();
  if (!library) return fail("run: libdiscern-tsk.so is not beside this program");
  // The loader separates LD_PRELOAD at both, and knows no quoting.
  if (library->find_first_of(" :") != std::string::npos)
    return fail("run: cannot preload from a path with a blank or a colon: " + *library);
  const char* const before = std::getenv("LD_PRELOAD");
  const std::string preload = *library + (before && *before ? ":" + std::string(before) : "");
  if (setenv("LD_PRELOAD", preload.c_str(), 1) != 0)
    return fail("run: " + std::generic_category().message(errno));
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  return fail("run: " + argv[0] + ": " + std::generic_category().message(errno));
}

}  // namespace discern
