// SPDX-License-Identifier: Apache-2.0
// Bodyfile 3.x, the input of mactime: one line per entry,
//
//   MD5|name|inode|mode_as_string|UID|GID|size|atime|mtime|ctime|crtime
//
// MD5 is 0 when not computed. Times are whole seconds since 1970-01-01 UTC; 0 stands for a time
// that the file system does not have as well as for one that is not meaningful. Local times of an
// unknown zone are written as if they were UTC, so that `mactime -z UTC` shows the clock's reading.
//
// There is one column for creation, and none for expiry, backup and the like. Times that find no
// place in the entry's line have lines of their own behind it, which say in the name what they are:
// "/a.txt [backed_up]". No time is left out.
//
// The format has no escape for '|'. mactime splits at every one; plaso's reader undoes \\ and \xNN.
// A '|' in a name is therefore written as \x7c and a backslash is doubled: columns stay in place
// for the one, the name comes back exactly for the other.
// Sources: "Body file", Sleuth Kit wiki; output of fls -m (TSK 4.11.1).

#include <array>
#include <optional>
#include <vector>

#include "timeline/civil_time.h"
#include "timeline/text_output.h"
#include "timeline/writers.h"

namespace discern {
namespace {

// The columns behind the size.
enum Column { kAccessed, kModified, kChanged, kCreated, kColumns };

// Where a kind goes. Those that bodyfiles have no column for go where mactime prints "b".
Column column_of(TimeKind kind) {
  switch (kind) {
    case TimeKind::accessed:
      return kAccessed;
    case TimeKind::modified:
    case TimeKind::volume_modified:
      return kModified;
    case TimeKind::changed:
      return kChanged;
    default:
      return kCreated;
  }
}

// True when the column says by itself what the time is, or as nearly as fls says it: the recording
// date of a file on ISO 9660.
bool is_named_by_column(TimeKind kind) {
  switch (kind) {
    case TimeKind::modified:
    case TimeKind::accessed:
    case TimeKind::changed:
    case TimeKind::created:
    case TimeKind::recorded:
    case TimeKind::volume_created:
    case TimeKind::volume_modified:
      return true;
    default:
      return false;
  }
}

// One line of an entry.
struct BodyLine {
  std::optional<TimeKind> only = {};  // the one time of it that another line has no place for
  std::array<std::int64_t, kColumns> times = {};
};

// The first line has a time for each column, that of the kind which comes first in TimeKind: the
// creation before the recording. Each time that is left gets a line of its own.
std::vector<BodyLine> lines_of(const Entry& entry) {
  std::array<const EntryTime*, kColumns> chosen = {};
  for (const EntryTime& time : entry.times) {
    const EntryTime*& slot = chosen[column_of(time.kind)];
    if (is_meaningful(time) && is_named_by_column(time.kind) && (!slot || time.kind < slot->kind))
      slot = &time;
  }
  std::vector<BodyLine> lines(1);
  for (const EntryTime& time : entry.times) {
    if (!is_meaningful(time)) continue;
    const Column column = column_of(time.kind);
    const bool first = chosen[column] == &time;
    BodyLine& line = first ? lines.front() : lines.emplace_back();
    line.times[column] = floor_div(time.time_ns, kNsPerSecond);
    if (!first) line.only = time.kind;
  }
  return lines;
}

void append_name(std::string& line, std::string_view name) {
  // show_name() leaves backslashes alone, so doubling has to come first.
  std::string doubled;
  doubled.reserve(name.size());
  for (const char c : name) {
    if (c == '\\') doubled += '\\';
    doubled += c;
  }
  for (const char c : show_name(doubled).text) {
    if (c == '|')
      line += "\\x7c";
    else
      line += c;
  }
}

}  // namespace

void write_body(const Timeline& timeline, std::ostream& out) {
  TextOutput lines(out);
  std::string& line = lines.text;
  for (std::size_t i = 0; i < timeline.entries.size(); ++i) {
    const Entry& entry = timeline.entries[i];
    // A digest over zeros that stand for unread bytes would pass for that of the file.
    const DigestSet* const digests = i < timeline.digests.size() && timeline.digests[i].bad.empty()
                                         ? &timeline.digests[i]
                                         : nullptr;
    const std::string* const md5 = digests ? digests->find(Algorithm::md5) : nullptr;
    for (const BodyLine& row : lines_of(entry)) {
      line += md5 ? *md5 : "0";
      line += '|';
      append_name(line, entry.path);
      if (row.only) {
        line += " [";
        line += name_of(*row.only);
        line += ']';
      }
      append_name(line, name_suffix(entry));
      line += '|';
      append_name(line, entry.id);
      line += '|';
      append_name(line, entry.mode);
      for (const std::uint64_t number :
           {std::uint64_t{entry.uid}, std::uint64_t{entry.gid}, entry.size}) {
        line += '|';
        append_number(line, number);
      }
      for (const std::int64_t time : row.times) {
        line += '|';
        append_number(line, time);
      }
      lines.end_line();
    }
  }
}

}  // namespace discern
