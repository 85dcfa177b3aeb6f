// SPDX-License-Identifier: Apache-2.0
// report.json, the canonical report: everything but the single events, which are in
// timeline.jsonl. All that depends on the run and not on the evidence is in `run`.

#include <algorithm>
#include <array>
#include <ostream>

#include "discern/object_name.h"
#include "report/records.h"
#include "report/report_id.h"
#include "report/reproduction.h"
#include "report/summary.h"
#include "report/writers.h"

namespace discern {
namespace {

void add_run(JsonWriter& json, const RunRecord& run) {
  json.key("run").begin_object().key("arguments").begin_array();
  for (const std::string& argument : run.arguments) json.value(argument);
  json.end_array().field("working_folder", run.working_folder).field("started", run.started);
  json.field("finished", run.finished).field("host", run.host).field("system", run.system);
  json.field("user", run.user).key("versions").begin_object();
  for (const auto& [name, version] : run.versions) json.field(name, version);
  json.end_object().field("locale", run.locale).field("cpu", run.cpu);
  json.field("clock", run.clock).field("program_sha256", run.program_sha256);
  json.field("self_test", run.self_test).field("previous_entry", run.previous_entry);
  json.field("sandbox", run.sandbox);
  json.end_object();
}

void add_case(JsonWriter& json, const Examination& examination) {
  const CaseData& data = examination.data;
  json.key("case").begin_object();
  add_name(json, "number", data.case_number);
  add_name(json, "exhibit", data.evidence_number);
  add_name(json, "examiner", data.examiner);
  add_name(json, "organisation", data.organisation);
  json.end_object();
  const auto damage = container_damage(examination);
  json.key("result").begin_object().field("data", name_of(conclusion_of(examination)));
  json.field("container", damage.empty() ? "no damage found" : "damaged");
  json.field("container_findings", damage.size()).end_object();
}

void add_media(JsonWriter& json, const Image& image) {
  const View& view = image.main_view();
  json.key("media").begin_object().field("sector_size", view.sector_size);
  json.field("sectors", view.source->size() / view.sector_size);
  json.field("size", view.source->size()).key("layers").begin_array();
  for (const EvidenceFile& file : image.files) json.value("file:" + show_name(file.name()).text);
  for (const View& each : image.views) json.value(object_name(each));
  json.end_array().end_object();
}

// Group 5: what the digests below were computed of and with.
void add_hashing(JsonWriter& json, const Examination& examination) {
  json.key("hashing").begin_object().key("implementation").begin_object();
  for (const auto& [name, version] : examination.run.versions)
    if (name == "OpenSSL" || name == "discern") json.field(name, version);
  json.end_object().key("objects").begin_array();
  for (const DigestSet& set : examination.digests) {
    std::uint32_t sector = 512;
    for (const View& view : examination.image->views)
      if (object_name(view) == set.object) sector = view.sector_size;
    const std::uint64_t bad = total_length(set.bad);
    json.begin_object();
    add_name(json, "object", set.object);
    json.field("bytes", set.size).field("bytes_read", set.size - std::min(bad, set.size));
    json.field("sector_size", sector).field("sectors", set.size / sector).end_object();
  }
  json.end_array().end_object();
}

void add_unread(JsonWriter& json, const Examination& examination) {
  json.key("unread").begin_array();
  for (const DigestSet& set : examination.digests) {
    if (!set.same_as.empty()) continue;
    for (const ByteRange& bad : set.bad) {
      json.begin_object();
      add_name(json, "object", set.object);
      json.field("offset", bad.offset).field("length", bad.length);
      json.field("kind", "not readable").field("fill", "zeros").field("in_digests", true);
      json.end_object();
    }
  }
  json.end_array();
}

// Group 8: references by pieces. The digests themselves are in the reference's file.
// The tree from which `discern prove` leads single files to one root.
void add_tree(JsonWriter& json, const Examination& examination) {
  json.key("tree");
  if (!examination.tree) {
    json.null();
    return;
  }
  const PieceTree& tree = *examination.tree;
  json.begin_object().field("object", tree.object).field("algorithm", "sha256");
  json.field("size", tree.size).field("piece", tree.piece);
  json.field("leaves", tree.leaves.size()).field("root", tree.root).end_object();
}

// What hash sets say of the files; each file is in entries.jsonl.
void add_hash_sets(JsonWriter& json, const Examination& examination) {
  std::size_t known = 0;
  std::size_t notable = 0;
  for (const DigestSet& set : examination.entry_digests) {
    known += standing_of(set) == "known";
    notable += standing_of(set) == "notable";
  }
  json.key("hash_sets").begin_object().key("files").begin_array();
  for (const HashSetFile& file : examination.hash_sets) {
    json.begin_object();
    add_name(json, "path", file.path);
    json.field("standing", file.notable ? "notable" : "known").end_object();
  }
  json.end_array().field("entries", examination.entry_digests.size()).field("known", known);
  json.field("notable", notable).end_object();
}

void add_pieces(JsonWriter& json, const Examination& examination) {
  json.key("pieces").begin_array();
  for (const Verification& row : examination.verifications) {
    if (!row.range && row.expected.find(" piece") == std::string::npos) continue;
    json.begin_object();
    add_fields(json, row);
    json.end_object();
  }
  json.end_array();
}

void add_reproduction(JsonWriter& json, const Examination& examination) {
  json.key("reproduction")
      .begin_object()
      .field("script", "verify.sh")
      .key("commands")
      .begin_array();
  const auto command = [&](const std::string& object, const std::string& text, bool stock) {
    json.begin_object();
    add_name(json, "object", object);
    add_name(json, "command", text);
    json.field("stock_programs", stock).end_object();
  };
  for (const EvidenceFile& file : examination.image->files)
    command("file:" + file.name(), "cat -- " + shell_quoted(file.path()), true);
  for (const View& view : examination.image->views) {
    const Reproduction made = reproduction_of(*examination.image, view);
    command(object_name(view), made.command, made.stock);
  }
  json.end_array().end_object();
}

void add_limitations(JsonWriter& json, const Examination& examination, const CaseSummary& summary) {
  json.key("limitations").begin_array();
  json.value(
      "MD5, SHA-1 and CRC-32 are for comparison with older records: different contents with equal "
      "values can be made on purpose; rely on SHA-256");
  const bool strong = std::any_of(examination.verifications.begin(),
                                  examination.verifications.end(), [](const Verification& row) {
                                    return row.verdict == Outcome::match &&
                                           row.algorithm.starts_with("sha") &&
                                           row.algorithm != "sha1";
                                  });
  if (summary.matches > 0 && !strong) json.value("no reference stronger than SHA-1 was compared");
  if (!summary.unread.empty())
    json.value("zeros stand in the digests for bytes that could not be read");
  if (!examination.searched) json.value("a verification: files were not looked for by structure");
  json.value("what made the image, when, and from what is not shown by digests");
  json.end_array();
}

void add_summary(JsonWriter& json, const CaseSummary& summary) {
  json.key("comparisons").begin_object().field("match", summary.matches);
  json.field("mismatch", summary.mismatches).field("unverifiable", summary.unverifiable);
  json.end_object().key("finding_counts").begin_object().field("damage", summary.damage);
  json.field("warning", summary.warnings).field("note", summary.notes).end_object();
}

void add_file(JsonWriter& json, const EvidenceFile& file) {
  const FileFacts& facts = file.source->facts();
  json.begin_object();
  add_name(json, "path", facts.path);
  json.field("role", file.role).field("size", facts.size);
  json.field("mtime", format_time(facts.mtime_ns, Precision::ns, Zone::utc));
  json.field("ctime", format_time(facts.ctime_ns, Precision::ns, Zone::utc));
  json.field("device", facts.device).field("inode", facts.inode);
  json.field("block_device", facts.block_device);
  if (facts.block_device)
    json.field("logical_sector", facts.logical_sector)
        .field("write_protected", facts.write_protected);
  json.field("access_time_kept", facts.atime_kept).field("opened", "read-only").end_object();
}

void add_view(JsonWriter& json, const Examination& examination, const View& view) {
  json.begin_object();
  add_fields(json, view);
  const std::string object = object_name(view);
  for (const DigestSet& digests : examination.digests)
    if (digests.object == object) add_ranges(json, "bad", digests.bad);
  json.end_object();
}

void add_sectors(JsonWriter& json, const SectorTally& tally) {
  json.begin_object().field("sectors", tally.sectors).field("checked", tally.checked);
  json.field("bad_sync", tally.bad_sync).field("edc_bad", tally.edc_bad);
  json.field("p_bad", tally.p_bad).field("q_bad", tally.q_bad).field("unread", tally.unread);
  json.key("modes").begin_object();
  for (const auto& [mode, count] : tally.modes) json.field(name_of(mode), count);
  json.end_object().key("bad_runs").begin_array();
  for (const SectorTally::BadRun& run : tally.bad_runs)
    json.begin_object()
        .field("first_lba", run.first.value)
        .field("sectors", run.sectors)
        .field("what", run.what)
        .end_object();
  json.end_array().end_object();
}

void add_timeline(JsonWriter& json, const Examination& examination, const CaseSummary& summary) {
  const Timeline& timeline = examination.timeline;
  std::array<std::uint64_t, static_cast<std::size_t>(TimeKind::session_written) + 1> kinds{};
  for (const Event& event : timeline.events)
    ++kinds[static_cast<std::size_t>(timeline.entries[event.entry].times[event.time].kind)];
  const auto time_of = [&](std::size_t i) {
    const EntryTime& time =
        timeline.entries[timeline.events[i].entry].times[timeline.events[i].time];
    return format_time(time.time_ns, time.precision, time.zone);
  };
  json.key("timeline").begin_object().field("view", timeline.view);
  json.field("entries", timeline.entries.size()).field("events", timeline.events.size());
  json.field("undated", timeline.events.size() - summary.dated_events);
  if (summary.dated_events > 0)
    json.field("first", time_of(0)).field("last", time_of(summary.dated_events - 1));
  json.key("kinds").begin_object();
  for (std::size_t kind = 0; kind < kinds.size(); ++kind)
    if (kinds[kind] > 0) json.field(name_of(static_cast<TimeKind>(kind)), kinds[kind]);
  json.end_object().end_object();
}

// An array member whose elements are objects of fields.
template <class Items, class... Before>
void add_all(JsonWriter& json, std::string_view key, const Items& items, const Before&... before) {
  json.key(key).begin_array();
  for (const auto& item : items) {
    json.begin_object();
    add_fields(json, before..., item);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void write_report_json(const Examination& examination, std::ostream& out) {
  const Image& image = *examination.image;
  const CaseSummary summary = summary_of(examination);
  std::string text;
  JsonWriter json(text, 2);
  json.begin_object().field("schema", "discern/report/1");
  json.field("report_id", report_id(examination));
  json.field("verdict", name_of(summary.verdict));
  add_case(json, examination);
  add_summary(json, summary);
  add_name(json, "image", image.path);
  json.field("format", image.format).key("files").begin_array();
  for (const EvidenceFile& file : image.files) add_file(json, file);
  json.end_array().key("views").begin_array();
  for (const View& view : image.views) add_view(json, examination, view);
  json.end_array();
  add_media(json, image);
  add_structure(json, image);
  add_hashing(json, examination);
  add_unread(json, examination);
  add_pieces(json, examination);
  add_tree(json, examination);
  add_hash_sets(json, examination);
  add_all(json, "digests", examination.digests);
  add_all(json, "verifications", examination.verifications);
  add_all(json, "mismatch_areas", examination.mismatch_areas);
  json.key("sectors");
  if (examination.sectors)
    add_sectors(json, *examination.sectors);
  else
    json.null();
  add_all(json, "findings", examination.findings);
  add_timeline(json, examination, summary);
  if (examination.searched)
    add_all(json, "carved", examination.carved, *examination.view);
  else
    json.key("carved").null();
  add_reproduction(json, examination);
  json.key("seals").begin_object().field("manifest", "MANIFEST.sha256");
  json.field("audit_log", "audit.jsonl").field("signature", "MANIFEST.sha256.sig");
  json.field("timestamp", "MANIFEST.sha256.tsr").end_object();
  add_limitations(json, examination, summary);
  add_run(json, examination.run);
  json.end_object();
  text += '\n';
  out << text;
}

}  // namespace discern
