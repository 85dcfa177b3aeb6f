// SPDX-License-Identifier: Apache-2.0
// Carved files: pictures to look at, and a table of all.

#include <algorithm>

#include "report/page/sections.h"
#include "report/page/thumbnail.h"

namespace discern {
namespace {

constexpr std::size_t kMaxPictures = 200;

void write_pictures(Markup& page, const View& view, const std::vector<CarvedFile>& carved) {
  std::size_t pictures = 0;
  for (const CarvedFile& file : carved) {
    if (file.file.empty() || (file.type != "jpeg" && file.type != "png")) continue;
    // Those beyond the limit are counted only.
    const std::string picture =
        pictures < kMaxPictures ? thumbnail_address(view, file) : std::string("more");
    if (picture.empty()) continue;
    if (pictures == 0) page << "<ul class=\"pictures\" aria-label=\"Carved pictures\">";
    if (++pictures > kMaxPictures) continue;
    page << "<li><a href=\"carved/";
    page.link(file.file) << "\"><img loading=\"lazy\" alt=\"" << file.type << " at byte "
                         << file.offset << "\" src=\"" << picture << "\"/></a><span>" << file.type
                         << " at " << file.offset;
    if (file.soundness != Soundness::complete) page << ", " << name_of(file.soundness);
    page << "</span></li>";
  }
  if (pictures > 0) page << "</ul>";
  write_cut(page, kMaxPictures, pictures, "carved.jsonl");
}

void write_row(Markup& page, const CarvedFile& file) {
  page << "<tr id=\"carved-" << std::string_view(std::to_string(file.offset))
       << "\"><th scope=\"row\">";
  if (file.file.empty()) {
    page << file.type;
  } else {
    page << "<a href=\"carved/";
    page.link(file.file) << "\">" << file.type << "</a>";
  }
  page << "</th><td class=\"n\">" << file.size << "</td><td class=\"n\">" << file.offset
       << "</td><td class=\"n\">";
  if (!file.runs.empty() && file.runs.front().where.lba) page << *file.runs.front().where.lba;
  page << "</td><td>" << name_of(file.soundness) << "</td><td>" << file.end_reason
       << "</td><td class=\"hash\"><code>" << file.sha256 << "</code></td></tr>";
}

}  // namespace

void write_carved(Markup& page, const Case& of) {
  const auto& carved = of.examination.carved;
  page << "<p class=\"lede\">";
  if (!of.examination.searched) {
    page << "Not looked for: this is a verification.</p>";
    return;
  }
  if (carved.empty()) {
    page << "None were found.</p>";
    return;
  }
  page << "Files found by their structure alone, whether a directory names them or not. ";
  page.count(carved.size(), "was", "were")
      << " accepted by a validator that follows the structure of the format.</p>";
  write_pictures(page, *of.examination.view, carved);
  page << "<div class=\"wide\"><table class=\"sortable\"><caption>Carved from view "
       << of.examination.view->name
       << "</caption><thead><tr><th>Type</th><th class=\"n\">Bytes</th><th class=\"n\">First "
          "byte</th><th class=\"n\">"
          "LBA</th><th>Validated</th><th>How it ends</th><th>SHA-256</th></tr></thead><tbody>";
  const std::size_t shown = std::min(kMaxRows, carved.size());
  for (std::size_t i = 0; i < shown; ++i) write_row(page, carved[i]);
  page << "</tbody></table></div>";
  write_cut(page, shown, carved.size(), "carved.jsonl");
}

}  // namespace discern
