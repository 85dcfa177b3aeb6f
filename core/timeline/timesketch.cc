// SPDX-License-Identifier: Apache-2.0
// What Timesketch imports. Every line needs `message`, `datetime` and `timestamp_desc`; a line
// without a datetime would be taken from the first ten digits of `timestamp` or refused, so events
// without a date are left out (timeline.h). `datetime` always has an offset: Timesketch takes times
// for UTC, so `zone` and the message say when that is not known. `timestamp` counts microseconds,
// which the CSV importer computes by itself; `time_ns` has the rest. That importer drops years
// before 1700 and only logs it, so the CSV leaves them out (timeline.h). Source:
// timesketch/lib/utils.py (read_and_validate_jsonl, read_and_validate_csv).

#include "discern/json.h"
#include "timeline/civil_time.h"
#include "timeline/event_loop.h"
#include "timeline/event_words.h"
#include "timeline/mactime_row.h"
#include "timeline/writers.h"

namespace discern {
namespace {

// 2003-01-15T17:00:00.120000+00:00
std::string utc_text(const EntryTime& time) {
  const EventClock clock = clock_of(time);
  std::string text = iso_date(clock.seconds);
  text.back() = '.';
  const std::string fraction = std::to_string(1'000'000 + clock.nanoseconds / 1000);
  return text + fraction.substr(1) + "+00:00";
}

// Always begins with the path, so never reads as one of the words that pandas takes for "nothing".
std::string message_of(const Entry& entry, const EntryTime& time) {
  std::string text = entry.path + name_suffix(entry);
  if (const std::string remarks = time_remarks(time); !remarks.empty())
    text += " [" + remarks + "]";
  return text;
}

}  // namespace

bool timesketch_csv_takes(const EntryTime& time) {
  // 1700-01-01; the last year of 64 bits of nanoseconds is 2262.
  return is_meaningful(time) && floor_div(time.time_ns, kNsPerSecond) >= -8'520'336'000;
}

void write_timesketch(const Timeline& timeline, std::ostream& out) {
  TextOutput lines(out);
  for_each_event(timeline, is_meaningful, [&](const Entry& entry, const EntryTime& time, Event) {
    JsonWriter json(lines.text);
    json.begin_object()
        .field("message", show_name(message_of(entry, time)).text)
        .field("datetime", utc_text(time))
        .field("timestamp", floor_div(time.time_ns, 1000))
        .field("timestamp_desc", timestamp_description(time.kind))
        .field("time_ns", time.time_ns)
        .field("data_type", "discern:timeline:event")
        .field("filename", show_name(entry.path).text)
        .field("inode", show_name(entry.id).text)
        .field("size", entry.size)
        .field("state", name_of(entry.state))
        .field("precision", name_of(time.precision))
        .field("zone", name_of(time.zone))
        .field("validity", name_of(time.validity))
        .field("source_system", entry.source)
        .end_object();
    lines.end_line();
  });
}

void write_timesketch_csv(const Timeline& timeline, std::ostream& out) {
  TextOutput lines(out);
  lines.text +=
      "message,datetime,timestamp_desc,time_ns,filename,inode,size,state,precision,zone,validity";
  lines.end_line();
  for_each_event(
      timeline, timesketch_csv_takes, [&](const Entry& entry, const EntryTime& time, Event) {
        std::string& line = lines.text;
        append_quoted(line, message_of(entry, time));
        line += ',';
        line += utc_text(time);
        line += ',';
        line += timestamp_description(time.kind);
        line += ',';
        append_number(line, time.time_ns);
        line += ',';
        append_quoted(line, entry.path);
        line += ',';
        append_quoted(line, entry.id);
        line += ',';
        append_number(line, entry.size);
        for (const std::string_view word : {name_of(entry.state), name_of(time.precision),
                                            name_of(time.zone), name_of(time.validity)}) {
          line += ',';
          line += word;
        }
        lines.end_line();
      });
}

}  // namespace discern
