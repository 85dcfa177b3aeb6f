// SPDX-License-Identifier: Apache-2.0
// A CloneCD control file (optical/ccd.cc), the .img: every sector from the session's first one to
// its lead-out, session behind session; and where sectors have P to W, the .sub for all of them.
#include <cstdio>

#include "convert/disc_plan.h"
#include "convert/output_formats.h"
#include "discern/sector.h"
#include "optical/full_sectors.h"
#include "optical/layout.h"
#include "optical/planar_source.h"

namespace discern {
namespace {

constexpr std::uint64_t kSubchannel = 96;

int mode_of(SectorMode mode) {
  switch (mode) {
    case SectorMode::audio:
    case SectorMode::unknown:
      return 0;
    case SectorMode::mode0:
    case SectorMode::mode1:
      return 1;
    default:
      return 2;
  }
}

int control_of(const Track& track) {
  int control = mode_of(track.mode) == 0 ? 0 : 4;
  for (const std::string& flag : track.flags)
    control |= flag == "PRE" ? 1 : flag == "DCP" ? 2 : flag == "4CH" ? 8 : 0;
  return control;
}

class ControlFile {
 public:
  // point: a track, or 0xA0, 0xA1, 0xA2. `minute` stands for a number there (A0, A1).
  void entry(int session, int point, int control, Msf at, std::int32_t lba) {
    char text[400];
    std::snprintf(text, sizeof text,
                  "[Entry %d]\nSession=%d\nPoint=0x%02x\nADR=0x01\nControl=0x%02x\nTrackNo=0\n"
                  "AMin=0\nASec=0\nAFrame=0\nALBA=-150\nZero=0\n"
                  "PMin=%d\nPSec=%d\nPFrame=%d\nPLBA=%d\n",
                  entries_++, session, static_cast<unsigned>(point), static_cast<unsigned>(control),
                  at.minute, at.second, at.frame, static_cast<int>(lba));
    entries_text_ += text;
  }
  void track(const Track& track, Lba begin) {
    tracks_text_ += "[TRACK " + std::to_string(track.number) +
                    "]\nMODE=" + std::to_string(mode_of(track.mode)) + "\n";
    if (track.isrc.size() == 12) tracks_text_ += "ISRC=" + track.isrc + "\n";
    if (begin < track.first) index(0, begin);
    index(1, track.first);
    int number = 2;
    for (const Lba lba : track.indexes) index(number++, lba);
  }
  std::string text(std::size_t sessions, const std::string& catalog) const {
    std::string all = "[CloneCD]\nVersion=3\n[Disc]\nTocEntries=" + std::to_string(entries_) +
                      "\nSessions=" + std::to_string(sessions) +
                      "\nDataTracksScrambled=0\nCDTextLength=0\n";
    if (catalog.size() == 13) all += "CATALOG=" + catalog + "\n";
    for (std::size_t i = 1; i <= sessions; ++i)
      all += "[Session " + std::to_string(i) + "]\nPreGapMode=1\nPreGapSubC=0\n";
    return all + entries_text_ + tracks_text_;
  }

