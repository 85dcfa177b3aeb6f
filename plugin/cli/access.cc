// SPDX-License-Identifier: Apache-2.0
#include "access.h"

#include <cstdio>
#include <filesystem>

#include "console.h"
#include "discern/image.h"
#include "examination.h"
#include "opened.h"
#include "worker.h"

namespace discern::cli {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const fs::path& path) {
  const std::string folder = path.parent_path().string();
  return folder.empty() ? "." : folder;
}

// Only for the user, and only apart from the evidence; what goes wrong with a cache is a finding of
// whoever uses it.
void add_cache(const std::string& folder, Access& access) {
  std::error_code error;
  if (fs::create_directories(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
  for (const std::string& other : access.read)
    if (fs::equivalent(folder, other, error)) return;
  access.write.push_back(folder);
}

Status create(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Error{Errc::io, "cannot be created: " + error.message(), folder};
  return Done{};
}

// Where fontconfig finds its rules, its cache and fonts.
constexpr const char* kFonts[] = {"/etc/fonts", "/usr/share/fontconfig", "/usr/share/fonts",
                                  "/usr/local/share/fonts", "/var/cache/fontconfig"};

std::string sandbox_reached = "off";

}  // namespace

void add_image(const std::string& path, Access& access) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) {  // whoever opens it will say so
    access.read.push_back(folder_of(path));
    return;
  }
  if (fs::is_directory(target, error) || fs::is_block_file(target, error)) {
    access.read.push_back(target.string());
    return;
  }
  access.read.push_back(folder_of(target));
  if (fs::is_symlink(path, error)) access.read.push_back(folder_of(path));
}

Result<Access> access_of(std::string_view command, const Options& options) {
  Access access;
  for (const std::string& operand : options.operands)
    add_image(parse_image_name(operand).path, access);
  if (!options.second.empty()) add_image(parse_image_name(options.second).path, access);
  for (const std::string& file : options.against) access.read.push_back(file);
  for (const HashSetFile& set : options.hash_sets) access.read.push_back(set.path);
  if (!options.output.empty() && (command == "examine" || command == "verify"))  // for report.pdf
    for (const char* const fonts : kFonts) access.read.emplace_back(fonts);
  for (const std::string& file :
       {options.sign, options.signer, options.timestamp_reply, options.report})
    if (!file.empty()) access.read.push_back(file);

  for (const std::string& file : {options.map, options.repairs})
    if (!file.empty()) access.write.push_back(folder_of(file));
  // The reply becomes part of the case folder.
  if (!options.timestamp_reply.empty())
    access.write.insert(access.write.end(), options.operands.begin(), options.operands.end());
  if (!options.output.empty() && (command == "convert" || command == "prove"))
    access.write.push_back(folder_of(options.output));
  else if (!options.output.empty()) {
    if (const Status created = create(options.output); !created) return created.error();
    access.write.push_back(options.output);
  }
  if (const std::string cache = cache_folder(options); !cache.empty()) add_cache(cache, access);
  return access;
}

void restrict_process(const Access& access, const Options& options, void (*before)()) {
  std::string problem;
  if (!options.no_sandbox)
    if (const auto end = start_worker(problem)) end_as(*end);
  if (before) before();
  if (options.no_sandbox) {
    sandbox_reached = "off (--no-sandbox)";
    state_in_results(sandbox_reached);
    return;
  }
  use_utc();
  restrict_worker(access, options, problem);
}

void restrict_worker(const Access& access, const Options& options, const std::string& problem) {
  Sandbox sandbox = enter_sandbox(access);
  if (!problem.empty()) sandbox.missing.push_back("a process of its own (" + problem + ")");
  sandbox_reached = describe(sandbox);
  state_in_results(sandbox_reached);
  if (sandbox.missing.empty() ? !options.verbose : options.quiet) return;
  std::fprintf(stderr, "discern: %s: sandbox: %s\n", sandbox.missing.empty() ? "note" : "warning",
               sandbox_reached.c_str());
}

const std::string& sandbox_of_process() { return sandbox_reached; }

}  // namespace discern::cli
