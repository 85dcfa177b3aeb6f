// SPDX-License-Identifier: Apache-2.0
// Where something does not match: sectors, bytes of the evidence file, and the files that own them.

#include <algorithm>

#include "report/page/sections.h"

namespace discern {

void write_areas(Markup& page, const Case& of) {
  const auto& areas = of.examination.mismatch_areas;
  if (areas.empty()) return;
  page << "<p class=\"lede\">Where the bytes lie that differ from a reference, or whose checksums "
          "fail, and which files own them. The picture of the medium above marks them as "
          "damage.</p><div class=\"wide\"><table class=\"stack\"><caption>Places that do not "
          "match</caption><thead><tr><th>Sectors</th><th>In</th><th>What</th><th>Evidence file, "
          "byte</th><th>Files that own them</th></tr></thead><tbody>";
  const std::size_t shown = std::min<std::size_t>(areas.size(), 200);
  for (std::size_t i = 0; i < shown; ++i) {
    const MismatchArea& area = areas[i];
    page << "<tr><td class=\"time\">";
    if (area.first_lba) {
      page << *area.first_lba;
      if (area.last_lba && *area.last_lba != *area.first_lba) page << " to " << *area.last_lba;
    } else {
      page << "-";
    }
    page << "</td><th scope=\"row\" class=\"name\">" << area.object << "</th><td>" << area.what
         << "</td><td class=\"origin\">"
         << std::string_view(area.evidence_file).substr(area.evidence_file.find_last_of('/') + 1);
    if (area.evidence_offset) page << ", " << *area.evidence_offset;
    page << "</td><td class=\"origin\">";
    if (area.entries.empty()) page << "none";
    for (std::size_t entry = 0; entry < area.entries.size(); ++entry) {
      if (entry > 0) page << "; ";
      page << area.entries[entry];
    }
    if (area.more_entries > 0) page << " and " << area.more_entries << " more";
    page << "</td></tr>";
  }
  page << "</tbody></table></div>";
  write_cut(page, shown, areas.size(), "report.json");
}

}  // namespace discern
