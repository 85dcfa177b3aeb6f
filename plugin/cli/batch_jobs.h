// SPDX-License-Identifier: Apache-2.0
// A shelf of images as a list of jobs. A job is an image and what is done with it; its id is a
// digest of both, and names the one record file that it ends in:
//
//   JOBS/plan.tsv             a line for each job: id, operation, size, mtime_ns, path; separated
//   by
//                             tabs, in the path \t \n and \\ for these characters
//   JOBS/records/ab/ID.jsonl  written whole or not at all, by whichever process is first
#ifndef DISCERN_CLI_BATCH_JOBS_H
#define DISCERN_CLI_BATCH_JOBS_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "discern/result.h"

namespace discern::cli {

struct Job {
  std::string id;             // 64 hex digits
  std::string operation;      // "info,hash,verify,timeline"
  std::uint64_t size = 0;     // of the image's first file, when it was planned
  std::int64_t mtime_ns = 0;  // of the same
  std::string image;          // absolute path
};

// What a job can do, in this order.
inline constexpr std::string_view kOperations[] = {"info",     "hash",    "verify",
                                                   "timeline", "entries", "carve"};
bool does(const Job& job, std::string_view operation);

// The job of an image file as it is now. Errc::missing.
Result<Job> make_job(const std::string& image, const std::string& operation);

std::string plan_path(const std::string& folder);
std::string record_path(const std::string& folder, const Job& job);
std::string line_of(const Job& job);
// Errc::missing when there is no plan, Errc::corrupt with the line.
Result<std::vector<Job>> read_plan(const std::string& folder);

}  // namespace discern::cli

#endif
