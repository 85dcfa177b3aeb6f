// SPDX-License-Identifier: Apache-2.0
// One page with every event in it, to look at without a network or a server. The summary is plain
// HTML and reads without the script; the events are packed (viewer_pack.cc). The policy in the head
// lets the page load nothing from anywhere.

#include "timeline/viewer.h"

#include <algorithm>
#include <array>
#include <map>

#include "discern/json.h"
#include "timeline/civil_time.h"
#include "timeline/mactime_row.h"
#include "timeline/viewer_pack.h"
#include "timeline/writers.h"

namespace discern {
namespace {

constexpr std::size_t kListed = 200;  // first and last events in the summary

void append_escaped(std::string& text, std::string_view bytes) {
  for (const char c : show_name(bytes).text) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += c;
    }
  }
}

std::string escaped(std::string_view bytes) {
  std::string text;
  append_escaped(text, bytes);
  return text;
}

// 1234567 as 1,234,567.
std::string counted(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string words(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// The names of an enumeration whose values count from 0.
template <class Enum>
std::vector<std::string_view> all_names() {
  std::vector<std::string_view> names;
  for (int i = 0; !name_of(static_cast<Enum>(i)).empty(); ++i)
    names.push_back(name_of(static_cast<Enum>(i)));
  return names;
}

template <class Enum>
void add_names(JsonWriter& json, std::string_view key) {
  json.key(key).begin_array();
  for (const std::string_view name : all_names<Enum>()) json.value(name);
  json.end_array();
}

struct Counts {
  std::map<TimeKind, std::size_t> kinds;
  std::map<EntryState, std::size_t> states;
  std::map<Zone, std::size_t> zones;  // of the dated ones
  std::size_t dated = 0;
};

Counts counts_of(const Timeline& timeline) {
  Counts counts;
  for (const Event& event : timeline.events) {
    const Entry& entry = timeline.entries[event.entry];
    const EntryTime& time = entry.times[event.time];
    ++counts.kinds[time.kind];
    ++counts.states[entry.state];
    if (!is_meaningful(time)) continue;
    ++counts.zones[time.zone];
    ++counts.dated;
  }
  return counts;
}

template <class Key>
void append_checks(std::string& page, std::string_view set,
                   const std::map<Key, std::size_t>& keys) {
  page += "<fieldset class=\"chips\"><legend>" + std::string(set) + "</legend>";
  for (const auto& [key, count] : keys)
    page += "<label><input type=\"checkbox\" checked id=\"" + std::string(set) + "-" +
            std::string(name_of(key)) + "\">" + words(name_of(key)) + " " + counted(count) +
            "</label>";
  page += "</fieldset>\n";
}

template <class Key>
void append_count_rows(std::string& page, std::string_view what,
                       const std::map<Key, std::size_t>& keys) {
  for (const auto& [key, count] : keys)
    page += "<tr><td>" + std::string(what) + " " + words(name_of(key)) +
            "</td><td class=\"number\">" + counted(count) + "</td></tr>\n";
}

std::string time_text(const EntryTime& time) {
  if (!is_meaningful(time)) return "no date: " + words(name_of(time.validity));
  return format_time(time.time_ns, time.precision, time.zone);
}

void append_events(std::string& page, const Timeline& timeline) {
  page +=
      "<table><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Kind</th>"
      "<th scope=\"col\">State</th><th scope=\"col\">Path</th></tr></thead><tbody>\n";
  const std::size_t total = timeline.events.size();
  const std::size_t head = std::min(total, kListed);
  const std::size_t tail = std::max(head, total - std::min(total, kListed));
  for (std::size_t i = 0; i < total; ++i) {
    if (i == head && tail > head) {
      page += "<tr><td colspan=\"4\">" + counted(tail - head) + " events between</td></tr>\n";
      i = tail;
    }
    const Event& event = timeline.events[i];
    const Entry& entry = timeline.entries[event.entry];
    const EntryTime& time = entry.times[event.time];
    page += "<tr><td>" + time_text(time) + "</td><td>" + words(name_of(time.kind)) + "</td><td>" +
            words(name_of(entry.state)) + "</td><td>" + escaped(entry.path) + "</td></tr>\n";
  }
  page += "</tbody></table>\n";
}

std::string zone_sentence(const Timeline& timeline, const Counts& counts) {
  std::string text;
  for (const auto& [zone, count] : counts.zones) {
    if (!text.empty()) text += " ";
    switch (zone) {
      case Zone::utc:
        text += counted(count) + " times are UTC (with Z).";
        break;
      case Zone::recorded_offset:
        text += counted(count) + " times were recorded with their offset and are shown as UTC.";
        break;
      case Zone::assumed:
        text += counted(count) + " times are local times that were taken for zone " +
                escaped(timeline.zone.name()) + " and are shown as UTC.";
        break;
      case Zone::unknown:
        text += counted(count) +
                " times are readings of a clock whose zone is unknown (without Z): not shifted.";
        break;
    }
  }
  return text;
}

constexpr std::string_view kLive = R"html(<div id="live" hidden style="display:contents">
<div class="filters" role="search">
<label class="search">path or id <input id="q" type="search" autocomplete="off" placeholder="part of a path (key /)"></label>
<label>from <input id="from" size="19" placeholder="YYYY-MM-DD hh:mm:ss" autocomplete="off"></label>
<label>to <input id="to" size="19" placeholder="YYYY-MM-DD hh:mm:ss" autocomplete="off"></label>
)html";

constexpr std::string_view kLiveEnd = R"html(</div>
<div class="chart"><canvas id="chart" tabindex="0" role="img"></canvas></div>
<div class="bar"><output id="range"></output>
<button id="in" type="button" aria-label="zoom in">+</button><button id="out" type="button" aria-label="zoom out">&minus;</button>
<button id="all" type="button">everything</button><button id="only" type="button">only this range</button></div>
<div class="bar"><output id="shown" aria-live="polite"></output><button id="reset" type="button">reset filters</button></div>
<div class="grid" id="grid" tabindex="0" role="table" aria-label="Events">
<div class="space" id="space">
<div class="head" role="row"><div role="columnheader">Time</div><div role="columnheader">Kind</div><div role="columnheader">State</div><div role="columnheader" class="size">Size</div><div role="columnheader">Path</div></div>
<div class="rows" id="rows" role="rowgroup"></div>
</div></div>
<div class="detail" id="detail" hidden><dl id="detail-list"></dl><p><button id="close" type="button">close</button></p></div>
</div>
)html";

}  // namespace

