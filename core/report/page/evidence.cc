// SPDX-License-Identifier: Apache-2.0
// What the evidence is: files as found, how the medium comes out of them, what lies on it.

#include <algorithm>

#include "report/page/sections.h"

namespace discern {
namespace {

void write_files(Markup& page, const Case& of) {
  page
      << "<div class=\"wide\"><table><caption>Evidence files, as found</caption><thead><tr><th>File"
         "</th><th>Role</th><th class=\"n\">Bytes</th><th>Last modified (UTC)</th><th>Access "
         "time</th></tr></thead><tbody>";
  std::size_t shown = 0;
  for (const EvidenceFile& file : of.image.files) {
    if (++shown > kMaxRows) break;
    const FileFacts& facts = file.source->facts();
    page << "<tr><th scope=\"row\" class=\"name\">" << file.name() << "</th><td>" << file.role
         << "</td><td class=\"n\">" << facts.size << "</td><td class=\"time\">"
         << format_time(facts.mtime_ns, Precision::s1, Zone::utc) << "</td><td>";
    if (facts.block_device && facts.write_protected)
      page << "device, write-protected";
    else if (facts.block_device)
      page << "device, <strong>not</strong> write-protected";
    else if (facts.atime_kept)
      page << "left as it was";
    else
      page << "up to the system";
    page << "</td></tr>";
  }
  page << "</tbody></table></div>";
  write_cut(page, kMaxRows, of.image.files.size(), "report.json");
}

void write_views(Markup& page, const Case& of) {
  page << "<div class=\"wide\"><table><caption>Views of the medium</caption><thead><tr><th>View"
          "</th><th class=\"n\">Bytes</th><th class=\"n\">Sector</th><th>How its bytes come "
          "about</th></tr></thead><tbody>";
  for (const View& view : of.image.views) {
    page << "<tr><th scope=\"row\">" << view.name << "</th><td class=\"n\">" << view.source->size()
         << "</td><td class=\"n\">" << view.sector_size << "</td><td>";
    if (view.derivation.empty())
      page << "the file\xE2\x80\x99s own bytes";
    else
      page << view.derivation;
    if (!view.holes.empty()) {
      page << "; ";
      page.bytes(total_length(view.holes)) << " that the medium leaves empty read as zeros";
    }
    page << "</td></tr>";
  }
  page << "</tbody></table></div>";
}

void write_volumes(Markup& page, const Case& of) {
  if (of.image.volumes.empty()) return;
  page
      << "<div class=\"wide\"><table><caption>Volumes of view " << of.image.main_view().name
      << "</caption><thead><tr><th>Type</th><th>File system</th><th class=\"n\">First byte</th><th "
         "class=\"n\">Bytes</th></tr></thead><tbody>";
  for (const Volume& volume : of.image.volumes) {
    page << "<tr><th scope=\"row\">" << volume.type << "</th><td>";
    if (volume.filesystem.empty())
      page << "not recognised";
    else
      page << volume.filesystem;
    page << "</td><td class=\"n\">" << volume.start << "</td><td class=\"n\">" << volume.size
         << "</td></tr>";
  }
  page << "</tbody></table></div>";
}

void write_proofs(Markup& page, const Case& of) {
  if (of.image.proofs.empty()) return;
  constexpr std::size_t kMaxBytes = 24;
  page << "<details><summary>Bytes that show the format</summary><div "
          "class=\"wide\"><table><caption>"
          "What the recognition as <strong>"
       << of.image.format
       << "</strong> rests on</caption><thead><tr><th>Meaning</th><th>File</th><th "
          "class=\"n\">Byte</th><th>Value"
          "</th></tr></thead><tbody>";
  for (const Proof& proof : of.image.proofs) {
    const Bytes value = Bytes(proof.value).first(std::min(kMaxBytes, proof.value.size()));
    page << "<tr><th scope=\"row\">" << proof.meaning << "</th><td class=\"name\">"
         << std::string_view(proof.file).substr(proof.file.find_last_of('/') + 1)
         << "</td><td class=\"n\">" << proof.offset
         << (proof.view.empty() ? "" : " of view " + proof.view) << "</td><td><code>"
         << to_hex(value) << "</code>";
    if (value.size() < proof.value.size()) page << "\xE2\x80\xA6";
    page << "</td></tr>";
  }
  page << "</tbody></table></div></details>";
}

}  // namespace

void write_evidence(Markup& page, const Case& of) {
  const Format* format = find_format(of.image.format);
  page << "<p class=\"lede\">";
  page << (format ? format->name : std::string_view(of.image.format)) << ".";
  if (of.image.geometry) {
    const Geometry& geometry = *of.image.geometry;
    page << " ";
    page.count(geometry.cylinders, "cylinder", "cylinders") << " \xC3\x97 ";
    page.count(geometry.heads, "head", "heads") << " \xC3\x97 ";
    page.count(geometry.sectors_per_track, "sector", "sectors")
        << " of " << geometry.bytes_per_sector << " bytes.";
  }
  page << "</p>";
  draw_medium(page, of);
  write_files(page, of);
  write_views(page, of);
  write_volumes(page, of);
  write_proofs(page, of);
}

}  // namespace discern
