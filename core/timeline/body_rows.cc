// SPDX-License-Identifier: Apache-2.0
// The rows of a body file as mactime lists them (TSK 4.11.1):
//
//   Date,Size,Type,Mode,UID,GID,Meta,File Name
//   2001-09-09T01:46:40Z,10,ma..,r/rrwxrwxrwx,0,0,5,"/a.txt"          -d -y
//   Sun Sep 09 2001 01:46:40,10,ma..,r/rrwxrwxrwx,0,0,5,"/a.txt"      -d
//
// What is on purpose unlike mactime: csv.cc and body_file.cc. Columns are text as it stands in the
// body file, with control characters and invalid UTF-8 shown as \xNN.

#include "discern/body_file.h"
#include "timeline/civil_time.h"
#include "timeline/mactime_row.h"

namespace discern {

void write_body_rows(const BodyTimeline& body, bool iso, const TimeZone& zone, std::ostream& out) {
  TextOutput lines(out);
  lines.text += kMactimeHeader;
  lines.end_line();
  std::string date;
  std::int64_t date_of = 0;
  // Lines come in no order of memory: without fetching ahead, waiting for them is half of the time.
  constexpr std::size_t kAhead = 12;
  for (std::size_t i = 0; i < body.rows.size(); ++i) {
    if (i + 2 * kAhead < body.rows.size()) {
      __builtin_prefetch(&body.lines[body.rows[i + 2 * kAhead].line]);
      const char* const text = body.lines[body.rows[i + kAhead].line].text.data();
      __builtin_prefetch(text);
      __builtin_prefetch(text + 64);
    }
    const BodyTimeline::Row& row = body.rows[i];
    if (date.empty() || row.seconds != date_of) {
      date_of = row.seconds;
      if (row.seconds == BodyTimeline::kUndated)
        date = iso ? kNoIsoDate : kNoMactimeDate;
      else
        date =
            iso ? iso_date(row.seconds) : mactime_date(row.seconds + zone.offset_at(row.seconds));
    }
    const BodyTimeline::Line& line = body.lines[row.line];
    std::array<std::string_view, 5> columns;  // id, mode, uid, gid, size
    std::string_view rest = line.rest();
    for (std::string_view& column : columns) {
      const std::size_t bar = std::min(rest.find('|'), rest.size());
      column = rest.substr(0, bar);
      rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
    std::string& text = lines.text;
    text += date;
    text += ',';
    append_shown(text, columns[4]);
    text += {',',
             row.kinds & 1 ? 'm' : '.',
             row.kinds & 2 ? 'a' : '.',
             row.kinds & 4 ? 'c' : '.',
             row.kinds & 8 ? 'b' : '.',
             ','};
    append_shown(text, columns[1]);
    text += ',';
    append_shown(text, columns[2]);
    text += ',';
    append_shown(text, columns[3]);
    text += ',';
    append_shown(text, columns[0]);
    text += ',';
    if (line.name().find("\\|") == std::string_view::npos)
      append_quoted(text, line.name());
    else
      append_quoted(text, body_name(line.name()));
    lines.end_line();
  }
}

}  // namespace discern
