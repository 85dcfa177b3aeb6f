// SPDX-License-Identifier: Apache-2.0
// The disc that a descriptor with 2352-byte sectors is to be written for.
#ifndef DISCERN_CONVERT_DISC_PLAN_H
#define DISCERN_CONVERT_DISC_PLAN_H

#include <vector>

#include "convert/output_job.h"
#include "discern/disc.h"

namespace discern {

struct PlannedTrack {
  Track track;
  std::vector<Extent> extents =
      {};                     // to be written, ascending; the first may begin before track.first
  std::uint32_t pregap = 0;   // sectors in front of `extents` that are not written
  std::uint32_t postgap = 0;  // behind them, likewise
  Lba begin() const { return extents.front().first; }
  Lba end() const { return extents.back().end(); }
  std::uint64_t sectors() const {
    return static_cast<std::uint64_t>(std::int64_t{end().value} - begin().value);
  }
};

struct PlannedSession {
  int number = 1;
  std::vector<PlannedTrack> tracks = {};
};

// The job's disc when its view is `raw`; a disc of one mode 1 track when the view has sectors of
// 2048 bytes, or is a medium of such. Sectors between tracks that the image lacks are added, as
// missing, to the track before. Extents are whole sectors, and addresses can be encoded in headers.
//
// Errc::unsupported  other views, DVD sectors, discs longer than a CD, tracks that overlap
Result<std::vector<PlannedSession>> plan_disc(OutputJob& job);

// Notes that the subchannel of the planned sectors has no place in what is written, where they have
// one.
void note_subchannel_left_out(OutputJob& job, const std::vector<PlannedSession>& plan);

// What proves that the written descriptor `format` leads to the same data: the user data by disc
// address, and each audio track. To be called when the files are closed.
Status expect_same_disc(OutputJob& job, const std::string& name, const std::string& format);

}  // namespace discern

#endif
