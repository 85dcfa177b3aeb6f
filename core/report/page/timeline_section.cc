// SPDX-License-Identifier: Apache-2.0
// The timeline in short: counts, chart, first and last events.

#include <algorithm>

#include "report/page/sections.h"

namespace discern {
namespace {

constexpr std::size_t kEventsAtEachEnd = 25;

void write_event(Markup& page, const Timeline& timeline, const Event& event) {
  const Entry& entry = timeline.entries[event.entry];
  const EntryTime& time = entry.times[event.time];
  page << "<tr><td class=\"time\">" << format_time(time.time_ns, time.precision, time.zone)
       << "</td><td>" << name_of(time.kind) << "</td><td class=\"name\">" << entry.path;
  if (!entry.link_target.empty()) page << " -&gt; " << entry.link_target;
  page << "</td><td class=\"n\">" << entry.size << "</td><td>" << name_of(entry.state)
       << "</td></tr>";
}

void write_events(Markup& page, const Case& of) {
  const Timeline& timeline = of.examination.timeline;
  const std::size_t dated = of.summary.dated_events;
  if (dated == 0) return;
  page << "<div class=\"wide\"><table class=\"dense stack\"><caption>First and last "
          "events</caption><thead><tr><th>Time</th><th>"
          "Kind</th><th>Path</th><th class=\"n\">Bytes</th><th>State</th></tr></thead><tbody>";
  const std::size_t head = std::min(dated, kEventsAtEachEnd);
  const std::size_t tail = std::min(dated - head, kEventsAtEachEnd);
  for (std::size_t i = 0; i < head; ++i) write_event(page, timeline, timeline.events[i]);
  if (const std::size_t between = dated - head - tail; between > 0) {
    page << "<tr class=\"gap\"><td colspan=\"5\">";
    page.count(between, "event", "events")
        << " between; see <a href=\"timeline.csv\">timeline.csv</a></td></tr>";
  }
  for (std::size_t i = dated - tail; i < dated; ++i)
    write_event(page, timeline, timeline.events[i]);
  page << "</tbody></table></div>";
}

}  // namespace

void write_timeline(Markup& page, const Case& of) {
  const Timeline& timeline = of.examination.timeline;
  if (timeline.events.empty()) {
    page << "<p class=\"lede\">No file system delivered any times.</p>";
    return;
  }
  const std::size_t undated = timeline.events.size() - of.summary.dated_events;
  const auto unknown_zone = static_cast<std::size_t>(
      std::count_if(timeline.events.begin(),
                    timeline.events.begin() + static_cast<std::ptrdiff_t>(of.summary.dated_events),
                    [&](const Event& event) {
                      return timeline.entries[event.entry].times[event.time].zone == Zone::unknown;
                    }));
  page << "<p class=\"lede\">";
  page.count(timeline.events.size(), "event", "events") << " of ";
  page.count(timeline.entries.size(), "entry", "entries") << ". ";
  if (unknown_zone > 0) {
    page.count(unknown_zone, "time is", "times are")
        << " local time of a clock whose zone is not recorded: shown as the clock read, without a "
           "Z. ";
  }
  if (undated > 0) {
    page.count(undated, "time is", "times are")
        << " zero, impossible or out of range and kept with the raw bytes in "
           "<a href=\"timeline.jsonl\">timeline.jsonl</a>.";
  }
  page << "</p>";
  draw_timeline(page, of);
  write_events(page, of);
}

}  // namespace discern
