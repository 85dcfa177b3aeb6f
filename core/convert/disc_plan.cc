// SPDX-License-Identifier: Apache-2.0
#include "convert/disc_plan.h"

#include <algorithm>

#include "discern/sector.h"
#include "optical/full_sectors.h"
#include "optical/layout.h"

namespace discern {
namespace {

// Behind 89:59:74 headers mean negative addresses (discern/disc.h).
constexpr std::int64_t kMostLba = 404850;

Error unsupported(const OutputJob& job, std::string text) {
  return {Errc::unsupported, std::move(text), job.image().path};
}

bool is_planned_raw(const OutputJob& job) { return job.image().disc && job.view().name == "raw"; }

Result<Disc> disc_of(const OutputJob& job) {
  const View& view = job.view();
  if (is_planned_raw(job)) return *job.image().disc;
  const std::uint64_t size = view.source->size();
  const std::uint64_t sectors = size / kUserSector;
  if (size == 0 || size % kUserSector != 0 || (job.image().disc && view.sector_size != kUserSector))
    return unsupported(job, "view " + view.name + " is no sequence of 2048-byte sectors");
  if (sectors > static_cast<std::uint64_t>(kMostLba))
    return unsupported(job, "view " + view.name + " is longer than a CD");
  Track track{.mode = SectorMode::mode1,
              .first = view.first_lba.value_or(Lba{}),
              .sectors = static_cast<std::uint32_t>(sectors),
              .flags = {"DATA"}};
  track.extents.push_back({.first = track.first,
                           .sectors = track.sectors,
                           .file = view.source,
                           .layout = *sector_layout(kUserSector, SectorMode::mode1),
                           .mode = SectorMode::mode1});
  Disc disc;
  disc.sessions.push_back({.tracks = {std::move(track)}});
  return disc;
}

Extent missing(std::int64_t from, std::int64_t to) {
  return {.first = {static_cast<std::int32_t>(from)},
          .sectors = static_cast<std::uint32_t>(to - from),
          .layout = *sector_layout(kRawSector, SectorMode::audio),
          .mode = SectorMode::audio};
}

PlannedTrack planned(const Track& track) {
  PlannedTrack plan{.track = track};
  for (const Extent& extent : track.extents) {
    if (extent.sectors == 0) continue;
    if (plan.extents.empty() && extent.gap) continue;
    if (!plan.extents.empty() && plan.end() < extent.first)
      plan.extents.push_back(missing(plan.end().value, extent.first.value));
    plan.extents.push_back(extent);
  }
  while (!plan.extents.empty() && plan.extents.back().gap) {
    plan.postgap += plan.extents.back().sectors;
    plan.extents.pop_back();
  }
  if (plan.extents.empty()) return plan;
  const std::int64_t stored = std::int64_t{track.first.value} - plan.begin().value;
  plan.pregap = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(std::int64_t{track.pregap} - stored, 0, kMostLba));
  return plan;
}

}  // namespace

Result<std::vector<PlannedSession>> plan_disc(OutputJob& job) {
  const auto disc = disc_of(job);
  if (!disc) return disc.error();
  std::vector<PlannedSession> sessions;
  for (const Session& session : disc->sessions) {
    PlannedSession plan{.number = session.number};
    for (const Track& track : session.tracks) {
      PlannedTrack next = planned(track);
      const std::string name = "track " + std::to_string(track.number);
      if (next.extents.empty()) {
        job.note({"convert.track-without-sectors",
                  Severity::warning,
                  {.file = job.image().path},
                  name + " has no sectors in the image and is left out"});
        continue;
      }
      for (const Extent& extent : next.extents) {
        if (extent.mode == SectorMode::dvd)
          return unsupported(job, name +
                                      " is a DVD's, which has no sectors of 2352 bytes; its data "
                                      "can be written as ISO or raw");
        if (extent.file && !is_cd_sector(extent))
          return unsupported(job, name + " has sectors that are not those of a CD");
      }
      if (next.end().value > kMostLba) return unsupported(job, name + " ends behind 89:59:74");
      if (!plan.tracks.empty()) {
        PlannedTrack& before = plan.tracks.back();
        const std::int64_t from = std::int64_t{before.end().value} + before.postgap;
        const std::int64_t to = std::int64_t{next.begin().value} - next.pregap;
        if (to < from) return unsupported(job, name + " overlaps the track before it");
        if (to > from) {
          before.extents.push_back(missing(before.end().value, to));
          before.postgap = 0;
        }
      }
      plan.tracks.push_back(std::move(next));
    }
    if (!plan.tracks.empty()) sessions.push_back(std::move(plan));
  }
  if (sessions.empty()) return unsupported(job, "the image has no sectors to be written");
  return sessions;
}

void note_subchannel_left_out(OutputJob& job, const std::vector<PlannedSession>& plan) {
  for (const PlannedSession& session : plan)
    for (const PlannedTrack& track : session.tracks)
      for (const Extent& extent : track.extents)
        if (extent.planar_subchannel || extent.layout.subchannel >= 0) {
          job.note({"convert.subchannel-left-out",
                    Severity::note,
                    {.file = job.image().path},
                    "the sectors have a subchannel, which is not written"});
          return;
        }
}

Status expect_same_disc(OutputJob& job, const std::string& name, const std::string& format) {
  const auto expect = [&](const View& view, const std::string& written_name) -> Status {
    // What is unreadable was told when the sectors were written.
    auto digest = job.digest_of(view.source, "view:" + view.name);
    if (!digest) return digest.error();
    auto written = job.written_view(name, format, written_name);
    if (!written) return written.error();
    job.expect("view:" + written_name, std::move(*digest), std::move(*written));
    return Done{};
  };
  if (!is_planned_raw(job)) return expect(job.view(), "data");
  if (const View* data = job.image().find_view("data"))
    if (const Status done = expect(*data, "data"); !done) return done;
  for (const Session& session : job.image().disc->sessions)
    for (const Track& track : session.tracks) {
      const View* view = job.image().find_view("track " + std::to_string(track.number));
      if (!view || track.mode != SectorMode::audio) continue;
      if (const Status done = expect(*view, view->name); !done) return done;
    }
  return Done{};
}

}  // namespace discern
