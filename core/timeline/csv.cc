// SPDX-License-Identifier: Apache-2.0
// Comma-separated values as `mactime -d -y` (TSK 4.11.1) writes them:
//
//   Date,Size,Type,Mode,UID,GID,Meta,File Name
//   2001-09-09T01:46:40Z,10,ma..,r/rrwxrwxrwx,0,0,5,"/a.txt"
//
// Type has one letter for each of modified, accessed, changed, born; the times of an entry that
// fall into the same second share a row. Names are quoted, quotes doubled. Times that are not
// meaningful stand first, under the date 0000-00-00T00:00:00Z.
//
// On purpose unlike mactime: a local time of unknown zone has no Z, a date without a time of day
// has none here either, percent signs in names stay as they are, and entries of the same
// name keep their own sizes and owners.

#include <algorithm>
#include <array>
#include <tuple>

#include "timeline/civil_time.h"
#include "timeline/mactime_row.h"
#include "timeline/writers.h"

namespace discern {
namespace {

// The times of one entry that share a printed date.
struct Row {
  std::uint32_t order = 0;  // position of its first event
  std::uint32_t entry = 0;
  bool whole_day = false;
  bool zone_unknown = false;
  std::array<char, 4> type{'.', '.', '.', '.'};  // m a c b
};

void add_letter(std::array<char, 4>& type, TimeKind kind) {
  switch (kind) {
    case TimeKind::modified:
    case TimeKind::volume_modified:
      type[0] = 'm';
      break;
    case TimeKind::accessed:
      type[1] = 'a';
      break;
    case TimeKind::changed:
      type[2] = 'c';
      break;
    case TimeKind::created:
    case TimeKind::recorded:
    case TimeKind::volume_created:
      type[3] = 'b';
      break;
    case TimeKind::backed_up:
    case TimeKind::expires:
    case TimeKind::effective:
    case TimeKind::volume_expires:
    case TimeKind::volume_effective:
    case TimeKind::session_written:
      break;
  }
}

void append_row(TextOutput& lines, const Entry& entry, std::string_view date,
                const std::array<char, 4>& type) {
  std::string& line = lines.text;
  line += date;
  line += ',';
  append_number(line, entry.size);
  line += ',';
  line.append(type.data(), type.size());
  line += ',';
  append_shown(line, entry.mode);
  line += ',';
  append_number(line, entry.uid);
  line += ',';
  append_number(line, entry.gid);
  line += ',';
  append_shown(line, entry.id);
  line += ',';
  append_quoted(line, entry.path + name_suffix(entry));
  lines.end_line();
}

// mactime's own way to write dates shows local time, in the timeline's zone where the event's is
// known.
std::string date_text(const Timeline& timeline, std::int64_t time_ns, const Row& row, bool iso) {
  const Zone zone = row.zone_unknown ? Zone::unknown : Zone::utc;
  if (iso) return format_time(time_ns, row.whole_day ? Precision::day1 : Precision::s1, zone);
  std::int64_t seconds = floor_div(time_ns, kNsPerSecond);
  if (!row.zone_unknown && !row.whole_day) seconds += timeline.zone.offset_at(seconds);
  std::string date = mactime_date(seconds);
  if (row.whole_day) date.resize(date.size() - std::string_view(" 00:00:00").size());
  return date;
}

// Writes the rows of events[begin, end), which are all undated or all of one second.
void append_rows(TextOutput& lines, const Timeline& timeline, std::size_t begin, std::size_t end,
                 bool iso) {
  std::vector<Row> rows;
  rows.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) {
    const Event event = timeline.events[i];
    const EntryTime& time = timeline.entries[event.entry].times[event.time];
    Row row{static_cast<std::uint32_t>(i - begin), event.entry, false, false};
    if (is_meaningful(time)) {
      row.whole_day = time.precision == Precision::day1;
      row.zone_unknown = time.zone == Zone::unknown;
    }
    add_letter(row.type, time.kind);
    rows.push_back(row);
  }
  // Together what shares a row; then back into the order of the timeline.
  const auto key = [](const Row& row) {
    return std::tuple(row.entry, row.whole_day, row.zone_unknown, row.order);
  };
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    Row& last = rows[kept];
    if (last.entry == rows[i].entry && last.whole_day == rows[i].whole_day &&
        last.zone_unknown == rows[i].zone_unknown) {
      for (std::size_t letter = 0; letter < 4; ++letter)
        if (rows[i].type[letter] != '.') last.type[letter] = rows[i].type[letter];
    } else {
      rows[++kept] = rows[i];
    }
  }
  rows.resize(kept + 1);
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.order < b.order; });

  const Event first = timeline.events[begin];
  const EntryTime& time = timeline.entries[first.entry].times[first.time];
  for (const Row& row : rows) {
    std::string date(iso ? kNoIsoDate : kNoMactimeDate);
    if (is_meaningful(time)) date = date_text(timeline, time.time_ns, row, iso);
    append_row(lines, timeline.entries[row.entry], date, row.type);
  }
}

void write_rows(const Timeline& timeline, bool iso, std::ostream& out) {
  TextOutput lines(out);
  lines.text += kMactimeHeader;
  lines.end_line();
  const auto& events = timeline.events;
  const auto time_of = [&](std::size_t i) -> const EntryTime& {
    return timeline.entries[events[i].entry].times[events[i].time];
  };
  const auto dated_end =
      std::partition_point(events.begin(), events.end(), [&](const Event& event) {
        return is_meaningful(timeline.entries[event.entry].times[event.time]);
      });
  const auto dated = static_cast<std::size_t>(dated_end - events.begin());
  if (dated < events.size()) append_rows(lines, timeline, dated, events.size(), iso);
  for (std::size_t begin = 0; begin < dated;) {
    const std::int64_t second = floor_div(time_of(begin).time_ns, kNsPerSecond);
    std::size_t end = begin + 1;
    while (end < dated && floor_div(time_of(end).time_ns, kNsPerSecond) == second) ++end;
    append_rows(lines, timeline, begin, end, iso);
    begin = end;
  }
}

}  // namespace

void write_csv(const Timeline& timeline, std::ostream& out) { write_rows(timeline, true, out); }

void write_mactime(const Timeline& timeline, std::ostream& out) {
  write_rows(timeline, false, out);
}

}  // namespace discern
