// SPDX-License-Identifier: Apache-2.0
// Body files that exist already, of The Sleuth Kit or of other tools, read in place of mactime.
#ifndef DISCERN_BODY_FILE_H
#define DISCERN_BODY_FILE_H

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/finding.h"
#include "discern/result.h"
#include "discern/timeline.h"

namespace discern {

// A time as the line has it. Without `in_range` it lies outside of the years 1 to 9999. 0 stands
// for no time at all.
struct BodyTime {
  std::int64_t seconds = 0;      // rounded down
  std::int32_t nanoseconds = 0;  // 0..999'999'999
  bool in_range = true;
  bool none() const { return seconds == 0 && nanoseconds == 0; }
};

// The fields of a line, as they stand there.
struct BodyFields {
  std::string_view md5;
  std::string_view name;
  std::string_view id;
  std::string_view mode;
  std::string_view uid;
  std::string_view gid;
  std::string_view size;
  std::array<BodyTime, 4> times;  // in the order of TimeKind: modified, accessed, changed, created
};

// MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime, without its line end. The columns
// behind the name are counted from the end, so that '|' may stand in it; where that does not fit,
// from the start, and what follows crtime is left aside. Nothing when the line is none.
std::optional<BodyFields> split_body_line(std::string_view line);

// "\|" in a name is '|' (plaso writes it so); everything else stays as it stands.
std::string body_name(std::string_view name);

// The lines of a body file and their events, sorted as mactime sorts: by second, then by id and
// name as text. Points into the text it was made from.
struct BodyTimeline {
  struct Line {
    std::string_view text;
    std::uint32_t name_at = 0;
    std::uint32_t name_size = 0;
    std::string_view name() const { return text.substr(name_at, name_size); }
    // id|mode|UID|GID|size and the times
    std::string_view rest() const { return text.substr(name_at + name_size + std::size_t{1}); }
  };
  struct Row {
    std::int64_t seconds = 0;  // kUndated: the file system has no such time
    std::uint32_t line = 0;
    std::uint8_t kinds = 0;  // bit 1 << TimeKind
  };
  static constexpr std::int64_t kUndated = INT64_MIN;
  std::vector<Line> lines;
  std::vector<Row> rows;
};

// `file` is named by findings: `body.bad-line` (damage) counts the lines that are none and names
// the first ones, `body.time-range` (warning) times outside of the years 1 to 9999; they are
// undated. Comments ('#') and empty lines are skipped.
//
// Errc::limit  more than 2^30 lines
Result<BodyTimeline> read_body(std::string_view text, const std::string& file,
                               const EventFilter& filter, Findings& findings);

// The same lines as entries, for every other writer. Names lose TSK's " (deleted)",
// " (deleted-realloc)" and " -> target", which become state and link target. Times outside of 1677
// to 2262 are out_of_range. A UID, GID or size that is no number is 0, with a finding
// `body.not-a-number`.
std::vector<Entry> body_entries(const BodyTimeline& body, const std::string& file,
                                Findings& findings);

// As `mactime -d -y` (iso) or `mactime -d` writes them, in `zone`.
void write_body_rows(const BodyTimeline& body, bool iso, const TimeZone& zone, std::ostream& out);

}  // namespace discern

#endif
