// SPDX-License-Identifier: Apache-2.0
// Sessions, tracks, and what the sectors' own checksums say.

#include <algorithm>

#include "report/page/sections.h"

namespace discern {
namespace {

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string msf_text(Lba lba) {
  const Msf msf = to_msf(lba);
  return two_digits(msf.minute) + ":" + two_digits(msf.second) + ":" + two_digits(msf.frame);
}

void write_track(Markup& page, const Session& session, const Track& track) {
  page << "<tr><td class=\"n\">" << session.number << "</td><th scope=\"row\" class=\"n\">"
       << track.number << "</th><td>" << name_of(track.mode) << "</td><td class=\"n\">"
       << track.first.value << "</td><td class=\"n\">" << msf_text(track.first)
       << "</td><td class=\"n\">" << track.sectors << "</td><td class=\"n\">" << track.pregap;
  if (track.pregap > 0 && !track.pregap_stored) page << " (not stored)";
  page << "</td><td>";
  for (const std::string& flag : track.flags) page << flag << " ";
  if (!track.isrc.empty()) page << "ISRC " << track.isrc;
  page << "</td></tr>";
}

void write_tally(Markup& page, const SectorTally& tally) {
  page << "<div class=\"wide\"><table class=\"narrow\"><caption>What the checksums in the sectors "
          "say</caption><thead>"
          "<tr><th>Sectors</th><th class=\"n\">Count</th></tr></thead><tbody>";
  const auto row = [&](std::string_view what, std::uint64_t count) {
    page << "<tr><th scope=\"row\">" << what << "</th><td class=\"n\">" << count << "</td></tr>";
  };
  row("stored", tally.sectors);
  for (const auto& [mode, count] : tally.modes) row("of kind " + std::string(name_of(mode)), count);
  row("with a checksum that was tested", tally.checked);
  row("with a wrong EDC", tally.edc_bad);
  row("with wrong P parity", tally.p_bad);
  row("with wrong Q parity", tally.q_bad);
  row("without a good sync pattern", tally.bad_sync);
  row("that could not be read", tally.unread);
  page << "</tbody></table></div>";
}

void write_bad_runs(Markup& page, const SectorTally& tally) {
  if (tally.bad_runs.empty()) return;
  page << "<div class=\"wide\"><table class=\"narrow\"><caption>Where checks "
          "fail</caption><thead><tr><th "
          "class=\"n\">"
          "First LBA</th><th class=\"n\">MSF</th><th class=\"n\">Sectors</th><th>What "
          "fails</th></tr></thead><tbody>";
  const std::size_t shown = std::min(kMaxRows, tally.bad_runs.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const SectorTally::BadRun& run = tally.bad_runs[i];
    page << "<tr><td class=\"n\">" << run.first.value << "</td><td class=\"n\">"
         << msf_text(run.first) << "</td><td class=\"n\">" << run.sectors << "</td><td>" << run.what
         << "</td></tr>";
  }
  page << "</tbody></table></div>";
  write_cut(page, shown, tally.bad_runs.size(), "report.json");
}

}  // namespace

void write_disc(Markup& page, const Case& of) {
  if (!of.image.disc && !of.examination.sectors) return;
  if (of.image.disc) {
    const Disc& disc = *of.image.disc;
    page << "<p class=\"lede\">Layout according to " << disc.source << ".";
    if (!disc.catalog.empty()) page << " Media catalogue number " << disc.catalog << ".";
    page << "</p><div class=\"wide\"><table><caption>Tracks</caption><thead><tr><th "
            "class=\"n\">Session"
            "</th><th class=\"n\">Track</th><th>Mode</th><th class=\"n\">First LBA</th><th "
            "class=\"n\">MSF</th><th class=\"n\">"
            "Sectors</th><th class=\"n\">Pregap</th><th>Flags</th></tr></thead><tbody>";
    for (const Session& session : disc.sessions)
      for (const Track& track : session.tracks) write_track(page, session, track);
    page << "</tbody></table></div>";
  }
  if (of.examination.sectors) {
    write_tally(page, *of.examination.sectors);
    write_bad_runs(page, *of.examination.sectors);
  }
  write_beyond_files(page, of);
}

}  // namespace discern
