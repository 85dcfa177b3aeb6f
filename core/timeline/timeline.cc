// SPDX-License-Identifier: Apache-2.0
// Sorting of events. Paths are compared once per entry, not once per event: entries are ranked by
// path first, and events are sorted by (time, rank, kind) as plain numbers.

#include "discern/timeline.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "timeline/civil_time.h"

namespace discern {
namespace {

struct SortKey {
  std::int64_t time_ns;  // 0 when undated
  std::uint32_t rank;    // of the entry's path
  Event event;
  TimeKind kind;
  bool undated;
  auto order() const { return std::tie(undated, time_ns, rank, kind, event.time); }
};

// Entries of the same path (a deleted one and its successor) keep their walking order.
std::vector<std::uint32_t> ranks_by_path(const std::vector<Entry>& entries) {
  std::vector<std::uint32_t> sorted(entries.size());
  std::iota(sorted.begin(), sorted.end(), 0u);
  std::sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = entries[a].path.compare(entries[b].path);
    return order != 0 ? order < 0 : a < b;
  });
  std::vector<std::uint32_t> ranks(entries.size());
  for (std::uint32_t i = 0; i < sorted.size(); ++i) ranks[sorted[i]] = i;
  return ranks;
}

}  // namespace

Timeline make_timeline(std::vector<Entry> entries, const View* view) {
  std::vector<SortKey> keys;
  {
    std::size_t count = 0;
    for (const Entry& entry : entries) count += entry.times.size();
    keys.reserve(count);
    const auto ranks = ranks_by_path(entries);
    for (std::uint32_t e = 0; e < entries.size(); ++e) {
      for (std::uint32_t t = 0; t < entries[e].times.size(); ++t) {
        const EntryTime& time = entries[e].times[t];
        const bool dated = is_meaningful(time);
        keys.push_back({dated ? time.time_ns : 0, ranks[e], {e, t}, time.kind, !dated});
      }
    }
  }
  std::sort(keys.begin(), keys.end(),
            [](const SortKey& a, const SortKey& b) { return a.order() < b.order(); });

  Timeline timeline;
  timeline.events.reserve(keys.size());
  for (const SortKey& key : keys) timeline.events.push_back(key.event);
  timeline.entries = std::move(entries);
  if (view) timeline.view = view->name;
  timeline.source = view;
  return timeline;
}

}  // namespace discern
