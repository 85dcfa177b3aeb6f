// SPDX-License-Identifier: Apache-2.0
// info and formats: what an image is, and what can be read.
#include "inspect.h"

#include "command.h"
#include "discern/digest.h"
#include "discern/json.h"
#include "discern/report.h"
#include "opened.h"

namespace discern::cli {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  if (result.size() < width) result.append(width - result.size(), ' ');
  return result;
}

void add_row(std::string& out, std::string_view label, const std::string& text) {
  out += "  " + padded(label, 11) + text + "\n";
}

void add_disc(std::string& out, const Disc& disc) {
  if (!disc.catalog.empty()) add_row(out, "catalogue", shown(disc.catalog));
  for (const CdText& text : disc.cd_text)
    add_row(out, "cd-text",
            (text.track == 0 ? "disc" : "track " + std::to_string(text.track)) +
                (text.language == 0 ? "" : ", language " + std::to_string(text.language)) + ", " +
                text.field + ": " + shown(text.text));
  for (const Session& session : disc.sessions)
    for (const Track& track : session.tracks) {
      std::string text = "session " + std::to_string(session.number) + ", track " +
                         std::to_string(track.number) + ": " + std::string(name_of(track.mode)) +
                         ", LBA " + std::to_string(track.first.value) + ", " +
                         std::to_string(track.sectors) + " sectors";
      if (track.pregap > 0) text += ", pregap " + std::to_string(track.pregap);
      if (!track.isrc.empty()) text += ", ISRC " + shown(track.isrc);
      add_row(out, "track", text);
    }
}

}  // namespace

std::string info_text(const Image& image, const Options& options) {
  std::string out;
  const Format* const format = find_format(image.format);
  out += toned(shown(image.path), Tone::strong, options) + ": " +
         std::string(format ? format->name : image.format) + "\n";
  for (const EvidenceFile& file : image.files)
    add_row(out, file.role, shown(file.name()) + ", " + shown_size(file.source->size()));
  for (const View& view : image.views)
    add_row(out, "view",
            view.name + ", " + shown_size(view.source->size()) + ", " +
                std::to_string(view.sector_size) + " a sector" +
                (view.derivation.empty() ? "" : ", " + shown(view.derivation)));
  if (const auto& g = image.geometry)
    add_row(out, "geometry",
            std::to_string(g->cylinders) + " cylinders, " + std::to_string(g->heads) + " heads, " +
                std::to_string(g->sectors_per_track) + " sectors a track, " +
                std::to_string(g->bytes_per_sector) + " bytes a sector");
  if (image.disc) add_disc(out, *image.disc);
  for (const Volume& volume : image.volumes)
    add_row(out, "volume",
            "at byte " + std::to_string(volume.start) + ", " + shown_size(volume.size) + ", " +
                volume.type + ", " +
                (volume.filesystem.empty() ? "no file system known" : volume.filesystem));
  for (const StoredDigest& stored : image.stored_digests)
    add_row(out, "stored",
            stored.algorithm + " " + stored.value + " for " + stored.object + " (" +
                shown(stored.origin) + ")");
  if (options.verbose)
    for (const Proof& proof : image.proofs)
      add_row(out, "because",
              shown(proof.meaning) + ": " + to_hex(proof.value) + " at byte " +
                  std::to_string(proof.offset) + " of " +
                  (proof.view.empty() ? "" : "view " + proof.view + " of ") + shown(proof.file));
  for (const Finding& finding : image.findings) {
    const std::string where = describe(finding.where);
    add_row(out, name_of(finding.severity),
            toned(shown((where.empty() ? "" : where + ": ") + finding.text),
                  finding.severity == Severity::damage ? Tone::bad : Tone::plain, options));
  }
  return out;
}

ExitStatus run_info(const Options& options) {
  Options silent = options;  // the findings are part of the result here
  silent.quiet = true;
  return for_each_image(silent, [&](const Opened& opened) {
    if (options.json)
      print(json_of(*opened.image));
    else
      print_bytes(info_text(*opened.image, options));
    return status_of(opened.image->findings);
  });
}

ExitStatus run_formats(const Options& options) {
  for (const Format& format : formats()) {
    if (!options.json) {
      print(padded(format.id, 10) + padded(format.name, 58) + std::string(format.extensions));
      continue;
    }
    std::string line;
    JsonWriter(line)
        .begin_object()
        .field("schema", "discern/formats/1")
        .field("id", format.id)
        .field("name", format.name)
        .field("extensions", format.extensions)
        .end_object();
    print(line);
  }
  return ExitStatus::consistent;
}

}  // namespace discern::cli
