// SPDX-License-Identifier: Apache-2.0
// Images whose carving is done in ranges: what a range writes down, and how a record of the whole
// image is made of those of its ranges.
#ifndef DISCERN_CLI_BATCH_RANGES_H
#define DISCERN_CLI_BATCH_RANGES_H

#include <span>
#include <string>

#include "batch_jobs.h"
#include "discern/carve_range.h"
#include "discern/image.h"
#include "discern/result.h"

namespace discern::cli {

struct PlannedJob {
  Job job;
  std::string folder;  // of the plan
};

// discern/candidate/1: a file that begins in a range. `left_out`: not wanted if it counts.
std::string candidate_line(const Image& image, const View& view, const RangeFile& found,
                           bool left_out);

// Whether the jobs of an image (by range, no job twice) do everything once: Errc::corrupt when two
// do the same or for another state of the file, Errc::missing when bytes are in no range.
Status check_parts(std::span<const PlannedJob> parts);

// The lines that one job for the whole image would have written, of the records of `parts`, which
// check_parts() found right. Errc::corrupt when a record has no end.
Result<std::string> record_of_parts(std::span<const PlannedJob> parts);

}  // namespace discern::cli

#endif
