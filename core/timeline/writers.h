// SPDX-License-Identifier: Apache-2.0
// The writers behind the rows of timeline_writers().
#ifndef DISCERN_TIMELINE_WRITERS_H
#define DISCERN_TIMELINE_WRITERS_H

#include <iosfwd>

#include "discern/timeline.h"

namespace discern {

void write_jsonl(const Timeline& timeline, std::ostream& out);
void write_body(const Timeline& timeline, std::ostream& out);
void write_csv(const Timeline& timeline, std::ostream& out);
void write_mactime(const Timeline& timeline, std::ostream& out);
void write_l2tcsv(const Timeline& timeline, std::ostream& out);
void write_tln(const Timeline& timeline, std::ostream& out);
void write_l2ttln(const Timeline& timeline, std::ostream& out);
void write_timesketch(const Timeline& timeline, std::ostream& out);
void write_timesketch_csv(const Timeline& timeline, std::ostream& out);
void write_dfxml(const Timeline& timeline, std::ostream& out);
void write_viewer(const Timeline& timeline, std::ostream& out);

// Which events Timesketch's import of CSV takes.
bool timesketch_csv_takes(const EntryTime& time);

// What The Sleuth Kit puts behind the name in its body lines: " -> target", " (deleted)" ...
std::string name_suffix(const Entry& entry);

}  // namespace discern

#endif
