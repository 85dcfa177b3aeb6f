// SPDX-License-Identifier: Apache-2.0

#include "report/records.h"

#include "discern/hash_set.h"

namespace discern {
namespace {

template <class T>
void field_or_null(JsonWriter& json, std::string_view name, const std::optional<T>& value) {
  json.key(name);
  if (value)
    json.value(*value);
  else
    json.null();
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

void add_track(JsonWriter& json, const Track& track) {
  json.begin_object().field("number", track.number).field("mode", name_of(track.mode));
  json.field("first_lba", track.first.value).field("sectors", track.sectors);
  json.field("pregap", track.pregap).field("pregap_stored", track.pregap_stored);
  json.key("indexes").begin_array();
  for (const Lba index : track.indexes) json.value(index.value);
  json.end_array().key("flags").begin_array();
  for (const std::string& flag : track.flags) json.value(flag);
  json.end_array().field("isrc", track.isrc).end_object();
}

void add_disc(JsonWriter& json, const Disc& disc) {
  json.begin_object().field("source", disc.source).field("catalog", disc.catalog);
  json.key("sessions").begin_array();
  for (const Session& session : disc.sessions) {
    json.begin_object().field("number", session.number).key("tracks").begin_array();
    for (const Track& track : session.tracks) add_track(json, track);
    json.end_array().end_object();
  }
  json.end_array();
  json.key("cd_text").begin_array();
  for (const CdText& text : disc.cd_text)
    json.begin_object()
        .field("track", text.track)
        .field("language", text.language)
        .field("field", text.field)
        .field("text", text.text)
        .end_object();
  json.end_array().end_object();
}

}  // namespace

void add_name(JsonWriter& json, std::string_view key, std::string_view name) {
  const ShownName shown = show_name(name);
  json.field(key, shown.text);
  if (!shown.clean) json.field(std::string(key) + "_hex", to_hex(as_bytes(name)));
}

void add_ranges(JsonWriter& json, std::string_view key, std::span<const ByteRange> ranges) {
  json.key(key).begin_array();
  for (const ByteRange& range : ranges)
    json.begin_object().field("offset", range.offset).field("length", range.length).end_object();
  json.end_array();
}

void add_fields(JsonWriter& json, const View& view) {
  json.field("name", view.name).field("size", view.source->size());
  json.field("sector_size", view.sector_size).key("first_lba");
  if (view.first_lba)
    json.value(view.first_lba->value);
  else
    json.null();
  json.field("derivation", view.derivation);
  add_ranges(json, "holes", view.holes);
}

void add_fields(JsonWriter& json, const DigestSet& digests) {
  add_name(json, "object", digests.object);
  if (!digests.of.empty()) add_name(json, "of", digests.of);
  json.field("offset", digests.offset).field("size", digests.size);
  json.field("bad_bytes", total_length(digests.bad));
  for (const Digest& digest : digests.digests) json.field(name_of(digest.algorithm), digest.hex);
  if (!digests.same_as.empty()) add_name(json, "same_as", digests.same_as);
  if (!digests.not_hashed.empty()) json.field("not_hashed", digests.not_hashed);
  if (!digests.similarity.empty()) {
    json.key("similarity").begin_array();
    for (const SimilarityDigest& each : digests.similarity)
      json.begin_object().field("kind", each.kind).field("value", each.value).end_object();
    json.end_array();
  }
  if (digests.marks.empty()) return;
  json.field("standing", standing_of(digests)).key("hash_sets").begin_array();
  for (const SetMark& mark : digests.marks) {
    json.begin_object();
    add_name(json, "set", mark.set);
    json.field("standing", mark.notable ? "notable" : "known");
    json.field("algorithm", name_of(mark.algorithm));
    add_name(json, "name", mark.name);
    json.end_object();
  }
  json.end_array();
}

void add_fields(JsonWriter& json, const Verification& verification) {
  add_name(json, "object", verification.object);
  json.field("check", verification.check).field("expected", verification.expected);
  json.field("computed", verification.computed);
  add_name(json, "source", verification.source);
  json.field("verdict", name_of(verification.verdict));
  if (!verification.algorithm.empty()) json.field("algorithm", verification.algorithm);
  json.field("origin", verification.origin).field("compared", verification.compared());
  if (!verification.file.empty()) add_name(json, "reference_file", verification.file);
  if (verification.line > 0) json.field("reference_line", verification.line);
  if (verification.range)
    json.field("offset", verification.range->offset).field("size", verification.range->length);
}

void add_fields(JsonWriter& json, const MismatchArea& area) {
  add_name(json, "object", area.object);
  json.field("offset", area.range.offset).field("size", area.range.length);
  json.field("what", area.what);
  field_or_null(json, "first_lba", area.first_lba);
  field_or_null(json, "last_lba", area.last_lba);
  json.key("view_offset");
  if (area.in_view)
    json.value(area.in_view->offset).field("view_size", area.in_view->length);
  else
    json.null();
  add_name(json, "evidence_file", area.evidence_file);
  field_or_null(json, "evidence_offset", area.evidence_offset);
  json.key("entries").begin_array();
  for (const std::string& path : area.entries) json.value(show_name(path).text);
  json.end_array().field("more_entries", area.more_entries);
}

void add_fields(JsonWriter& json, const View& view, const CarvedFile& file) {
  json.field("type", file.type).field("size", file.size).field("sha256", file.sha256);
  json.field("view", view.name).field("offset", file.offset).key("runs").begin_array();
  for (const CarvedRun& run : file.runs) {
    json.begin_object().field("offset", run.in_view.offset).field("length", run.in_view.length);
    field_or_null(json, "lba", run.where.lba);
    add_name(json, "evidence_file", file_name(run.where.file));
    field_or_null(json, "evidence_offset", run.where.offset);
    json.end_object();
  }
  json.end_array().field("end_reason", file.end_reason);
  json.field("validated", name_of(file.soundness));
  if (file.duplicate_of) json.field("duplicate_of", *file.duplicate_of);
  json.key("file");
  if (file.file.empty())
    json.null();
  else
    json.value(file.file);
}

void add_fields(JsonWriter& json, const Finding& finding) {
  const Place& where = finding.where;
  json.field("code", finding.code).field("severity", name_of(finding.severity));
  json.key("where").begin_object();
  if (!where.file.empty()) add_name(json, "file", where.file);
  if (where.offset) json.field("offset", *where.offset);
  if (where.lba) json.field("lba", *where.lba);
  if (where.line > 0) json.field("line", where.line).field("column", where.column);
  json.end_object();
  add_name(json, "text", finding.text);
}

void add_structure(JsonWriter& json, const Image& image) {
  json.key("geometry");
  if (image.geometry) {
    const Geometry& geometry = *image.geometry;
    json.begin_object().field("cylinders", geometry.cylinders).field("heads", geometry.heads);
    json.field("sectors_per_track", geometry.sectors_per_track);
    json.field("bytes_per_sector", geometry.bytes_per_sector).end_object();
  } else {
    json.null();
  }
  json.key("disc");
  if (image.disc)
    add_disc(json, *image.disc);
  else
    json.null();
  json.key("volumes").begin_array();
  for (const Volume& volume : image.volumes) {
    json.begin_object().field("start", volume.start).field("size", volume.size);
    json.field("type", volume.type).field("filesystem", volume.filesystem).end_object();
  }
  json.end_array().key("proofs").begin_array();
  for (const Proof& proof : image.proofs) {
    json.begin_object();
    add_name(json, "file", proof.file);
    json.field("offset", proof.offset).field("value_hex", to_hex(proof.value));
    json.field("meaning", proof.meaning);
    if (!proof.view.empty()) json.field("view", proof.view);
    json.end_object();
  }
  json.end_array().key("stored_digests").begin_array();
  for (const StoredDigest& stored : image.stored_digests) {
    json.begin_object();
    add_name(json, "object", stored.object);
    json.field("algorithm", stored.algorithm).field("value", stored.value);
    add_name(json, "origin", stored.origin);
    json.end_object();
  }
  json.end_array();
}

// ---- JSON Lines ------------------------------------------------------------------------

std::string json_of(const Image& image) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", "discern/info/1");
  add_name(json, "image", image.path);
  json.field("format", image.format).key("files").begin_array();
  for (const EvidenceFile& file : image.files) {
    json.begin_object();
    add_name(json, "path", file.path());
    json.field("role", file.role).field("size", file.source->size()).end_object();
  }
  json.end_array().key("views").begin_array();
  for (const View& view : image.views) {
    json.begin_object();
    add_fields(json, view);
    json.end_object();
  }
  json.end_array();
  add_structure(json, image);
  json.key("findings").begin_array();
  for (const Finding& finding : image.findings) {
    json.begin_object();
    add_fields(json, finding);
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

std::string json_of(const Image& image, const DigestSet& digests) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", "discern/hash/1");
  add_name(json, "image", image.path);
  add_fields(json, digests);
  json.end_object();
  return out;
}

std::string json_of(const Image& image, const Verification& verification) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", "discern/verify/1");
  add_name(json, "image", image.path);
  add_fields(json, verification);
  json.end_object();
  return out;
}

std::string json_of(const Image& image, const MismatchArea& area) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", "discern/mismatch/1");
  add_name(json, "image", image.path);
  add_fields(json, area);
  json.end_object();
  return out;
}

std::string json_of(const Image& image, const View& view, const CarvedFile& file) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", "discern/carve/1");
  add_name(json, "image", image.path);
  add_fields(json, view, file);
  json.end_object();
  return out;
}

std::string json_of(const Finding& finding) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", "discern/finding/1");
  add_fields(json, finding);
  json.end_object();
  return out;
}

}  // namespace discern
