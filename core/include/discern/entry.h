// SPDX-License-Identifier: Apache-2.0
// What a file system walker delivers: one record per directory entry.
#ifndef DISCERN_ENTRY_H
#define DISCERN_ENTRY_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"

namespace discern {

enum class Precision { ns, ns100, ms10, s1, s2, day1 };
// utc: the file system stores UTC. recorded_offset: an offset stands beside the time and was
// applied. assumed: an option named the zone. unknown: local time of an unknown clock; time_ns
// is the clock's reading as if it were UTC, not shifted.
enum class Zone { utc, recorded_offset, assumed, unknown };
enum class Validity { ok, zero, invalid_field, dst_gap, dst_fold, out_of_range };
enum class TimeKind {
  modified,
  accessed,
  changed,
  created,
  volume_created,
  volume_modified,
  volume_effective,
  session_written
};
enum class EntryState { allocated, deleted, reallocated, orphan, hidden_by_session };

std::string_view name_of(Precision value);   // "ns" "100ns" "10ms" "1s" "2s" "1day"
std::string_view name_of(Zone value);        // "utc" "recorded_offset" "assumed" "unknown"
std::string_view name_of(Validity value);    // "ok" "zero" "invalid_field" ...
std::string_view name_of(TimeKind value);    // "modified" "accessed" "changed" "created" ...
std::string_view name_of(EntryState value);  // "allocated" "deleted" "reallocated" "orphan" ...

// One time of an entry. time_ns counts from 1970-01-01 and is meaningful when validity is ok,
// dst_*.
struct EntryTime {
  TimeKind kind = TimeKind::modified;
  std::int64_t time_ns = 0;
  Precision precision = Precision::s1;
  Zone zone = Zone::unknown;
  Validity validity = Validity::ok;
  std::vector<std::byte> raw = {};  // as on disk, when the walker sees it
};

// Consecutive bytes of a file on the view. Sparse parts have no view offset.
struct Run {
  std::uint64_t file_offset = 0;
  std::uint64_t length = 0;
  std::optional<std::uint64_t> view_offset = {};
};

struct Entry {
  std::string path;       // bytes as found, '/' separated, starting with '/'
  std::string id;         // meta address in TSK's form: "5", "12-128-3"
  char type = 'r';        // r regular, d directory, l link, v virtual, b c p s as in TSK
  std::string mode = {};  // "r/rrwxrwxrwx" as TSK prints it
  std::uint64_t size = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  EntryState state = EntryState::allocated;
  std::vector<EntryTime> times = {};
  std::vector<Run> runs = {};
  std::string link_target = {};
  std::string source = {};  // "libtsk fat12"
  std::uint64_t volume_start = 0;
};

// Called for each entry in walking order; returning false stops.
using EntrySink = std::function<bool(Entry&& entry)>;

}  // namespace discern

#endif
