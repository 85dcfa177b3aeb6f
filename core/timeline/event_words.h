// SPDX-License-Identifier: Apache-2.0
// What other timeline programs call the kinds of times.
#ifndef DISCERN_TIMELINE_EVENT_WORDS_H
#define DISCERN_TIMELINE_EVENT_WORDS_H

#include <string>
#include <string_view>

#include "discern/timeline.h"

namespace discern {

// plaso's words: "Creation Time", "Content Modification Time" ...; ours where it has none.
std::string timestamp_description(TimeKind kind);

// "M...", ".A..", "..C.", "...B"; "...." for kinds that are none of these.
std::string_view macb_column(TimeKind kind);

// Clock readings of an event: whole seconds rounded down, and what is left.
struct EventClock {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
};
EventClock clock_of(const EntryTime& time);

// "precision 2s, zone unknown": what a time of day alone does not say; empty when there is nothing
// to say of it.
std::string time_remarks(const EntryTime& time);

}  // namespace discern

#endif
