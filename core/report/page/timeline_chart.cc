// SPDX-License-Identifier: Apache-2.0
// Events over time: one small histogram per kind over a shared axis, in hours, days, months, years
// or decades, whichever the span asks for. A few far-off events (clocks that were never set) do not
// squeeze the rest: they are counted beside the picture.

#include <algorithm>
#include <array>

#include "report/page/sections.h"
#include "timeline/civil_time.h"

namespace discern {
namespace {

enum class Unit { hour, day, month, year, decade };

constexpr std::array<std::string_view, 5> kUnitNames{"hour", "day", "month", "year", "decade"};

// Kinds of volumes and sessions are rare and share a lane.
constexpr std::array<std::string_view, 5> kLanes{"Modified", "Accessed", "Changed", "Created",
                                                 "Volume"};
std::size_t lane_of(TimeKind kind) {
  return std::min(static_cast<std::size_t>(kind), kLanes.size() - 1);
}

std::int64_t unit_index(Unit unit, std::int64_t seconds) {
  if (unit == Unit::hour) return floor_div(seconds, 3600);
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  if (unit == Unit::day) return days;
  const CivilDate date = civil_from_days(days);
  if (unit == Unit::month) return date.year * 12 + date.month - 1;
  return unit == Unit::year ? date.year : floor_div(date.year, 10);
}

std::string unit_label(Unit unit, std::int64_t index) {
  constexpr std::int64_t kNsPerHour = 3600 * kNsPerSecond;
  switch (unit) {
    case Unit::hour:
      return format_time(index * kNsPerHour, Precision::s1, Zone::unknown).substr(0, 13) + "h";
    case Unit::day:
      return format_time(index * 24 * kNsPerHour, Precision::day1, Zone::unknown);
    case Unit::month:
      return std::to_string(index / 12) + (index % 12 < 9 ? "-0" : "-") +
             std::to_string(index % 12 + 1);
    case Unit::year:
      return std::to_string(index);
    case Unit::decade:
      return std::to_string(index * 10) + "s";
  }
  return {};
}

Unit unit_for(std::int64_t seconds) {
  const std::int64_t days = seconds / kSecondsPerDay;
  if (days <= 3) return Unit::hour;
  if (days <= 100) return Unit::day;
  if (days <= 3660) return Unit::month;
  return days <= 54'800 ? Unit::year : Unit::decade;
}

struct Histogram {
  Unit unit = Unit::day;
  std::int64_t first = 0;  // unit index of the first bin
  std::vector<std::array<std::uint64_t, kLanes.size()>> bins;
  std::uint64_t before = 0;  // events that are not drawn
  std::uint64_t after = 0;
  bool has_lane(std::size_t lane) const {
    return std::any_of(bins.begin(), bins.end(), [&](const auto& bin) { return bin[lane] > 0; });
  }
};

Histogram histogram_of(const Timeline& timeline, std::size_t dated) {
  const auto time_of = [&](std::size_t i) -> const EntryTime& {
    return timeline.entries[timeline.events[i].entry].times[timeline.events[i].time];
  };
  const auto second_of = [&](std::size_t i) { return floor_div(time_of(i).time_ns, kNsPerSecond); };

  std::int64_t low = second_of(0);
  std::int64_t high = second_of(dated - 1);
  const std::size_t tail = dated / 20;
  std::int64_t core_low = second_of(tail);
  std::int64_t core_high = second_of(dated - 1 - tail);
  // Room around, and at least a month: a burst is seen as one only among empty days.
  const std::int64_t room = std::max((core_high - core_low) / 8, 15 * kSecondsPerDay);
  core_low = std::max(low, core_low - room);
  core_high = std::min(high, core_high + room);
  if ((core_high - core_low) < (high - low) / 4) {
    low = core_low;
    high = core_high;
  }
  Histogram histogram;
  histogram.unit = unit_for(high - low);
  histogram.first = unit_index(histogram.unit, low);
  const std::int64_t last = unit_index(histogram.unit, high);
  histogram.bins.resize(static_cast<std::size_t>(last - histogram.first + 1));
  for (std::size_t i = 0; i < dated; ++i) {
    const std::int64_t index = unit_index(histogram.unit, second_of(i));
    if (index < histogram.first)
      ++histogram.before;
    else if (index > last)
      ++histogram.after;
    else
      ++histogram.bins[static_cast<std::size_t>(index - histogram.first)][lane_of(time_of(i).kind)];
  }
  return histogram;
}

void draw_lane(Markup& page, const Histogram& histogram, std::size_t lane) {
  constexpr double kHeight = 44;
  const std::size_t count = histogram.bins.size();
  std::uint64_t peak = 0;
  for (const auto& bin : histogram.bins) peak = std::max(peak, bin[lane]);
  page << "<div class=\"lane\"><span>" << kLanes[lane] << "<small>peak " << peak
       << "</small></span><svg width=\"100%\" height=\"44\" role=\"img\" aria-label=\""
       << kLanes[lane]
       << " times; the table below has the figures\"><rect class=\"ground\" width=\"100%\" "
          "height=\"100%\"/>";
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t events = histogram.bins[i][lane];
    if (events == 0) continue;
    const double height =
        std::max(2.0, kHeight * static_cast<double>(events) / static_cast<double>(peak));
    page << "<rect class=\"bar\" x=\"";
    page.percent(static_cast<double>(i) + 0.08, static_cast<double>(count)) << "\" width=\"";
    page.percent(0.84, static_cast<double>(count)) << "\" y=\"";
    page.decimal(kHeight - height) << "\" height=\"";
    page.decimal(height) << "\"><title>"
                         << unit_label(histogram.unit,
                                       histogram.first + static_cast<std::int64_t>(i))
                         << ": " << events << "</title></rect>";
  }
  page << "</svg></div>";
}

// Round units only: every second, fifth, tenth year, every third or sixth month ...
std::int64_t tick_step(Unit unit, std::size_t count) {
  static constexpr std::array<std::array<std::int64_t, 6>, 5> kSteps{{{1, 2, 3, 6, 12, 24},
                                                                      {1, 2, 7, 14, 28, 56},
                                                                      {1, 2, 3, 6, 12, 24},
                                                                      {1, 2, 5, 10, 20, 50},
                                                                      {1, 2, 5, 10, 20, 50}}};
  const auto& steps = kSteps[static_cast<std::size_t>(unit)];
  for (const std::int64_t step : steps)
    if (static_cast<std::int64_t>(count) / step <= (unit == Unit::hour ? 6 : 8)) return step;
  return steps.back();
}

void draw_axis(Markup& page, const Histogram& histogram) {
  const std::size_t count = histogram.bins.size();
  const std::int64_t step = tick_step(histogram.unit, count);
  page << "<div class=\"lane axis\"><span>per "
       << kUnitNames[static_cast<std::size_t>(histogram.unit)]
       << "</span><svg width=\"100%\" height=\"26\" aria-hidden=\"true\">";
  std::size_t ticks = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t index = histogram.first + static_cast<std::int64_t>(i);
    if (floor_div(index, step) * step != index) continue;
    page << "<svg class=\"tick";
    if (ticks++ % 2 == 1) page << " alternate";
    page << "\" x=\"";
    page.percent(static_cast<double>(i), static_cast<double>(count)) << "\"><line y2=\"6\"/>";
    // A label further right would stick out of the picture.
    if (static_cast<double>(i) <= 0.88 * static_cast<double>(count))
      page << "<text y=\"20\">" << unit_label(histogram.unit, index) << "</text>";
    page << "</svg>";
  }
  page << "</svg></div>";
}

