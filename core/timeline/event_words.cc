// SPDX-License-Identifier: Apache-2.0
#include "timeline/event_words.h"

#include "timeline/civil_time.h"

namespace discern {

// Sources: plaso/lib/definitions.py for the words; log2timeline's MACB column for the letters.
std::string timestamp_description(TimeKind kind) {
  switch (kind) {
    case TimeKind::modified:
      return "Content Modification Time";
    case TimeKind::accessed:
      return "Last Access Time";
    case TimeKind::changed:
      return "Metadata Modification Time";
    case TimeKind::created:
      return "Creation Time";
    default: {
      // "volume_effective" -> "Volume Effective Time"
      std::string words(name_of(kind));
      bool start = true;
      for (char& c : words) {
        if (start && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        start = c == '_';
        if (start) c = ' ';
      }
      return words + " Time";
    }
  }
}

std::string_view macb_column(TimeKind kind) {
  switch (kind) {
    case TimeKind::modified:
    case TimeKind::volume_modified:
      return "M...";
    case TimeKind::accessed:
      return ".A..";
    case TimeKind::changed:
      return "..C.";
    case TimeKind::created:
    case TimeKind::volume_created:
      return "...B";
    default:
      return "....";
  }
}

EventClock clock_of(const EntryTime& time) {
  const std::int64_t seconds = floor_div(time.time_ns, kNsPerSecond);
  return {seconds, time.time_ns - seconds * kNsPerSecond};
}

std::string time_remarks(const EntryTime& time) {
  std::string text;
  const auto add = [&](std::string_view word, std::string_view value) {
    if (!text.empty()) text += ", ";
    text += word;
    text += ' ';
    text += value;
  };
  if (time.precision == Precision::s2 || time.precision == Precision::day1)
    add("precision", name_of(time.precision));
  if (time.zone != Zone::utc) add("zone", name_of(time.zone));
  if (time.validity != Validity::ok) add("validity", name_of(time.validity));
  return text;
}

}  // namespace discern