 private:
  void index(int number, Lba lba) {
    tracks_text_ += "INDEX " + std::to_string(number) + "=" + std::to_string(lba.value) + "\n";
  }
  int entries_ = 0;
  std::string entries_text_ = {};
  std::string tracks_text_ = {};
};

// A0 and A1 hold a track number where others hold a time.
std::int32_t lba_of_number(int number) { return to_lba({number, 0, 0}).value; }

// Every sector from `from` on; what no extent holds reads as zeros.
void append(std::vector<Extent>& all, const PlannedTrack& track, std::int64_t& from) {
  for (Extent extent : track.extents) {
    const std::int64_t cut = std::max<std::int64_t>(from - extent.first.value, 0);
    if (cut >= std::int64_t{extent.sectors}) continue;
    extent.first.value += static_cast<std::int32_t>(cut);
    extent.sectors -= static_cast<std::uint32_t>(cut);
    extent.file_offset += static_cast<std::uint64_t>(cut) * extent.layout.stored;
    extent.subchannel_offset += static_cast<std::uint64_t>(cut) * kSubchannel;
    if (extent.first.value > from)
      all.push_back({.first = {static_cast<std::int32_t>(from)},
                     .sectors = static_cast<std::uint32_t>(extent.first.value - from),
                     .layout = *sector_layout(kRawSector, SectorMode::audio),
                     .mode = SectorMode::audio,
                     .gap = true});
    from = extent.end().value;
    all.push_back(std::move(extent));
  }
}

}  // namespace

Status write_ccd(OutputJob& job) {
  const auto plan = plan_disc(job);
  if (!plan) return plan.error();
  ControlFile control;
  std::vector<Extent> extents;
  for (const PlannedSession& session : *plan) {
    const PlannedTrack& first = session.tracks.front();
    const PlannedTrack& last = session.tracks.back();
    const bool first_session = &session == plan->data();
    // Sectors before have no place: readers take the file's first one for LBA 0.
    std::int64_t next = first_session ? 0 : first.track.first.value;
    if (first.begin().value < next)
      job.note({"convert.pregap-left-out",
                Severity::warning,
                {.file = job.image().path},
                "the sectors from LBA " + std::to_string(first.begin().value) + " to " +
                    std::to_string(next - 1) + " have no place in the .img"});
    if (first_session && first.begin().value > 0)
      return Error{Errc::unsupported,
                   "the image begins at LBA " + std::to_string(first.begin().value) +
                       "; an .img begins at LBA 0",
                   job.image().path};
    const std::int32_t lead_out = last.end().value + static_cast<std::int32_t>(last.postgap);
    const int number = session.number;
    control.entry(number, 0xA0, control_of(first.track), {first.track.number, 0, 0},
                  lba_of_number(first.track.number));
    control.entry(number, 0xA1, control_of(last.track), {last.track.number, 0, 0},
                  lba_of_number(last.track.number));
    control.entry(number, 0xA2, control_of(last.track), to_msf({lead_out}), lead_out);
    for (const PlannedTrack& track : session.tracks) {
      control.entry(number, track.track.number, control_of(track.track), to_msf(track.track.first),
                    track.track.first.value);
      // A pregap that is not stored is zeros in the .img, but for the session's first one.
      const bool leads = &track == session.tracks.data();
      const std::int32_t pregap = leads ? 0 : static_cast<std::int32_t>(track.pregap);
      control.track(track.track, {track.begin().value - pregap});
      append(extents, track, next);
    }
    if (last.postgap > 0) {
      extents.push_back({.first = last.end(),
                         .sectors = last.postgap,
                         .layout = *sector_layout(kRawSector, SectorMode::audio),
                         .mode = SectorMode::audio,
                         .gap = true});
    }
  }
  const std::string sheet_name = job.stem() + ".ccd";
  const std::string image_name = job.stem() + ".img";
  auto sheet = job.create(sheet_name);
  if (!sheet) return sheet.error();
  const auto write = [&](const SourcePtr& source, const char* what,
                         const std::string& name) -> Status {
    auto digest = job.copy_to_file(source, what, name);
    if (!digest) return digest.error();
    auto written = job.written_view(name, "raw", "media");
    if (!written) return written.error();
    job.expect("file:" + name, std::move(*digest), std::move(*written));
    return Done{};
  };
  if (const SourcePtr subchannel = planar_source(extents)) {
    if (const Status done = write(subchannel, "subchannel", job.stem() + ".sub"); !done)
      return done;
  } else {
    note_subchannel_left_out(job, *plan);
  }
  if (const Status done = write(full_sector_source(std::move(extents)), "sectors", image_name);
      !done)
    return done;
  const std::string catalog = job.image().disc ? job.image().disc->catalog : "";
  if (const Status done = sheet->append(as_bytes(control.text(plan->size(), catalog))); !done)
    return done;
  if (const Status done = sheet->close(); !done) return done;
  return expect_same_disc(job, sheet_name, "ccd");
}

}  // namespace discern
