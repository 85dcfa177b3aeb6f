// SPDX-License-Identifier: Apache-2.0
// The causes are those of libtsk 4.11.1, each seen in its source or reproduced; numbers are of
// issues at github.com/sleuthkit/sleuthkit.
#include "cross_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "discern/timeline.h"

namespace discern::cli {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kYear2038 = 2'145'916'800 * kSecond;

bool is_fat(const Entry& entry) { return entry.source.find("fat") != std::string::npos; }
bool is_iso(const Entry& entry) { return entry.source.find("iso9660") != std::string::npos; }
bool has_rock_ridge(const Entry& entry) {
  return entry.mode != "r/r---------" && entry.mode != "d/d---------";
}

const EntryTime* time_of(const Entry& entry, TimeKind kind) {
  const auto time = std::ranges::find(entry.times, kind, &EntryTime::kind);
  return time == entry.times.end() ? nullptr : &*time;
}

std::string text_of(const EntryTime* time) {
  if (!time) return "none";
  if (time->validity != Validity::ok) return std::string(name_of(time->validity));
  return format_time(time->time_ns, Precision::ns, time->zone);
}

std::string text_of(const std::vector<Run>& runs) {
  std::string text;
  for (const Run& run : runs)
    text += (text.empty() ? "" : " ") +
            (run.view_offset ? std::to_string(*run.view_offset) : std::string("hole")) + "+" +
            std::to_string(run.length);
  return text.empty() ? "nowhere" : text;
}

// Neighbours joined.
std::vector<Run> joined(const std::vector<Run>& runs) {
  std::vector<Run> result;
  for (const Run& run : runs) {
    Run* const last = result.empty() ? nullptr : &result.back();
    if (last && last->view_offset && run.view_offset &&
        *last->view_offset + last->length == *run.view_offset)
      last->length += run.length;
    else
      result.push_back(run);
  }
  return result;
}

// What a time of ours is called by libtsk.
TimeKind kind_in_tsk(TimeKind kind) {
  return kind == TimeKind::recorded ? TimeKind::created : kind;
}

std::string cause_of_time(const Entry& ours, const EntryTime& time, const EntryTime* theirs) {
  const bool dated = theirs && theirs->validity == Validity::ok;
  if (is_fat(ours)) {
    if (time.validity == Validity::invalid_field)
      return "libtsk rolls impossible dates over or makes them 0";
    if (time.validity == Validity::ok && time.time_ns >= kYear2038 && !dated)
      return "libtsk makes 0 of years from 2038 on";
    const Bytes raw = time.raw;
    if (time.kind == TimeKind::created && dated && raw.size() == 5 && raw[0] == std::byte{100} &&
        time.time_ns - theirs->time_ns == kSecond)
      return "#2663: 100 units of 10 ms are one second";
  }
  if (is_iso(ours)) {
    if (time.kind == TimeKind::recorded && dated && time.zone == Zone::recorded_offset &&
        (time.time_ns - theirs->time_ns) % (900 * kSecond) == 0)
      return "libtsk ignores the recorded offset from GMT";
    if (time.kind != TimeKind::recorded) return "libtsk reads no times of Rock Ridge";
  }
  return {};
}

void compare_times(const Entry& ours, const Entry& theirs, std::vector<Difference>& differences) {
  for (const EntryTime& time : ours.times) {
    const EntryTime* const other = time_of(theirs, kind_in_tsk(time.kind));
    // Rock Ridge's creation has no place in libtsk, which has the recording date there.
    const bool recorded_there = is_iso(ours) && time.kind == TimeKind::created;
    const bool dated = time.validity == Validity::ok;
    const bool dated_there = other && other->validity == Validity::ok && !recorded_there;
    if (dated == dated_there && (!dated || time.time_ns == other->time_ns) &&
        time.validity != Validity::invalid_field)
      continue;
    differences.push_back({ours.path, ours.id,
                           std::string(name_of(time.kind)) + ": " + text_of(&time) + " here, " +
                               text_of(recorded_there ? nullptr : other) + " by libtsk",
                           cause_of_time(ours, time, recorded_there ? nullptr : other)});
  }
}

std::string cause_of_place(const Entry& ours, const Entry& theirs, const std::string& extents) {
  if (is_iso(ours) && ours.type == 'd') return "libtsk takes the directory of the Joliet tree";
  if (is_fat(ours) && ours.state != EntryState::allocated && ours.runs.empty() &&
      theirs.runs.size() == 1)
    return "libtsk takes the first cluster, although another file has it or too few free ones "
           "follow";
  return extents;
}

void compare(const Entry& ours, const Entry& theirs, std::vector<Difference>& differences) {
  const auto differ = [&](const char* field, const std::string& here, const std::string& there,
                          std::string cause) {
    if (here != there)
      differences.push_back({ours.path, ours.id,
                             std::string(field) + ": " + here + " here, " + there + " by libtsk",
                             std::move(cause)});
  };
  const bool lists_as_orphan = theirs.path.starts_with("/$OrphanFiles/OrphanFile-");
  const std::string rock_ridge =
      is_iso(ours) && has_rock_ridge(ours) ? "libtsk does not use Rock Ridge" : "";
  const std::string second_tree = is_iso(ours) && lists_as_orphan
                                      ? "libtsk lists what only a second tree has as an orphan"
                                      : "";
  const std::string either = !second_tree.empty() ? second_tree : rock_ridge;
  differ("path", ours.path, theirs.path, either);
  differ("type", std::string(1, ours.type), std::string(1, theirs.type), either);
  const bool part = is_iso(ours) && theirs.size < ours.size && ours.type == 'r';
  const std::string extents = part ? "libtsk lists each extent of a file as one of its own" : "";
  differ("size", std::to_string(ours.size), std::to_string(theirs.size), extents);
  differ("link", ours.link_target, theirs.link_target, rock_ridge);
  const auto gone = [](const Entry& entry) { return entry.state != EntryState::allocated; };
  differ("state", gone(ours) ? "not allocated" : "allocated",
         gone(theirs) ? "not allocated" : "allocated", second_tree);
  differ("place", text_of(joined(ours.runs)), text_of(joined(theirs.runs)),
         cause_of_place(ours, theirs, extents));
  compare_times(ours, theirs, differences);
}

std::string cause_of_ours_alone(const Entry& entry) {
  if (entry.source == "udf") return "#490: libtsk reads no UDF";
  if (entry.state == EntryState::hidden_by_session) return "libtsk reads one session";
  if (is_fat(entry)) {
    const std::string_view name =
        std::string_view(entry.path).substr(entry.path.find_last_of('/') + 1);
    if (std::ranges::any_of(name, [](char c) {
          return static_cast<unsigned char>(c) < 0x20 ||
                 std::string_view("|\"*+,;<=>?[]:").find(c) != std::string_view::npos;
        }))
      return "libtsk takes 8.3 names with such characters for no names";
    if (entry.size == 0 && std::ranges::all_of(entry.times, [](const EntryTime& time) {
          return time.validity == Validity::zero;
        }))
      return "libtsk takes a slot with no times and no content for an unused one";
  }
  if (is_iso(entry))
    return "libtsk knows one directory tree, and what it can number in a second one";
  return {};
}

std::string cause_of_theirs_alone(const Entry& entry, bool id_is_known, bool path_is_known) {
  if (is_iso(entry)) {
    if (path_is_known) return "libtsk lists each extent of a file as one of its own";
    if (entry.path.starts_with("/$OrphanFiles"))
      return "libtsk takes empty files of a second directory tree for orphans";
  } else if (is_fat(entry) && id_is_known) {
    return "libtsk lists the rest of a directory under each deleted name that led to it";
  }
  return {};
}

using Key = std::tuple<std::uint64_t, std::string, std::string>;
Key key_of(const Entry& entry, bool with_path) {
  return {entry.volume_start, entry.id, with_path ? entry.path : std::string()};
}

}  // namespace

