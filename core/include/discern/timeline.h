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

#include "discern/entry.h"
#include "discern/image.h"

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
  std::string view;              // name of the view that runs refer to
  const View* source = nullptr;  // maps runs down to LBA and evidence file; may be null
};
Timeline make_timeline(std::vector<Entry> entries, const View* view);

// `entry.unread` when bytes of the entry's runs on `view` are unreadable or lie behind its end:
// damage when the entry is allocated, otherwise a warning. Reads only where failures are known
// already: after a pass those are all, before one what the image itself says.
std::optional<Finding> unread_part(const Entry& entry, const View& view);

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
};
std::span<const TimelineWriter> timeline_writers();
const TimelineWriter* find_timeline_writer(std::string_view id);

}  // namespace discern

#endif
