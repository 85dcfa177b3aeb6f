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
#include <optional>
#include <tuple>

#include "timeline/civil_time.h"
#include "timeline/event_loop.h"
#include "timeline/mactime_row.h"
#include "timeline/writers.h"

namespace discern {
namespace {

// The times of one entry that share a printed date.
struct Row {
  std::uint32_t order = 0;  // of its first event among those gathered
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
  const std::string suffix = name_suffix(entry);
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
  append_quoted(line, entry.path, suffix);
  lines.end_line();
}

class RowWriter {
 public:
  RowWriter(const Timeline& timeline, bool iso, std::ostream& out)
      : timeline_(timeline), iso_(iso), date_(iso), lines_(out) {}

  void write() {
    lines_.text += kMactimeHeader;
    lines_.end_line();
    const std::size_t all = timeline_.events.size();
    const std::size_t dated = dated_events(timeline_);
    for (std::size_t i = dated; i < all; ++i) gather(i);
    append(std::nullopt);
    std::int64_t second = 0;
    for (std::size_t i = 0; i < dated; ++i) {
      fetch_ahead(timeline_, i);
      const std::int64_t next = floor_div(time_of(timeline_.events[i]).time_ns, kNsPerSecond);
      if (next != second) append(second);
      second = next;
      gather(i);
    }
    append(second);
  }

 private:
  const EntryTime& time_of(const Event& event) const {
    return timeline_.entries[event.entry].times[event.time];
  }

  void gather(std::size_t i) {
    const Event event = timeline_.events[i];
    const EntryTime& time = time_of(event);
    Row row{static_cast<std::uint32_t>(rows_.size()), event.entry};
    if (is_meaningful(time)) {
      row.whole_day = time.precision == Precision::day1;
      row.zone_unknown = time.zone == Zone::unknown;
    }
    add_letter(row.type, time.kind);
    rows_.push_back(row);
  }

  // Together what shares a row; then back into the order of the timeline.
  void merge() {
    const auto key = [](const Row& row) {
      return std::tuple(row.entry, row.whole_day, row.zone_unknown, row.order);
    };
    std::sort(rows_.begin(), rows_.end(),
              [&](const Row& a, const Row& b) { return key(a) < key(b); });
    std::size_t kept = 0;
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      Row& last = rows_[kept];
      if (last.entry == rows_[i].entry && last.whole_day == rows_[i].whole_day &&
          last.zone_unknown == rows_[i].zone_unknown) {
        for (std::size_t letter = 0; letter < 4; ++letter)
          if (rows_[i].type[letter] != '.') last.type[letter] = rows_[i].type[letter];
      } else {
        rows_[++kept] = rows_[i];
      }
    }
    rows_.resize(kept + 1);
    std::sort(rows_.begin(), rows_.end(),
              [](const Row& a, const Row& b) { return a.order < b.order; });
  }

  // The rows of what was gathered, which is all undated or all of one second.
  void append(std::optional<std::int64_t> second) {
    if (rows_.size() > 1) merge();
    for (const Row& row : rows_)
      append_row(lines_, timeline_.entries[row.entry], date_text(row, second), row.type);
    rows_.clear();
  }

  // mactime's own way to write dates shows local time, in the timeline's zone where the event's is
  // known.
  std::string_view date_text(const Row& row, std::optional<std::int64_t> second) {
    if (!second) return iso_ ? kNoIsoDate : kNoMactimeDate;
    const bool local = !iso_ && !row.zone_unknown && !row.whole_day;
    return date_.of(*second + (local ? timeline_.zone.offset_at(*second) : 0), !row.whole_day,
                    !row.zone_unknown);
  }

  const Timeline& timeline_;
  bool iso_;
  DateText date_;
  TextOutput lines_;
  std::vector<Row> rows_ = {};
};

}  // namespace

void write_csv(const Timeline& timeline, std::ostream& out) {
  RowWriter(timeline, true, out).write();
}

void write_mactime(const Timeline& timeline, std::ostream& out) {
  RowWriter(timeline, false, out).write();
}

}  // namespace discern
