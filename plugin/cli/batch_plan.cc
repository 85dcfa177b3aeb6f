// SPDX-License-Identifier: Apache-2.0
// Which images there are below some folders: files that belong to another one - segments of a split
// set, the .bin of a cue sheet, the map of an image - are no images of their own.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "access.h"
#include "batch.h"
#include "batch_jobs.h"
#include "console.h"
#include "discern/folder.h"
#include "discern/image.h"
#include "discern/report.h"
#include "output_folder.h"

namespace discern::cli {
namespace {

namespace fs = std::filesystem;

std::string extension_of(const std::string& path) {
  std::string extension = fs::path(path).extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool lists(std::string_view words, const std::string& word) {
  return (" " + std::string(words) + " ").find(" " + word + " ") != std::string::npos;
}

// Extensions of images that have no segments, or are part of a descriptor that was seen before:
// nothing is opened to plan them, so that a hundred thousand take a minute.
constexpr std::string_view kAlone =
    "img ima raw bin dd imz iso dsk vfd flp imd td0 dc42 fdi ddi skf cqm";

bool may_be_image(const std::string& path) {
  const std::string extension = extension_of(path);
  return !extension.empty() && std::ranges::any_of(formats(), [&](const Format& format) {
    return lists(format.extensions, extension);
  });
}

// Descriptors first: they know which files are theirs.
int rank_of(const std::string& path) {
  return lists("cue ccd toc mds b6t b5t nrg cdi gdi", extension_of(path)) ? 0 : 1;
}

void add_folder(const std::string& folder, std::vector<std::string>& paths,
                std::vector<Error>& errors) {
  FolderTree tree = files_below(folder);
  for (const std::string& file : tree.files) {
    std::string path = (fs::path(folder) / file).string();
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) paths.push_back(std::move(path));
  }
  errors.insert(errors.end(), tree.unread.begin(), tree.unread.end());
}

// A text file with a path on each line.
void add_list(const std::string& list, std::vector<std::string>& paths) {
  std::ifstream in(list, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty() && line.front() != '#') paths.push_back(line);
  }
}

// Paths below the operands that are images, each once; `passed_over` counts files that are neither
// images by their names nor part of one.
std::vector<std::string> find_images(const Options& options, std::size_t& passed_over,
                                     std::vector<Error>& errors) {
  std::vector<std::string> found;
  std::vector<std::string> named;  // images whatever they are called
  for (std::size_t i = 1; i < options.operands.size(); ++i) {
    const std::string& operand = options.operands[i];
    std::error_code ignored;
    if (fs::is_directory(operand, ignored))
      add_folder(operand, found, errors);
    else if (!fs::exists(operand, ignored))
      errors.push_back({Errc::missing, "no such file or folder", operand});
    else if (may_be_image(operand))
      named.push_back(operand);
    else
      add_list(operand, named);
  }
  std::vector<std::string> others;
  std::erase_if(found, [&](const std::string& path) {
    if (may_be_image(path)) return false;
    others.push_back(path);
    return true;
  });
  found.insert(found.end(), named.begin(), named.end());
  std::ranges::sort(found, [](const std::string& a, const std::string& b) {
    return std::pair(rank_of(a), std::string_view(a)) < std::pair(rank_of(b), std::string_view(b));
  });
  found.erase(std::unique(found.begin(), found.end()), found.end());

  std::set<std::string> taken;  // files of images that came before
  std::vector<std::string> images;
  for (const std::string& path : found) {
    if (interrupted()) break;
    if (taken.contains(path)) continue;
    images.push_back(path);
    if (lists(kAlone, extension_of(path))) continue;
    // An image that cannot be opened stays in the plan: its record will say why.
    if (const auto image = open_image(path, {.format = options.format}))
      for (const EvidenceFile& file : image->files) taken.insert(file.path());
  }
  std::ranges::sort(images);
  passed_over = static_cast<std::size_t>(std::ranges::count_if(
      others, [&](const std::string& path) { return !taken.contains(path); }));
  return images;
}

// The folders that are searched, and those of images that are named.
Access access_of_plan(const Options& options) {
  Access access;
  for (std::size_t i = 1; i < options.operands.size(); ++i) {
    const std::string& operand = options.operands[i];
    add_image(operand, access);
    std::error_code ignored;
    if (fs::is_directory(operand, ignored) || may_be_image(operand)) continue;
    std::vector<std::string> named;
    add_list(operand, named);
    for (const std::string& image : named) add_image(image, access);
  }
  access.write.push_back(options.output);
  return access;
}

// The job of an image, or with --range a job for each range that is carved, and before them one
// for what is not carving.
Result<std::vector<Job>> jobs_of(const std::string& path, const Options& options) {
  const auto job = make_job(path, options.operations);
  if (!job) return job.error();
  if (options.range == 0 || !does(*job, "carve")) return std::vector{*job};
  const auto image = open_image(path, {.format = options.format, .password = options.password});
  if (!image) return std::vector{*job};  // its record will say why
  const std::uint64_t size = image->main_view().source->size();
  if (size <= options.range) return std::vector{*job};
  if (size / options.range >= kMostRanges)
    return Error{Errc::limit, "would be more than 100,000 ranges; choose larger ones", path};
  std::vector<Job> jobs;
  Job part = *job;
  part.operation.clear();
  for (const std::string_view operation : kOperations)
    if (operation != "carve" && does(*job, operation))
      (part.operation += part.operation.empty() ? "" : ",") += operation;
  part.id = id_of(part);
  if (!part.operation.empty()) jobs.push_back(part);
  part.operation = "carve";
  part.view_size = size;
  for (std::uint64_t at = 0; at < size; at += part.range.length) {
    part.range = {at, std::min(options.range, size - at)};
    part.id = id_of(part);
    jobs.push_back(part);
  }
  return jobs;
}

}  // namespace

ExitStatus plan_batch(const Options& options) {
  if (options.output.empty() || options.operands.size() < 2) {
    report_usage("batch", "plan wants folders, images or lists of images, and -o JOBS");
    return ExitStatus::usage;
  }
  if (const Status ready = prepare_output_folder(options.output, options.force); !ready) {
    report(ready.error());
    return ExitStatus::incomplete;
  }
  restrict_process(access_of_plan(options), options);
  std::vector<Error> errors;
  std::size_t passed_over = 0;
  const std::vector<std::string> images = find_images(options, passed_over, errors);
  std::string plan;
  std::size_t planned = 0;
  std::size_t count = 0;
  for (const std::string& image : images) {
    const auto jobs = jobs_of(image, options);
    if (!jobs) {
      errors.push_back(jobs.error());
      continue;
    }
    for (const Job& job : *jobs) plan += line_of(job) + "\n";
    count += jobs->size();
    ++planned;
  }
  for (const Error& error : errors) report(error);
  if (const Status written =
          write_whole_file(plan_path(options.output), [&](std::ostream& out) { out << plan; });
      !written) {
    report(written.error());
    return ExitStatus::incomplete;
  }
  print("planned " + std::to_string(planned) + " images" +
        (count > planned ? " in " + std::to_string(count) + " jobs" : "") + ", passed over " +
        std::to_string(passed_over) + " files that are called like none");
  return errors.empty() ? ExitStatus::consistent : ExitStatus::incomplete;
}

}  // namespace discern::cli
