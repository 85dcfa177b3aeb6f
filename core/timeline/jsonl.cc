// SPDX-License-Identifier: Apache-2.0
// JSON Lines: every field of the `timeline` contract on every line; what does not apply is null.

#include "discern/digest.h"
#include "discern/json.h"
#include "timeline/civil_time.h"
#include "timeline/event_loop.h"
#include "timeline/text_output.h"
#include "timeline/writers.h"

namespace discern {
namespace {

std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

template <class T>
void field_or_null(JsonWriter& json, std::string_view name, const std::optional<T>& value) {
  json.key(name);
  if (value)
    json.value(*value);
  else
    json.null();
}

// Where the entry's first bytes lie: in the view, on the disc, in an evidence file.
void add_place(JsonWriter& json, const Timeline& timeline, const Entry& entry) {
  std::optional<std::uint64_t> offset;
  Location where;
  if (!entry.runs.empty()) offset = entry.runs.front().view_offset;
  if (offset && timeline.source && *offset < timeline.source->source->size())
    where = timeline.source->source->locate(*offset);
  field_or_null(json, "offset", offset);
  field_or_null(json, "lba", where.lba);
  json.key("evidence_file");
  if (where.file.empty())
    json.null();
  else
    json.value(file_name(where.file));
  field_or_null(json, "evidence_offset", where.offset);
}

void add_event(JsonWriter& json, const Timeline& timeline, const Event& event) {
  const Entry& entry = timeline.entries[event.entry];
  const EntryTime& time = entry.times[event.time];
  const bool dated = is_meaningful(time);
  json.begin_object().field("schema", "discern/timeline/1").key("time");
  if (dated)
    json.value(format_time(time.time_ns, time.precision, time.zone));
  else
    json.null();
  json.key("time_ns");
  if (dated)
    json.value(time.time_ns);
  else
    json.null();
  json.field("kind", name_of(time.kind)).field("precision", name_of(time.precision));
  json.field("zone", name_of(time.zone)).field("validity", name_of(time.validity));
  const ShownName shown = show_name(entry.path);
  json.field("path", shown.text);
  if (!shown.clean) json.field("path_hex", to_hex(as_bytes(entry.path)));
  json.field("id", entry.id).field("size", entry.size).field("state", name_of(entry.state));
  json.field("view", timeline.view);
  add_place(json, timeline, entry);
  json.key("raw_hex");
  if (time.raw.empty())
    json.null();
  else
    json.value(to_hex(time.raw));
  json.field("source", entry.source);
  if (event.entry < timeline.digests.size()) {
    const DigestSet& digests = timeline.digests[event.entry];
    for (const Digest& digest : digests.digests) json.field(name_of(digest.algorithm), digest.hex);
    if (!digests.digests.empty()) json.field("bad_bytes", total_length(digests.bad));
  }
  json.end_object();
}

}  // namespace

void write_jsonl(const Timeline& timeline, std::ostream& out) {
  TextOutput lines(out);
  for_each_event(timeline, nullptr, [&](const Entry&, const EntryTime&, const Event& event) {
    JsonWriter json(lines.text);
    add_event(json, timeline, event);
    lines.end_line();
  });
}

}  // namespace discern
