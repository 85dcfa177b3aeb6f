// SPDX-License-Identifier: Apache-2.0
// The one way in which writers go through the events of a timeline.
#ifndef DISCERN_TIMELINE_EVENT_LOOP_H
#define DISCERN_TIMELINE_EVENT_LOOP_H

#include <algorithm>
#include <cstddef>

#include "discern/timeline.h"
#include "timeline/civil_time.h"

namespace discern {

// Entries come in no order of memory: without fetching ahead, waiting for them is half of the time.
inline void fetch_ahead(const Timeline& timeline, std::size_t i) {
  constexpr std::size_t kStep = 12;
  const auto& events = timeline.events;
  if (i + 2 * kStep < events.size()) {
    const auto* const entry =
        reinterpret_cast<const char*>(&timeline.entries[events[i + 2 * kStep].entry]);
    for (std::size_t at = 0; at < sizeof(Entry); at += 64) __builtin_prefetch(entry + at);
  }
  if (i + kStep < events.size()) {
    const Event next = events[i + kStep];
    const Entry& entry = timeline.entries[next.entry];
    __builtin_prefetch(&entry.times[next.time]);
    __builtin_prefetch(entry.path.data());
    __builtin_prefetch(entry.path.data() + 64);
  }
}

// use(entry, time, event) for each event that `takes` (of the writer's row; null: all).
template <class Use>
void for_each_event(const Timeline& timeline, bool (*takes)(const EntryTime&), const Use& use) {
  for (std::size_t i = 0; i < timeline.events.size(); ++i) {
    fetch_ahead(timeline, i);
    const Event& event = timeline.events[i];
    const Entry& entry = timeline.entries[event.entry];
    const EntryTime& time = entry.times[event.time];
    if (!takes || takes(time)) use(entry, time, event);
  }
}

// Those with a date come first.
inline std::size_t dated_events(const Timeline& timeline) {
  const auto end =
      std::partition_point(timeline.events.begin(), timeline.events.end(), [&](const Event& event) {
        return is_meaningful(timeline.entries[event.entry].times[event.time]);
      });
  return static_cast<std::size_t>(end - timeline.events.begin());
}

}  // namespace discern

#endif
