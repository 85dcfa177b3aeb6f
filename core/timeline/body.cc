// SPDX-License-Identifier: Apache-2.0
// Bodyfile 3.x, the input of mactime: one line per entry,
//
//   MD5|name|inode|mode_as_string|UID|GID|size|atime|mtime|ctime|crtime
//
// MD5 is 0 when not computed. Times are whole seconds since 1970-01-01 UTC; 0 stands for a time
// that the file system does not have as well as for one that is not meaningful. Local times of an
// unknown zone are written as if they were UTC, so that `mactime -z UTC` shows the clock's reading.
//
// The format has no escape for '|'. mactime splits at every one; plaso's reader undoes \\ and \xNN.
// A '|' in a name is therefore written as \x7c and a backslash is doubled: columns stay in place
// for the one, the name comes back exactly for the other.
// Sources: "Body file", Sleuth Kit wiki; output of fls -m (TSK 4.11.1).

#include "timeline/civil_time.h"
#include "timeline/text_output.h"
#include "timeline/writers.h"

namespace discern {
namespace {

struct BodyTimes {
  std::int64_t accessed = 0;
  std::int64_t modified = 0;
  std::int64_t changed = 0;
  std::int64_t created = 0;
};

// Column of a kind, or null for kinds that bodyfiles have none for.
std::int64_t* column_of(BodyTimes& times, TimeKind kind) {
  switch (kind) {
    case TimeKind::accessed:
      return &times.accessed;
    case TimeKind::modified:
    case TimeKind::volume_modified:
      return &times.modified;
    case TimeKind::changed:
      return &times.changed;
    case TimeKind::created:
    case TimeKind::recorded:
    case TimeKind::volume_created:
      return &times.created;
    case TimeKind::backed_up:
    case TimeKind::expires:
    case TimeKind::effective:
    case TimeKind::volume_expires:
    case TimeKind::volume_effective:
    case TimeKind::session_written:
      break;
  }
  return nullptr;
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
    BodyTimes times;
    for (const EntryTime& time : entry.times) {
      std::int64_t* column = column_of(times, time.kind);
      if (column && *column == 0 && is_meaningful(time))
        *column = floor_div(time.time_ns, kNsPerSecond);
    }
    // A digest over zeros that stand for unread bytes would pass for that of the file.
    const DigestSet* const digests = i < timeline.digests.size() && timeline.digests[i].bad.empty()
                                         ? &timeline.digests[i]
                                         : nullptr;
    const std::string* const md5 = digests ? digests->find(Algorithm::md5) : nullptr;
    line += md5 ? *md5 : "0";
    line += '|';
    append_name(line, entry.path + name_suffix(entry));
    line += '|';
    append_name(line, entry.id);
    line += '|';
    append_name(line, entry.mode);
    for (const std::uint64_t number :
         {std::uint64_t{entry.uid}, std::uint64_t{entry.gid}, entry.size}) {
      line += '|';
      append_number(line, number);
    }
    for (const std::int64_t time : {times.accessed, times.modified, times.changed, times.created}) {
      line += '|';
      append_number(line, time);
    }
    lines.end_line();
  }
}

}  // namespace discern
