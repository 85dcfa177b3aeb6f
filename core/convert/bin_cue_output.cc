// SPDX-License-Identifier: Apache-2.0
// A cue sheet (grammar: optical/cue.cc) and one BIN per session with 2352 bytes of every sector.
// What lies between sessions is in no file. A disc whose first stored sector is not LBA 0 gets a
// PREGAP of that length behind the usual 150 sectors, so that all programs keep the addresses.
#include <cstdio>

#include "convert/disc_plan.h"
#include "convert/output_formats.h"
#include "discern/sector.h"
#include "optical/full_sectors.h"

namespace discern {
namespace {

constexpr std::int64_t kPregap = 150;

std::string time_of(std::int64_t sectors) {
  char text[32];
  std::snprintf(text, sizeof text, "%02lld:%02d:%02d", static_cast<long long>(sectors / 75 / 60),
                static_cast<int>(sectors / 75 % 60), static_cast<int>(sectors % 75));
  return text;
}

const char* type_of(const PlannedTrack& plan) {
  switch (plan.track.mode) {
    case SectorMode::audio:
    case SectorMode::unknown:
      return "AUDIO";
    case SectorMode::mode0:
    case SectorMode::mode1:
      return "MODE1/2352";
    default:
      return "MODE2/2352";
  }
}

// `position`: of the track's first written sector, in its file.
std::string lines_of(const PlannedTrack& plan, std::int64_t position, std::int64_t pregap) {
  char start[64];
  std::snprintf(start, sizeof start, "  TRACK %02d %s\n", plan.track.number, type_of(plan));
  std::string text = start;
  std::string flags;
  for (const std::string& flag : plan.track.flags)
    if (flag == "DCP" || flag == "4CH" || flag == "PRE") flags += " " + flag;
  if (!flags.empty()) text += "    FLAGS" + flags + "\n";
  if (plan.track.isrc.size() == 12) text += "    ISRC " + plan.track.isrc + "\n";
  if (pregap > 0) text += "    PREGAP " + time_of(pregap) + "\n";
  const auto index = [&](int number, Lba lba) {
    char line[32];
    std::snprintf(line, sizeof line, "    INDEX %02d ", number);
    text += line + time_of(position + lba.value - plan.begin().value) + "\n";
  };
  if (plan.begin() < plan.track.first) index(0, plan.begin());
  index(1, plan.track.first);
  int number = 2;
  for (const Lba lba : plan.track.indexes)
    if (number < 100) index(number++, lba);
  if (plan.postgap > 0) text += "    POSTGAP " + time_of(plan.postgap) + "\n";
  return text;
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != 0x7F; }

}  // namespace

Status write_bin_cue(OutputJob& job) {
  const auto plan = plan_disc(job);
  if (!plan) return plan.error();
  note_subchannel_left_out(job, *plan);
  const std::string stem = job.stem();
  for (const char c : stem)
    if (!is_plain(c))
      return Error{Errc::unsupported, "a cue sheet cannot name such a file", job.name()};
  const std::string sheet_name = stem + ".cue";
  auto sheet = job.create(sheet_name);
  if (!sheet) return sheet.error();
  std::string text;
  const Disc* const disc = job.image().disc ? &*job.image().disc : nullptr;
  if (disc && disc->catalog.size() == 13) text += "CATALOG " + disc->catalog + "\n";
  for (const PlannedSession& session : *plan) {
    const bool several = plan->size() > 1;
    const std::string name =
        stem + (several ? " (Session " + std::to_string(session.number) + ").bin" : ".bin");
    if (several) {
      char line[32];
      std::snprintf(line, sizeof line, "REM SESSION %02d\n", session.number);
      text += line;
    }
    text += "FILE \"" + name + "\" BINARY\n";
    std::vector<Extent> extents;
    std::int64_t position = 0;
    for (const PlannedTrack& track : session.tracks) {
      std::int64_t pregap = track.pregap;
      if (position == 0 && &session == plan->data()) {
        const std::int64_t start = track.begin().value;
        pregap = start > 0 ? start + kPregap : 0;
        if (start > 0)
          job.note({"convert.starts-after-zero",
                    Severity::warning,
                    {.file = job.image().path},
                    "the image begins at LBA " + std::to_string(start) +
                        "; the sheet says PREGAP for the sectors before, which it lacks"});
      }
      text += lines_of(track, position, pregap);
      extents.insert(extents.end(), track.extents.begin(), track.extents.end());
      position += static_cast<std::int64_t>(track.sectors());
    }
    auto digest = job.copy_to_file(full_sector_source(std::move(extents)),
                                   "sectors of session " + std::to_string(session.number), name);
    if (!digest) return digest.error();
    auto written = job.written_view(name, "raw", "media");
    if (!written) return written.error();
    job.expect("file:" + name, std::move(*digest), std::move(*written));
  }
  if (const Status done = sheet->append(as_bytes(text)); !done) return done;
  if (const Status done = sheet->close(); !done) return done;
  return expect_same_disc(job, sheet_name, "cue");
}

}  // namespace discern
