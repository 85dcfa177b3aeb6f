// SPDX-License-Identifier: Apache-2.0
// What a disc holds where no file is, and what looks made, not damaged: each with what it may mean.
#include <algorithm>

#include "report/page/sections.h"

namespace discern {
namespace {

struct Meaning {
  std::string_view code;
  std::string_view what;
  std::string_view meaning;
};
constexpr Meaning kMeanings[] = {
    {"disc.zero-field-not-zero", "Bytes in reserved places",
     "The standard wants zeros there, and drives do not hand these bytes to programs. A place to "
     "hide something, or the work of a faulty mastering program."},
    {"disc.parity-of-other-bytes", "Parity that does not belong to the data",
     "The checksum of the data is right, and the 276 bytes of error correction behind it are not. "
     "Damage changes a few of them. When most are different, something else may stand there, or a "
     "program wrote the image without computing them."},
    {"disc.data-in-pregap", "Data in the gap before a track",
     "File systems do not reach there. Recorders leave run-in blocks; anything longer was put "
     "there."},
    {"disc.data-in-audio-pregap", "Sound in the gap before a track",
     "Players start behind it: hidden tracks are made so. It can be heard by exporting the track "
     "with its pregap."},
    {"disc.data-behind-file-system", "Data behind the file system's end",
     "No file owns it. Left by an earlier and longer recording, padding that is not empty, or "
     "hidden on purpose."},
    {"disc.subchannel-content", "Content in subchannels R to W",
     "Karaoke graphics (CD+G) and CD-TEXT are recorded there. Anything else is no part of a usual "
     "disc."},
    {"disc.address-break", "Addresses that jump",
     "Each sector tells its own address. A jump inside a track says that pieces were cut out, or "
     "that several recordings were joined."},
    {"disc.edc-wrong-by-design", "Sectors made wrong, not damaged",
     "Copy protections write such sectors so that copies differ. They are no sign of a bad disc "
     "and need no repair. A program that computed parity over damaged data leaves the same."},
    {"disc.bad-sectors-evenly-spaced", "Bad sectors at even distances",
     "Scratches and dirt are irregular. A regular series was made, usually by copy protection."},
};

void write_places(Markup& page, const Case& of, const Finding& finding) {
  constexpr std::size_t kMost = 4;
  if (of.examination.sectors) {
    const auto& odd = of.examination.sectors->odd;
    const auto places = std::ranges::find(odd, finding.code, &OddSectors::code);
    if (places != odd.end() && !places->runs.empty()) {
      const std::size_t shown = std::min(kMost, places->runs.size());
      for (std::size_t i = 0; i < shown; ++i) {
        const LbaRun& run = places->runs[i];
        if (i > 0) page << ", ";
        page << run.first.value;
        if (run.sectors > 1) page << " to " << (run.end() - 1);
      }
      if (shown < places->runs.size()) page << " and more";
      return;
    }
  }
  if (finding.where.lba)
    page << "from " << *finding.where.lba << " on";
  else
    page << describe(finding.where);
}

}  // namespace

void write_beyond_files(Markup& page, const Case& of) {
  bool any = false;
  for (const Meaning& row : kMeanings)
    for (const Finding& finding : of.examination.findings) {
      if (finding.code != row.code) continue;
      if (!any)
        page
            << "<div class=\"wide\"><table><caption>Beyond the files: what may be hidden, and what "
               "was made so</caption><thead><tr><th>What</th><th>LBA</th><th>Found</th><th>What it "
               "may mean</th></tr></thead><tbody>";
      any = true;
      page << "<tr><th scope=\"row\">" << row.what << "</th><td>";
      write_places(page, of, finding);
      page << "</td><td>" << finding.text << "</td><td>" << row.meaning << "</td></tr>";
    }
  if (any) page << "</tbody></table></div>";
}

}  // namespace discern
