// SPDX-License-Identifier: Apache-2.0
// The words for an entry's enumerations; they are part of the JSON contract.

#include "discern/entry.h"

namespace discern {

std::string_view name_of(Precision value) {
  switch (value) {
    case Precision::ns:
      return "ns";
    case Precision::ns100:
      return "100ns";
    case Precision::us1:
      return "1us";
    case Precision::ms10:
      return "10ms";
    case Precision::s1:
      return "1s";
    case Precision::s2:
      return "2s";
    case Precision::day1:
      return "1day";
  }
  return {};
}

std::string_view name_of(Zone value) {
  switch (value) {
    case Zone::utc:
      return "utc";
    case Zone::recorded_offset:
      return "recorded_offset";
    case Zone::assumed:
      return "assumed";
    case Zone::unknown:
      return "unknown";
  }
  return {};
}

std::string_view name_of(Validity value) {
  switch (value) {
    case Validity::ok:
      return "ok";
    case Validity::zero:
      return "zero";
    case Validity::invalid_field:
      return "invalid_field";
    case Validity::dst_gap:
      return "dst_gap";
    case Validity::dst_fold:
      return "dst_fold";
    case Validity::out_of_range:
      return "out_of_range";
  }
  return {};
}

std::string_view name_of(TimeKind value) {
  switch (value) {
    case TimeKind::modified:
      return "modified";
    case TimeKind::accessed:
      return "accessed";
    case TimeKind::changed:
      return "changed";
    case TimeKind::created:
      return "created";
    case TimeKind::recorded:
      return "recorded";
    case TimeKind::backed_up:
      return "backed_up";
    case TimeKind::expires:
      return "expires";
    case TimeKind::effective:
      return "effective";
    case TimeKind::volume_created:
      return "volume_created";
    case TimeKind::volume_modified:
      return "volume_modified";
    case TimeKind::volume_expires:
      return "volume_expires";
    case TimeKind::volume_effective:
      return "volume_effective";
    case TimeKind::session_written:
      return "session_written";
  }
  return {};
}

std::string_view name_of(EntryState value) {
  switch (value) {
    case EntryState::allocated:
      return "allocated";
    case EntryState::deleted:
      return "deleted";
    case EntryState::reallocated:
      return "reallocated";
    case EntryState::orphan:
      return "orphan";
    case EntryState::hidden_by_session:
      return "hidden_by_session";
  }
  return {};
}

}  // namespace discern
