// SPDX-License-Identifier: Apache-2.0

#include "timeline/writers.h"

#include <algorithm>
#include <array>

#include "timeline/civil_time.h"

namespace discern {

std::span<const TimelineWriter> timeline_writers() {
  static constexpr std::array kWriters{
      TimelineWriter{"jsonl", "JSON Lines, one event a line, nothing left out", "jsonl",
                     write_jsonl},
      TimelineWriter{"csv", "comma-separated, as mactime -d -y writes it", "csv", write_csv},
      TimelineWriter{"mactime", "comma-separated, as mactime -d writes it", "csv", write_mactime},
      TimelineWriter{"body", "bodyfile 3.x for mactime and plaso, one entry a line", "body",
                     write_body},
      TimelineWriter{"l2tcsv", "log2timeline's 17 columns", "csv", write_l2tcsv},
      TimelineWriter{"tln", "TLN: Time|Source|Host|User|Description", "tln", write_tln,
                     is_meaningful},
      TimelineWriter{"l2ttln", "TLN with zone and notes", "tln", write_l2ttln, is_meaningful},
      TimelineWriter{"timesketch", "JSON Lines for Timesketch", "jsonl", write_timesketch,
                     is_meaningful},
      TimelineWriter{"timesketch-csv", "comma-separated, for Timesketch", "csv",
                     write_timesketch_csv, timesketch_csv_takes},
      TimelineWriter{"dfxml", "DFXML 2.0.0-beta.0, one fileobject an entry", "xml", write_dfxml},
      TimelineWriter{"html", "one page to look at, offline", "html", write_viewer},
  };
  return kWriters;
}

const TimelineWriter* find_timeline_writer(std::string_view id) {
  const auto writers = timeline_writers();
  const auto found =
      std::find_if(writers.begin(), writers.end(), [&](const auto& row) { return row.id == id; });
  return found == writers.end() ? nullptr : &*found;
}

std::string name_suffix(const Entry& entry) {
  std::string suffix;
  if (!entry.link_target.empty()) suffix = " -> " + entry.link_target;
  switch (entry.state) {
    case EntryState::allocated:
      break;
    case EntryState::deleted:
    case EntryState::orphan:
      suffix += " (deleted)";
      break;
    case EntryState::reallocated:
      suffix += " (deleted-realloc)";
      break;
    case EntryState::hidden_by_session:  // TSK does not show these
      suffix += " (hidden by a later session)";
      break;
  }
  return suffix;
}

}  // namespace discern
