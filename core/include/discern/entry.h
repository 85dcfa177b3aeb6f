// SPDX-License-Identifier: Apache-2.0
// What a file system walker delivers: one record per directory entry.
#ifndef DISCERN_ENTRY_H
#define DISCERN_ENTRY_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"

namespace discern {

enum class Precision { ns, ns100, us1, ms10, s1, s2, day1 };
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
  recorded,   // ISO 9660: when the file's extent was written onto the volume
  backed_up,  // Rock Ridge TF, UDF extended attributes
  expires,
  effective,
  volume_created,
  volume_modified,
  volume_expires,
  volume_effective,
  session_written
};
enum class EntryState { allocated, deleted, reallocated, orphan, hidden_by_session };

std::string_view name_of(Precision value);   // "ns" "100ns" "1us" "10ms" "1s" "2s" "1day"
std::string_view name_of(Zone value);        // "utc" "recorded_offset" "assumed" "unknown"
std::string_view name_of(Validity value);    // "ok" "zero" "invalid_field" ...
std::string_view name_of(TimeKind value);    // "modified" "accessed" "changed" "created" ...
std::string_view name_of(EntryState value);  // "allocated" "deleted" "reallocated" "orphan" ...

// The bytes of a time as they stand on the medium: none, or up to 17 (ISO 9660 descriptor dates).
class RawTime {
 public:
  RawTime() = default;
  RawTime(Bytes bytes) { assign(bytes); }  // NOLINT(google-explicit-constructor)
  RawTime(std::initializer_list<std::byte> bytes) { assign({bytes.begin(), bytes.size()}); }
  operator Bytes() const { return {bytes_.data(), size_}; }  // NOLINT(google-explicit-constructor)
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

 private:
  void assign(Bytes bytes) {
    size_ = static_cast<std::uint8_t>(std::min(bytes.size(), bytes_.size()));
    std::copy_n(bytes.begin(), size_, bytes_.begin());
  }
  std::array<std::byte, 17> bytes_ = {};
  std::uint8_t size_ = 0;
};

// One time of an entry. time_ns counts from 1970-01-01 and is meaningful when validity is ok,
// dst_*.
struct EntryTime {
  TimeKind kind = TimeKind::modified;
  std::int64_t time_ns = 0;
  Precision precision = Precision::s1;
  Zone zone = Zone::unknown;
  Validity validity = Validity::ok;
  RawTime raw = {};  // when the walker sees it
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
  // The runs follow a rule and not the file system: content of a deleted file whose chain is gone.
  bool runs_guessed = false;
  std::uint64_t slack = 0;  // bytes behind the content that its last block or cluster holds
  // Where the record stands on the view that names the entry and holds its times, if it is known.
  std::optional<std::uint64_t> record_offset = {};
  int session = 0;  // of a disc with several, from 1; 0: there is but one
  std::string link_target = {};
  std::string source = {};  // "libtsk ext4"; of our own walkers the name alone: "fat12"
  std::uint64_t volume_start = 0;
};

// Called for each entry in walking order; returning false stops.
using EntrySink = std::function<bool(Entry&& entry)>;

}  // namespace discern

#endif
