// SPDX-License-Identifier: Apache-2.0
// Lines of body files as entries. Local times of FAT and ISO 9660 look the same as UTC there, so
// the zone of every time is unknown.

#include <charconv>

#include "discern/body_file.h"
#include "timeline/civil_time.h"
#include "timeline/name_state.h"

namespace discern {
namespace {

// A fraction of n digits is known to that precision; entries know these steps.
Precision precision_of(const BodyTime& time) {
  if (time.nanoseconds == 0) return Precision::s1;
  if (time.nanoseconds % 10'000'000 == 0) return Precision::ms10;
  return time.nanoseconds % 100 == 0 ? Precision::ns100 : Precision::ns;
}

EntryTime entry_time(TimeKind kind, const BodyTime& time) {
  EntryTime made{kind, 0, precision_of(time), Zone::unknown};
  if (time.none())
    made.validity = Validity::zero;
  else if (!time.in_range || __builtin_mul_overflow(time.seconds, kNsPerSecond, &made.time_ns) ||
           __builtin_add_overflow(made.time_ns, time.nanoseconds, &made.time_ns))
    made = {kind, 0, made.precision, Zone::unknown, Validity::out_of_range};
  return made;
}

template <class Number>
bool set_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

NameState take_name_apart(std::string name, std::string_view mode) {
  static constexpr std::pair<std::string_view, EntryState> kSuffixes[] = {
      {" (deleted)", EntryState::deleted},
      {" (deleted-realloc)", EntryState::reallocated},
      {" (hidden by a later session)", EntryState::hidden_by_session},
  };
  NameState parts;
  for (const auto& [suffix, state] : kSuffixes) {
    if (!name.ends_with(suffix)) continue;
    parts.state = state;
    name.resize(name.size() - suffix.size());
    break;
  }
  if (parts.state == EntryState::deleted && name.find("/$OrphanFiles/") != std::string::npos)
    parts.state = EntryState::orphan;
  if (const std::size_t arrow = name.find(" -> ");
      mode.starts_with('l') && arrow != std::string::npos) {
    parts.link_target = name.substr(arrow + 4);
    name.resize(arrow);
  }
  parts.path = std::move(name);
  return parts;
}

std::vector<Entry> body_entries(const BodyTimeline& body, const std::string& file,
                                Findings& findings) {
  std::vector<Entry> entries;
  entries.reserve(body.lines.size());
  std::uint64_t not_numbers = 0;
  for (const BodyTimeline::Line& line : body.lines) {
    const auto fields = split_body_line(line.text);
    if (!fields) continue;  // the evidence changed under our feet
    Entry& entry = entries.emplace_back();
    NameState parts = take_name_apart(body_name(fields->name), fields->mode);
    entry.path = std::move(parts.path);
    entry.link_target = std::move(parts.link_target);
    entry.state = parts.state;
    entry.id = fields->id;
    entry.mode = fields->mode;
    entry.type = fields->mode.empty() ? '-' : fields->mode.front();
    entry.source = "body file";
    const bool numbers = set_number(fields->size, entry.size) &&
                         set_number(fields->uid, entry.uid) && set_number(fields->gid, entry.gid);
    if (!numbers && ++not_numbers == 1)
      findings.push_back({"body.not-a-number", Severity::warning, Place{.file = file},
                          "size, UID or GID of " + show_name(entry.path).text +
                              " is no number and left at 0; csv has it as it stands"});
    for (std::size_t i = 0; i < fields->times.size(); ++i)
      entry.times.push_back(entry_time(static_cast<TimeKind>(i), fields->times[i]));
  }
  if (not_numbers > 1)
    findings.push_back({"body.not-a-number", Severity::warning, Place{.file = file},
                        std::to_string(not_numbers - 1) + " more lines have such fields"});
  return entries;
}

}  // namespace discern
