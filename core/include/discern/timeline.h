// SPDX-License-Identifier: Apache-2.0
// Events of a timeline: one per time of an entry, sorted, and the writers that export them.
#ifndef DISCERN_TIMELINE_H
#define DISCERN_TIMELINE_H

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/digest.h"
#include "discern/entry.h"
#include "discern/image.h"
#include "discern/time_zone.h"

namespace discern {

// `entry` indexes Timeline::entries, `time` indexes Entry::times.
struct Event {
  std::uint32_t entry = 0;
  std::uint32_t time = 0;
};

// Events with a meaningful time come first, by (time, path, kind); then those without, by path.
// Nothing is dropped: invalid and zero times are events too.
struct Timeline {
  std::vector<Entry> entries;
  std::vector<Event> events;
  std::string view;                     // name of the view that runs refer to
  const View* source = nullptr;         // maps runs down to LBA and evidence file; may be null
  std::vector<DigestSet> digests = {};  // of each entry's content; empty: not asked for
  TimeZone zone = {};                   // of dates that are written as local time (mactime)
  std::string name = {};                // of the evidence, for titles
};
Timeline make_timeline(std::vector<Entry> entries, const View* view);

// Which events are wanted. Limits are clock readings where the zone is unknown.
struct EventFilter {
  std::optional<std::int64_t> from_ns = {};    // inclusive
  std::optional<std::int64_t> before_ns = {};  // exclusive
  std::vector<std::string> paths =
      {};  // globs, one must fit the whole path: '*' any text, '?' a byte
  std::vector<EntryState> states = {};  // empty: all
  std::vector<TimeKind> kinds = {};     // empty: all
  bool dates() const { return from_ns || before_ns; }
  // A date without a time of day is wanted when any part of that day is.
  bool wants(std::int64_t time_ns, Precision precision) const;
  bool wants(TimeKind kind) const;
  bool wants(EntryState state) const;
  bool wants(std::string_view path) const;
};
// 2003-01-15, 2003-01-15T17:00 or 2003-01-15T17:00:00, with or without Z: the first nanosecond, and
// the first one behind the day, minute or second that is named.
struct DateRange {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};
std::optional<DateRange> parse_date(std::string_view text);
bool fits_glob(std::string_view text, std::string_view glob);

// Leaves the wanted events. Returns how many undated ones went because the filter has dates.
std::size_t keep_events(Timeline& timeline, const EventFilter& filter);

// Which entries lie in what of a view is known to be unreadable when this is made: after a pass
// that is all of it, before one what the image itself says. Reads nothing else. The view must
// outlive it.
class UnreadParts {
 public:
  explicit UnreadParts(const View& view);
  // `entry.unread` when bytes of the entry's runs on the view are unreadable, fillers, or lie
  // behind its end: damage when the entry is allocated, otherwise a warning.
  std::optional<Finding> of(const Entry& entry) const;

 private:
  const View& view_;
  std::vector<ByteRange> failed_;  // ascending
};

// Bytes as UTF-8 with control characters and invalid bytes shown as \xNN; `clean` says that nothing
// was replaced.
struct ShownName {
  std::string text;
  bool clean = true;
};
ShownName show_name(std::string_view bytes);

// ISO 8601 with nanoseconds cut to the precision: 2003-01-15T17:00:00Z; with zone unknown no Z.
std::string format_time(std::int64_t time_ns, Precision precision, Zone zone);

// One row per export format; `discern timeline --format` and examine iterate it.
struct TimelineWriter {
  std::string_view id;         // "jsonl"
  std::string_view name;       // "JSON Lines, one event a line"
  std::string_view extension;  // "jsonl"
  void (*write)(const Timeline& timeline, std::ostream& out);
  // Whether the format, and the programs that read it, have a place for an event of this time; the
  // others are left out, and the caller says how many they are. Null: for all.
  bool (*takes)(const EntryTime& time) = nullptr;
};
std::span<const TimelineWriter> timeline_writers();
const TimelineWriter* find_timeline_writer(std::string_view id);

}  // namespace discern

#endif
