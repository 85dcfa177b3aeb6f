// SPDX-License-Identifier: Apache-2.0
// The formats of log2timeline and of regripper's timelines.
//
// l2tcsv, 17 columns, quoted as RFC 4180 where needed; an event without a date has 00/00/0000 and
// --:--:--, as plaso writes it:
//
//   date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,filename,inode,
//   notes,format,extra
//
// TLN and L2TTLN, 5 and 7 fields without a header line: the programs that read them take every line
// for an event. Neither has an escape for '|'; \x7c stands for it in names.
//
//   Time|Source|Host|User|Description
//   Time|Source|Host|User|Description|TZ|Notes
//
// All have whole seconds; fractions stand in `extra` and `Notes`, together with precision, zone and
// validity.

#include <array>

#include "timeline/civil_time.h"
#include "timeline/event_loop.h"
#include "timeline/event_words.h"
#include "timeline/mactime_row.h"
#include "timeline/writers.h"

namespace discern {
namespace {

std::string_view base_name(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

void append_field(std::string& line, std::string_view field) {
  if (field.find_first_of(",\"") == std::string_view::npos)
    append_shown(line, field);
  else
    append_quoted(line, field);
}

std::string_view zone_text(const EntryTime& time) {
  return time.zone == Zone::unknown ? "unknown" : "UTC";
}

std::string extra_text(const Entry& entry, const EntryTime& time) {
  std::string text = "size: " + std::to_string(entry.size);
  text += "; state: ";
  text += name_of(entry.state);
  text += "; precision: ";
  text += name_of(time.precision);
  text += "; zone: ";
  text += name_of(time.zone);
  text += "; validity: ";
  text += name_of(time.validity);
  if (is_meaningful(time) && clock_of(time).nanoseconds != 0)
    text += "; time: " + format_time(time.time_ns, time.precision, time.zone);
  return text;
}

// Replaces what would be read as the end of a field.
void append_bar_free(std::string& line, std::string_view text) {
  std::string shown;
  append_shown(shown, text);
  for (const char c : shown) {
    if (c == '|')
      line += "\\x7c";
    else
      line += c;
  }
}

template <class AddTail>
void write_tln_lines(const Timeline& timeline, std::ostream& out, const AddTail& add_tail) {
  TextOutput lines(out);
  for_each_event(timeline, is_meaningful, [&](const Entry& entry, const EntryTime& time, Event) {
    std::string& line = lines.text;
    append_number(line, clock_of(time).seconds);
    line += "|FILE|||";
    line += macb_column(time.kind);
    line += ' ';
    line += timestamp_description(time.kind);
    line += ' ';
    append_bar_free(line, entry.path + name_suffix(entry));
    add_tail(line, entry, time);
    lines.end_line();
  });
}

}  // namespace

void write_l2tcsv(const Timeline& timeline, std::ostream& out) {
  TextOutput lines(out);
  lines.text +=
      "date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,filename,inode,"
      "notes,format,extra";
  lines.end_line();
  for_each_event(timeline, nullptr, [&](const Entry& entry, const EntryTime& time, Event) {
    std::string& line = lines.text;
    if (is_meaningful(time)) {
      const std::string iso = iso_date(clock_of(time).seconds);  // 2001-09-09T01:46:40Z
      const std::string_view text = iso;
      for (const std::string_view part :
           {text.substr(5, 2), std::string_view("/"), text.substr(8, 2), std::string_view("/"),
            text.substr(0, 4), std::string_view(",")})
        line += part;
      line += time.precision == Precision::day1 ? std::string_view("--:--:--") : text.substr(11, 8);
    } else {
      line += "00/00/0000,--:--:--";
    }
    line += ',';
    line += zone_text(time);
    line += ',';
    line += macb_column(time.kind);
    line += ",FILE,";
    append_field(line, entry.source);
    line += ',';
    line += timestamp_description(time.kind);
    line += ",-,-,";
    append_field(line, base_name(entry.path));
    line += ',';
    append_field(line, entry.path + name_suffix(entry));
    line += ",2,";
    append_field(line, entry.path);
    line += ',';
    append_field(line, entry.id);
    line += ',';
    const std::string remarks = time_remarks(time);
    append_field(line, remarks.empty() ? "-" : remarks);
    line += ",discern,";
    append_field(line, extra_text(entry, time));
    lines.end_line();
  });
}

void write_tln(const Timeline& timeline, std::ostream& out) {
  write_tln_lines(timeline, out, [](std::string&, const Entry&, const EntryTime&) {});
}

void write_l2ttln(const Timeline& timeline, std::ostream& out) {
  write_tln_lines(timeline, out, [](std::string& line, const Entry& entry, const EntryTime& time) {
    line += '|';
    line += zone_text(time);
    line += "|id: ";
    append_bar_free(line, entry.id);
    line += "; ";
    line += extra_text(entry, time);
  });
}

}  // namespace discern