bool CrossCheck::explained() const {
  return std::ranges::none_of(differences,
                              [](const Difference& each) { return each.cause.empty(); });
}

CrossCheck cross_check(const std::vector<Entry>& ours, const std::vector<Entry>& by_tsk) {
  CrossCheck result;
  std::vector<const Entry*> left;
  for (const Entry& entry : ours)
    if (!(is_iso(entry) && entry.type == 'v')) left.push_back(&entry);
  // What libtsk makes up, and only it: the folder of orphans of a disc.
  std::vector<bool> taken(by_tsk.size());
  for (std::size_t i = 0; i < by_tsk.size(); ++i)
    taken[i] = is_iso(by_tsk[i]) && by_tsk[i].path == "/$OrphanFiles";
  std::set<Key> ids;
  std::set<std::string> paths;
  for (const bool with_path : {true, false}) {
    std::multimap<Key, std::size_t> theirs;
    for (std::size_t i = 0; i < by_tsk.size(); ++i)
      if (!taken[i]) theirs.emplace(key_of(by_tsk[i], with_path), i);
    std::vector<const Entry*> alone;
    for (const Entry* const entry : left) {
      ids.insert(key_of(*entry, false));
      paths.insert(entry->path);
      const auto found = theirs.find(key_of(*entry, with_path));
      if (found == theirs.end()) {
        alone.push_back(entry);
        continue;
      }
      ++result.compared;
      compare(*entry, by_tsk[found->second], result.differences);
      taken[found->second] = true;
      theirs.erase(found);
    }
    left = std::move(alone);
  }
  for (const Entry* const entry : left)
    result.differences.push_back(
        {entry->path, entry->id, "not listed by libtsk", cause_of_ours_alone(*entry)});
  for (std::size_t i = 0; i < by_tsk.size(); ++i)
    if (!taken[i])
      result.differences.push_back(
          {by_tsk[i].path, by_tsk[i].id, "listed by libtsk alone",
           cause_of_theirs_alone(by_tsk[i], ids.contains(key_of(by_tsk[i], false)),
                                 paths.contains(by_tsk[i].path))});
  return result;
}

}  // namespace discern::cli
