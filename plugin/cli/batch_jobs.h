// SPDX-License-Identifier: Apache-2.0
// A shelf of images as a list of jobs. A job is an image, what is done with it and in which bytes;
// its id is a digest of these, and names the one record file that it ends in:
//
//   JOBS/plan.tsv             a line for each job: id, operation, size, mtime_ns, range, path;
//                             separated by tabs, in the path \t \n and \\ for these characters;
//                             the range is BEGIN-END/OF in bytes of the main view, or - for all
//   JOBS/records/ab/ID.jsonl  written whole or not at all, by whichever process is first
#ifndef DISCERN_CLI_BATCH_JOBS_H
#define DISCERN_CLI_BATCH_JOBS_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/result.h"
#include "discern/source.h"

namespace discern::cli {

struct Job {
  std::string id;               // 64 hex digits
  std::string operation;        // "info,hash,verify,timeline"
  std::uint64_t size = 0;       // of the image's first file, when it was planned
  std::int64_t mtime_ns = 0;    // of the same
  ByteRange range;              // of the image's main view; length 0: all
  std::uint64_t view_size = 0;  // with a range: of that view, when it was planned
  std::string image;            // absolute path
  bool is_part() const { return range.length > 0; }
};

// What a job can do, in this order.
inline constexpr std::string_view kOperations[] = {"info",     "hash",    "verify",
                                                   "timeline", "entries", "carve"};

// Ranges: no smaller ones, and no more of them in an image. A sanity check of what a header claims.
inline constexpr std::uint64_t kSmallestRange = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kMostRanges = 100000;

bool does(const Job& job, std::string_view operation);

// The job of an image file as it is now. Errc::missing.
Result<Job> make_job(const std::string& image, const std::string& operation);

std::string id_of(const Job& job);
// "bytes 0 to 1048575", nothing of a job that is no part.
std::string name_of_range(const Job& job);

// "images", or "jobs" where some are parts of images.
std::string name_of_jobs(std::span<const Job> jobs);

std::string plan_path(const std::string& folder);
std::string record_path(const std::string& folder, const Job& job);
std::string line_of(const Job& job);
// Errc::missing when there is no plan, Errc::corrupt with the line.
Result<std::vector<Job>> read_plan(const std::string& folder);

}  // namespace discern::cli

#endif
