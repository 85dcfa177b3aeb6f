// SPDX-License-Identifier: Apache-2.0
// Which events of a timeline are wanted.

#include <algorithm>

#include "discern/timeline.h"
#include "timeline/civil_time.h"

namespace discern {
namespace {

// Digits of a fixed width at the front of `text`, which they leave.
std::optional<int> take_number(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(width);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<DateRange> parse_date(std::string_view text) {
  CivilDate date;
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || *year < 1678 || *year > 2261 || *month < 1 || *month > 12 || *day < 1)
    return std::nullopt;
  date = {*year, *month, *day};
  const std::int64_t days = days_from_civil(date);
  const CivilDate again = civil_from_days(days);
  if (again.month != *month || again.day != *day) return std::nullopt;  // 31 February
  std::int64_t seconds = days * kSecondsPerDay;
  std::int64_t length = kSecondsPerDay;
  if (take(text, 'T') || take(text, ' ')) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    seconds += *hour * 3600 + *minute * 60;
    length = 60;
    if (take(text, ':')) {
      const auto second = take_number(text, 2);
      if (!second || *second > 59) return std::nullopt;
      seconds += *second;
      length = 1;
    }
    (void)take(text, 'Z');
  }
  if (!text.empty()) return std::nullopt;
  return DateRange{seconds * kNsPerSecond, (seconds + length) * kNsPerSecond};
}

// Greedy with one place to go back to: the last '*'. At most text.size() * glob.size() steps.
bool fits_glob(std::string_view text, std::string_view glob) {
  std::size_t at = 0;
  std::size_t in_glob = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (at < text.size()) {
    if (in_glob < glob.size() && glob[in_glob] == '*') {
      star = in_glob++;
      resume = at;
    } else if (in_glob < glob.size() && (glob[in_glob] == '?' || glob[in_glob] == text[at])) {
      ++in_glob;
      ++at;
    } else if (star != std::string_view::npos) {
      in_glob = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (in_glob < glob.size() && glob[in_glob] == '*') ++in_glob;
  return in_glob == glob.size();
}

bool EventFilter::wants(std::int64_t time_ns, Precision precision) const {
  if (before_ns && time_ns >= *before_ns) return false;
  if (!from_ns || time_ns >= *from_ns) return true;
  return precision == Precision::day1 && time_ns > *from_ns - kSecondsPerDay * kNsPerSecond;
}

bool EventFilter::wants(TimeKind kind) const {
  return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool EventFilter::wants(EntryState state) const {
  return states.empty() || std::find(states.begin(), states.end(), state) != states.end();
}

bool EventFilter::wants(std::string_view path) const {
  return paths.empty() || std::any_of(paths.begin(), paths.end(), [&](const std::string& glob) {
           return fits_glob(path, glob);
         });
}

// Times that are not wanted go, and entries without any left, so that writers that list entries
// follow the filter too.
std::size_t keep_events(Timeline& timeline, const EventFilter& filter) {
  if (!filter.dates() && filter.kinds.empty() && filter.paths.empty() && filter.states.empty())
    return 0;
  std::size_t undated = 0;
  std::erase_if(timeline.entries, [&](Entry& entry) {
    if (!filter.wants(entry.state) || !filter.wants(std::string_view(entry.path))) return true;
    std::erase_if(entry.times, [&](const EntryTime& time) {
      if (!filter.wants(time.kind)) return true;
      if (!filter.dates()) return false;
      if (is_meaningful(time)) return !filter.wants(time.time_ns, time.precision);
      ++undated;
      return true;
    });
    return entry.times.empty();
  });
  Timeline kept = make_timeline(std::move(timeline.entries), nullptr);
  timeline.entries = std::move(kept.entries);
  timeline.events = std::move(kept.events);
  return undated;
}

}  // namespace discern
