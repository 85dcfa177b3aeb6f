// SPDX-License-Identifier: Apache-2.0
// Sorting of events. All of them are put down by path and kind first; then those with a date are
// sorted by time and that place, two plain numbers.

#include "discern/timeline.h"

#include <algorithm>
#include <tuple>

#include "timeline/civil_time.h"
#include "timeline/path_order.h"

namespace discern {
namespace {

struct DatedEvent {
  std::int64_t time_ns = 0;
  std::uint32_t place = 0;  // among all events by path and kind
};

// The times of one entry by kind; those of one kind in the order given.
void add_events(const Entry& entry, std::uint32_t index, std::vector<Event>& events) {
  const auto begin = static_cast<std::ptrdiff_t>(events.size());
  bool ascending = true;
  for (std::uint32_t i = 0; i < entry.times.size(); ++i) {
    ascending = ascending && (i == 0 || entry.times[i - 1].kind <= entry.times[i].kind);
    events.push_back({index, i});
  }
  if (!ascending)
    std::stable_sort(events.begin() + begin, events.end(), [&](const Event& a, const Event& b) {
      return entry.times[a.time].kind < entry.times[b.time].kind;
    });
}

}  // namespace

Timeline make_timeline(std::vector<Entry> entries, const View* view) {
  std::size_t count = 0;
  for (const Entry& entry : entries) count += entry.times.size();
  std::vector<Event> by_path;
  by_path.reserve(count);
  for (const std::uint32_t index : order_by_path(entries))
    add_events(entries[index], index, by_path);

  std::vector<DatedEvent> dated;
  std::vector<Event> undated;
  dated.reserve(count);
  for (std::uint32_t i = 0; i < by_path.size(); ++i) {
    const EntryTime& time = entries[by_path[i].entry].times[by_path[i].time];
    if (is_meaningful(time))
      dated.push_back({time.time_ns, i});
    else
      undated.push_back(by_path[i]);
  }
  std::sort(dated.begin(), dated.end(), [](const DatedEvent& a, const DatedEvent& b) {
    return std::tie(a.time_ns, a.place) < std::tie(b.time_ns, b.place);
  });

  Timeline timeline;
  timeline.events.reserve(count);
  for (const DatedEvent& event : dated) timeline.events.push_back(by_path[event.place]);
  timeline.events.insert(timeline.events.end(), undated.begin(), undated.end());
  timeline.entries = std::move(entries);
  if (view) timeline.view = view->name;
  timeline.source = view;
  return timeline;
}

}  // namespace discern