void write_viewer(const Timeline& timeline, std::ostream& out) {
  const Counts counts = counts_of(timeline);
  const std::size_t total = timeline.events.size();
  const std::string name = timeline.name.substr(timeline.name.find_last_of('/') + 1);
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src "
      "'unsafe-inline'; style-src 'unsafe-inline'\">\n<title>Timeline of ";
  append_escaped(page, name);
  page += "</title>\n<style>";
  page += kViewerStyle;
  page += "</style>\n</head>\n<body>\n<header><h1>Timeline of ";
  append_escaped(page, name.empty() ? "the evidence" : name);
  page += "</h1>\n<p>" + counted(total) + " events of " + counted(timeline.entries.size()) +
          " entries, " + counted(total - counts.dated) + " of them without a date. " +
          zone_sentence(timeline, counts) + "</p></header>\n";
  page += kLive;
  append_checks(page, "kind", counts.kinds);
  append_checks(page, "state", counts.states);
  page +=
      "<fieldset class=\"chips\"><legend>dates</legend><label><input type=\"checkbox\" checked "
      "id=\"undated\">without a date " +
      counted(total - counts.dated) + "</label></fieldset>\n";
  page += kLiveEnd;
  page +=
      "<details class=\"summary\" id=\"summary\" open><summary>Summary</summary>\n"
      "<p id=\"failed\" class=\"doubt\" hidden></p>\n"
      "<noscript><p>Without scripts this page shows the summary and the first and last "
      "events; the other formats of the timeline have all of them.</p></noscript>\n"
      "<table><thead><tr><th scope=\"col\">Events</th><th scope=\"col\">Number</th></tr>"
      "</thead><tbody>\n";
  append_count_rows(page, "kind", counts.kinds);
  append_count_rows(page, "state", counts.states);
  page += "</tbody></table>\n";
  append_events(page, timeline);
  page += "</details>\n<script type=\"application/json\" id=\"names\">";
  JsonWriter json(page);
  json.begin_object();
  add_names<TimeKind>(json, "kind");
  add_names<EntryState>(json, "state");
  add_names<Zone>(json, "zone");
  add_names<Precision>(json, "precision");
  add_names<Validity>(json, "validity");
  json.end_object();
  page += "</script>\n<script type=\"application/octet-stream\" id=\"data\">";
  out << page << pack_for_viewer(timeline) << "</script>\n<script>" << kViewerScript
      << "</script>\n</body>\n</html>\n";
}

}  // namespace discern
