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

int fail(const std::string& text) {
  std::fprintf(stderr, "discern: error: %s\n", text.c_str());
  return 2;
}

// For sh: within single quotes only they themselves have a meaning.
std::string shell_word(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

std::optional<std::string> plugin_library() {
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

Status write_wrappers(const std::string& folder, std::span<const std::string> programs) {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) return Error{Errc::io, error.message(), "/proc/self/exe"};
  fs::create_directories(folder, error);
  if (error) return Error{Errc::io, "cannot be created: " + error.message(), folder};
  for (const std::string& program : programs) {
    const std::string path = folder + "/" + fs::path(program).filename().string();
    std::FILE* const file = std::fopen(path.c_str(), "wx");
    if (!file) return Error{Errc::io, std::generic_category().message(errno), path};
    const std::string text = "#!/bin/sh\nexec " + shell_word(self.string()) + " run -- " +
                             shell_word(fs::absolute(program, error).string()) + " \"$@\"\n";
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (std::fclose(file) != 0 || !written)
      return Error{Errc::io, "cannot be written: " + std::generic_category().message(errno), path};
    fs::permissions(path,
                    fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                        fs::perms::others_read | fs::perms::others_exec,
                    error);
    if (error) return Error{Errc::io, error.message(), path};
  }
  return Done{};
}

int run_program(std::span<const std::string> argv) {
  if (argv.empty()) {
    fail("run: no program given");
    return 64;
  }
  const auto library = plugin_library();
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
