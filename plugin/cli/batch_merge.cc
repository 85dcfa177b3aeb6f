// SPDX-License-Identifier: Apache-2.0
// All records of one or more plans in one file, in the order of the images' paths.
#include <algorithm>
#include <fstream>
#include <span>
#include <sstream>
#include <tuple>

#include "batch.h"
#include "batch_database.h"
#include "batch_jobs.h"
#include "batch_ranges.h"
#include "batch_record.h"
#include "console.h"
#include "discern/report.h"
#include "examination.h"
#include "output_folder.h"

namespace discern::cli {
namespace {

// Jobs of all plans, each once, by image and range. Errc::corrupt when an image was planned in two
// ways: its records would overlap.
Result<std::vector<PlannedJob>> planned_jobs(const Options& options) {
  std::vector<PlannedJob> all;
  for (std::size_t i = 1; i < options.operands.size(); ++i) {
    auto jobs = read_plan(options.operands[i]);
    if (!jobs) return jobs.error();
    for (Job& job : *jobs) all.push_back({std::move(job), options.operands[i]});
  }
  std::ranges::stable_sort(all, {}, [](const PlannedJob& planned) {
    const Job& job = planned.job;
    return std::tie(job.image, job.range.offset, job.range.length, job.id);
  });
  // The same job in two plans: any record of it will do, and the first that exists is taken.
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].job.id != all[i - 1].job.id) continue;
    if (std::ifstream(record_path(all[i - 1].folder, all[i - 1].job)))
      all[i].folder = all[i - 1].folder;
    all[i - 1].folder.clear();
  }
  std::erase_if(all, [](const PlannedJob& row) { return row.folder.empty(); });
  return all;
}

// Calls take(jobs) for the jobs of each image, until one fails.
template <class Take>
Status each_image(std::span<const PlannedJob> jobs, const Take& take) {
  while (!jobs.empty()) {
    const auto end = std::ranges::find_if(jobs, [&](const PlannedJob& planned) {
      return planned.job.image != jobs.front().job.image;
    });
    const auto count = static_cast<std::size_t>(end - jobs.begin());
    if (const Status taken = take(jobs.first(count)); !taken) return taken;
    jobs = jobs.subspan(count);
  }
  return Done{};
}

// The record's lines, to the merged file and the database.
Status add_record(std::span<const PlannedJob> parts, std::ostream& merged,
                  BatchDatabase& database) {
  const auto& [job, folder] = parts.front();
  const std::string path = record_path(folder, job);
  std::ifstream record(path, std::ios::binary);
  std::istringstream made;
  if (parts.size() > 1 || job.is_part()) {
    auto lines = record_of_parts(parts);
    if (!lines) return lines.error();
    made.str(*std::move(lines));
  }
  std::istream& in = made.view().empty() ? static_cast<std::istream&>(record) : made;
  bool ended = !made.view().empty();
  for (std::string line; std::getline(in, line);) {
    if (const Status added = database.add(line, job.image); !added) return added.error();
    merged << line << '\n';
    ended = ended || line.starts_with(begin_of_end(job));
  }
  if (!ended) return Error{Errc::corrupt, "the record has no end; remove it and run again", path};
  return Done{};
}

}  // namespace

ExitStatus merge_batch(const Options& options) {
  if (options.output.empty() || options.operands.size() < 2) {
    report_usage("batch", "merge wants folders of plans, and -o DIR");
    return ExitStatus::usage;
  }
  const auto jobs = planned_jobs(options);
  if (!jobs) return failed(jobs.error());
  if (const Status whole = each_image(*jobs, check_parts); !whole) return failed(whole.error());
  const bool parts =
      std::ranges::any_of(*jobs, [](const PlannedJob& planned) { return planned.job.is_part(); });
  std::size_t missing = 0;
  for (const PlannedJob& planned : *jobs) {
    if (std::ifstream(record_path(planned.folder, planned.job))) continue;
    constexpr std::size_t kShown = 20;
    const std::string range = name_of_range(planned.job);
    if (++missing <= kShown)
      report(Error{Errc::missing,
                   (range.empty() ? "has" : range + " have") +
                       std::string(" no record yet; `discern batch run` makes it"),
                   planned.job.image});
  }
  if (missing > 0)
    return failed({Errc::missing, std::to_string(missing) + " of " + std::to_string(jobs->size()) +
                                      (parts ? " jobs" : " images") +
                                      " have no record: nothing is merged"});
  if (const Status ready = prepare_output_folder(options.output, options.force); !ready)
    return failed(ready.error());

  auto database = BatchDatabase::create(options.output + "/collection.sqlite");
  if (!database) return failed(database.error());
  Status added = Done{};
  const Status written =
      write_whole_file(options.output + "/merged.jsonl", [&](std::ostream& merged) {
        added = each_image(*jobs, [&](std::span<const PlannedJob> image) -> Status {
          if (interrupted()) return Error{Errc::cancelled, "interrupted"};
          return add_record(image, merged, *database);
        });
        if (!added) merged.setstate(std::ios::badbit);  // no file
      });
  if (!added) return failed(added.error());
  if (!written) return failed(written.error());
  if (const Status finished = database->finish(); !finished) return failed(finished.error());
  const auto rows = database->images();
  if (!rows) return failed(rows.error());
  const auto answers = database->answers();
  if (!answers) return failed(answers.error());
  if (const Status page =
          write_whole_file(options.output + "/index.html",
                           [&](std::ostream& out) { out << collection_page(*rows, *answers); });
      !page)
    return failed(page.error());
  const auto consistent =
      std::ranges::count_if(*rows, [](const CollectionRow& row) { return row.consistent; });
  print("merged " + std::to_string(rows->size()) + " images, " + std::to_string(consistent) +
        " consistent");
  return consistent == std::ssize(*rows) ? ExitStatus::consistent : ExitStatus::differs;
}

}  // namespace discern::cli