void write_table(Markup& page, const Histogram& histogram) {
  const std::string_view unit = kUnitNames[static_cast<std::size_t>(histogram.unit)];
  page << "<details><summary>The same as figures</summary><div "
          "class=\"wide\"><table><caption>Events per "
       << unit << "</caption><thead><tr><th>" << unit << "</th>";
  for (std::size_t lane = 0; lane < kLanes.size(); ++lane)
    if (histogram.has_lane(lane)) page << "<th class=\"n\">" << kLanes[lane] << "</th>";
  page << "</tr></thead><tbody>";
  for (std::size_t i = 0; i < histogram.bins.size(); ++i) {
    const auto& bin = histogram.bins[i];
    if (std::all_of(bin.begin(), bin.end(), [](std::uint64_t events) { return events == 0; }))
      continue;
    page << "<tr><th scope=\"row\">"
         << unit_label(histogram.unit, histogram.first + static_cast<std::int64_t>(i)) << "</th>";
    for (std::size_t lane = 0; lane < kLanes.size(); ++lane)
      if (histogram.has_lane(lane)) page << "<td class=\"n\">" << bin[lane] << "</td>";
    page << "</tr>";
  }
  page << "</tbody></table></div></details>";
}

}  // namespace

void draw_timeline(Markup& page, const Case& of) {
  if (of.summary.dated_events == 0) return;
  const Histogram histogram = histogram_of(of.examination.timeline, of.summary.dated_events);
  page << "<figure class=\"chart\"><figcaption>Events per "
       << kUnitNames[static_cast<std::size_t>(histogram.unit)]
       << ", each kind on a scale of its own</figcaption>";
  for (std::size_t lane = 0; lane < kLanes.size(); ++lane)
    if (histogram.has_lane(lane)) draw_lane(page, histogram, lane);
  draw_axis(page, histogram);
  page << "</figure>";
  if (histogram.before + histogram.after > 0) {
    page << "<p class=\"cut\">Not drawn because they are far off: ";
    page.count(histogram.before, "event", "events")
        << " before, " << histogram.after << " after.</p>";
  }
  write_table(page, histogram);
}

}  // namespace discern
