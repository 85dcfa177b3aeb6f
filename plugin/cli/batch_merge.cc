// SPDX-License-Identifier: Apache-2.0
// All records of one or more plans in one file, in the order of the images' paths.
#include <algorithm>
#include <fstream>

#include "batch.h"
#include "batch_database.h"
#include "batch_jobs.h"
#include "console.h"
#include "discern/report.h"
#include "output_folder.h"

namespace discern::cli {
namespace {

struct Planned {
  Job job;
  std::string folder;  // of the plan
};

// Jobs of all plans, each once, by image. Errc::corrupt when an image was planned in two ways: its
// records would overlap.
Result<std::vector<Planned>> planned_jobs(const Options& options) {
  std::vector<Planned> all;
  for (std::size_t i = 1; i < options.operands.size(); ++i) {
    auto jobs = read_plan(options.operands[i]);
    if (!jobs) return jobs.error();
    for (Job& job : *jobs) all.push_back({std::move(job), options.operands[i]});
  }
  std::ranges::stable_sort(all, {}, [](const Planned& row) { return row.job.image; });
  const auto same = [](const Planned& a, const Planned& b) { return a.job.id == b.job.id; };
  // The same job in two plans: any record of it will do, and the first that exists is taken.
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].job.image != all[i - 1].job.image) continue;
    if (!same(all[i], all[i - 1]))
      return Error{
          Errc::corrupt,
          "planned twice, with other operations or before it changed; merge one of the two",
          all[i].job.image};
    if (std::ifstream(record_path(all[i - 1].folder, all[i - 1].job)))
      all[i].folder = all[i - 1].folder;
    all[i - 1].folder.clear();
  }
  std::erase_if(all, [](const Planned& row) { return row.folder.empty(); });
  return all;
}

// The record's lines, to the merged file and the database.
Status add_record(const Planned& planned, std::ostream& merged, BatchDatabase& database) {
  const std::string path = record_path(planned.folder, planned.job);
  std::ifstream in(path, std::ios::binary);
  const std::string own = R"({"schema":"discern/record/1","id":")" + planned.job.id + '"';
  bool ended = false;
  for (std::string line; std::getline(in, line);) {
    if (const Status added = database.add(line, planned.job.image); !added) return added.error();
    merged << line << '\n';
    ended = line.starts_with(own);
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
  const auto failed = [](const Error& error) {
    report(error);
    return ExitStatus::incomplete;
  };
  const auto jobs = planned_jobs(options);
  if (!jobs) return failed(jobs.error());
  std::size_t missing = 0;
  for (const Planned& planned : *jobs) {
    if (std::ifstream(record_path(planned.folder, planned.job))) continue;
    constexpr std::size_t kShown = 20;
    if (++missing <= kShown)
      report(Error{Errc::missing, "has no record yet; `discern batch run` makes it",
                   planned.job.image});
  }
  if (missing > 0)
    return failed({Errc::missing, std::to_string(missing) + " of " + std::to_string(jobs->size()) +
                                      " images have no record: nothing is merged"});
  if (const Status ready = prepare_output_folder(options.output, options.force); !ready)
    return failed(ready.error());

  auto database = BatchDatabase::create(options.output + "/collection.sqlite");
  if (!database) return failed(database.error());
  Status added = Done{};
  const Status written =
      write_whole_file(options.output + "/merged.jsonl", [&](std::ostream& merged) {
        for (const Planned& planned : *jobs)
          if (added && !interrupted()) added = add_record(planned, merged, *database);
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
