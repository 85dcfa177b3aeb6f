// SPDX-License-Identifier: Apache-2.0
// From runs of sectors to sessions and tracks. What a file that starts somewhere on a disc can be:
//
//   addresses from 0 on          the usual image
//   150 sectors, then 0          the first track's pregap is stored
//   from n > 0 on                the head is missing, or this is a later session alone
//   jump by 11400 or 6900        the next session (ECMA-130 and MMC: lead-out, lead-in, pregap)
//   another jump forward         sectors are missing
//   jump backward                two images in one: addresses count on, the raw view has both
#include "optical/detect.h"

#include <algorithm>
#include <limits>

#include "optical/layout.h"

namespace discern {
namespace {

constexpr std::int64_t kFirstLaterSession = 11400;

std::string plural(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// What proves sectors without sync.
std::string meaning_of(const SectorEvidence& evidence) {
  const std::string size = std::to_string(evidence.layout.stored);
  if (evidence.sampled == 0)
    return "ISO 9660 volume descriptor in sector 16 of " + size + "-byte sectors";
  if (evidence.mode == SectorMode::dvd) return "ID of a DVD sector of " + size + " bytes";
  if (evidence.layout.header == 0) return "header of a CD sector of " + size + " bytes";
  return "subheader of a CD-ROM XA sector of " + size + " bytes";
}

class Builder {
 public:
  Builder(SourcePtr file, std::string path, const SectorGrid& grid)
      : file_(std::move(file)), path_(std::move(path)), grid_(grid) {
    result_.disc.source = "sectors";
    result_.disc.sessions.push_back({});
  }

  DetectedDisc build(const std::vector<GridRun>& runs) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const GridRun* next = i + 1 < runs.size() ? &runs[i + 1] : nullptr;
      if (runs[i].is_data()) {
        add_data(runs[i]);
      } else {
        add_without_headers(runs[i], next);
      }
    }
    report_edges();
    return std::move(result_);
  }

 private:
  std::vector<Track>& tracks() { return result_.disc.sessions.back().tracks; }

  void report(std::string code, Severity severity, std::uint64_t index, std::string text) {
    Place where{.file = path_, .offset = grid_.offset_of(index)};
    if (next_) where.lba = *next_;
    result_.findings.push_back({std::move(code), severity, std::move(where), std::move(text)});
  }

  Extent stored_extent(const GridRun& run, std::int64_t lba, SectorMode mode) {
    return {.first = {static_cast<std::int32_t>(lba)},
            .sectors = static_cast<std::uint32_t>(run.count),
            .file = file_,
            .file_offset = grid_.offset_of(run.first),
            .mode = mode};
  }

  void begin_session() {
    result_.disc.sessions.push_back({.number = static_cast<int>(result_.disc.sessions.size()) + 1});
  }

  Track& begin_track(std::int64_t lba, SectorMode mode) {
    tracks().push_back(
        {.number = ++last_track_, .mode = mode, .first = {static_cast<std::int32_t>(lba)}});
    return tracks().back();
  }

  void add_data(const GridRun& run) {
    const std::int64_t lba = place(run);
    const SectorEvidence evidence = sample_run(*file_, grid_, run);
    Extent extent = stored_extent(run, lba, evidence.mode);
    extent.layout = evidence.layout;
    if (tracks().empty() || tracks().back().mode != evidence.mode) begin_track(lba, evidence.mode);
    Track& track = tracks().back();
    if (pregap_) {
      track.pregap = pregap_->sectors;
      track.pregap_stored = true;
      pregap_->layout = evidence.layout;
      pregap_->mode = evidence.mode;
      track.extents.push_back(*pregap_);
      pregap_.reset();
    }
    if (lba < 0 && run.count > static_cast<std::uint64_t>(-lba) && track.extents.empty()) {
      track.first = {};
      track.pregap = static_cast<std::uint32_t>(-lba);
      track.pregap_stored = true;
    }
    if (!track.extents.empty() && track.extents.back().end().value < lba)
      track.extents.push_back(
          {.first = track.extents.back().end(),
           .sectors = static_cast<std::uint32_t>(lba - track.extents.back().end().value),
           .layout = evidence.layout,
           .mode = evidence.mode});
    track.extents.push_back(extent);
    track.sectors = static_cast<std::uint32_t>(extent.end().value - track.first.value);
    report("disc.sectors-found", Severity::note, run.first,
           "sectors of " + std::to_string(grid_.stored) + " bytes, " +
               std::string(name_of(evidence.mode)) + (grid_.scrambled ? ", scrambled" : "") +
               ", from LBA " + std::to_string(lba) + " on: " + std::to_string(evidence.good) +
               " of " + std::to_string(evidence.sampled) + " sampled ones have a right EDC");
    next_ = extent.end().value;
  }

  // The address that a data run gets; reports what is odd about it.
  std::int64_t place(const GridRun& run) {
    const std::int64_t lba = run.lba(run.first);
    if (!next_) {
      if (lba > 0)
        report("disc.starts-after-zero",
               lba < kFirstLaterSession ? Severity::damage : Severity::warning, run.first,
               "the file begins at LBA " + std::to_string(lba) + ": " + plural(lba, "sector") +
                   " before that are not in it");
      return lba;
    }
    const std::int64_t gap = lba - *next_;
    if (gap == 0) return lba;
    if (is_session_gap(gap)) {
      begin_session();
      return lba;
    }
    if (gap > 0) {
      report("disc.address-jump", Severity::damage, run.first,
             "addresses jump from LBA " + std::to_string(*next_) + " to " + std::to_string(lba) +
                 ": " + plural(gap, "sector") + " are not in the file");
      return lba;
    }
    report("disc.address-jump", Severity::damage, run.first,
           "addresses jump back from LBA " + std::to_string(*next_) + " to " + std::to_string(lba) +
               ": parts of different images, or of one twice");
    return *next_;
  }

  void add_without_headers(const GridRun& run, const GridRun* next) {
    const auto count = static_cast<std::int64_t>(run.count);
    std::int64_t lba = next_.value_or(0);
    if (!next_ && next && next->is_data()) {
      const std::int64_t before = next->lba(next->first) - count;
      if (!is_session_gap(before)) lba = before;
    }
    if (lba < 0) {
      pregap_ = stored_extent(run, lba, SectorMode::unknown);
    } else {
      if (!next_ && lba > 0)
        report("disc.starts-after-zero", Severity::damage, run.first,
               "the file begins at LBA " + std::to_string(lba) + ", as later headers show");
      Extent extent = stored_extent(run, lba, SectorMode::audio);
      extent.layout = *sector_layout(grid_.stored, SectorMode::audio);
      Track& track = begin_track(lba, SectorMode::audio);
      track.sectors = extent.sectors;
      track.extents.push_back(extent);
    }
    next_ = lba + count;
  }

  void report_edges() {
    if (grid_.phase > 0)
      result_.findings.push_back({"disc.starts-inside-sector",
                                  Severity::damage,
                                  {.file = path_, .offset = 0},
                                  "the first sector begins at byte " + std::to_string(grid_.phase) +
                                      "; what stands before it is in no view but the file itself"});
    const std::uint64_t last = grid_.sectors_in(file_->size()) - 1;
    const std::uint64_t present = file_->size() - grid_.offset_of(last);
    if (present < grid_.stored)
      result_.findings.push_back(
          cut_sector_finding(path_, grid_.offset_of(last), present, grid_.stored));
  }

  SourcePtr file_;
  std::string path_;
  SectorGrid grid_;
  DetectedDisc result_;
  std::optional<std::int64_t> next_ = {};  // LBA behind what is placed
  std::optional<Extent> pregap_ = {};
  int last_track_ = 0;
};

// Sizes without sync: one track, from LBA 0 on when nothing tells where the file begins.
std::optional<DetectedDisc> detect_headless(const SourcePtr& file, const std::string& path) {
  const auto evidence = identify_sectors(*file);
  if (!evidence) return std::nullopt;
  const SectorGrid grid{.phase = evidence->phase, .stored = evidence->layout.stored};
  const std::uint64_t count = grid.sectors_in(file->size());
  const std::int64_t lba = evidence->lba_of_zero.value_or(0);
  const auto report = [&](std::string code, Severity severity, std::uint64_t offset,
                          std::string text) {
    return Finding{std::move(code), severity, {.file = path, .offset = offset}, std::move(text)};
  };
  DetectedDisc result;
  result.disc.source = "sectors";
  const bool pregap = lba < 0 && static_cast<std::int64_t>(count) > -lba;
  const std::int64_t first = pregap ? 0 : lba;
  Track track{
      .mode = evidence->mode,
      .first = {static_cast<std::int32_t>(first)},
      .sectors = static_cast<std::uint32_t>(static_cast<std::int64_t>(count) - (first - lba)),
      .pregap = static_cast<std::uint32_t>(first - lba),
      .pregap_stored = pregap};
  track.extents.push_back({.first = {static_cast<std::int32_t>(lba)},
                           .sectors = static_cast<std::uint32_t>(count),
                           .file = file,
                           .file_offset = grid.phase,
                           .layout = evidence->layout,
                           .mode = evidence->mode});
  result.disc.sessions.push_back({.tracks = {track}});
  result.stored =
      grid.phase == 0 ? file : window_source(file, grid.phase, file->size() - grid.phase);
  const std::uint64_t proof =
      evidence->sampled > 0
          ? grid.phase
          : 16 * std::uint64_t{grid.stored} + static_cast<std::uint64_t>(evidence->layout.user);
  if (auto value = read_exactly(*file, proof, 8))
    result.proofs.push_back({path, proof, std::move(*value), meaning_of(*evidence)});
  result.findings.push_back(
      report("disc.sectors-found", Severity::note, grid.phase,
             "sectors of " + std::to_string(grid.stored) + " bytes without sync, " +
                 std::string(name_of(evidence->mode)) +
                 (evidence->lba_of_zero ? ", from LBA " + std::to_string(lba) + " on"
                                        : "; the first is taken as LBA 0") +
                 (evidence->sampled > 0
                      ? ": " + std::to_string(evidence->good) + " of " +
                            std::to_string(evidence->sampled) + " sampled ones have a right EDC"
                      : "")));
  if (lba > 0)
    result.findings.push_back(report("disc.starts-after-zero", Severity::damage, grid.phase,
                                     "the file begins at LBA " + std::to_string(lba) + ": " +
                                         plural(lba, "sector") + " before that are not in it"));
  if (grid.phase > 0)
    result.findings.push_back(
        report("disc.starts-inside-sector", Severity::damage, 0,
               "the first sector begins at byte " + std::to_string(grid.phase) +
                   "; what stands before it is in no view but the file itself"));
  const std::uint64_t present = file->size() - grid.offset_of(count - 1);
  if (present < grid.stored)
    result.findings.push_back(
        cut_sector_finding(path, grid.offset_of(count - 1), present, grid.stored));
  return result;
}

}  // namespace

bool is_session_gap(std::int64_t sectors) {
  // Recorders round the lead-out and lead-in by a few seconds.
  constexpr std::int64_t kSlack = 300;
  return (sectors >= 11250 && sectors <= 11400 + kSlack) ||
         (sectors >= 6750 && sectors <= 6900 + kSlack);
}

Finding cut_sector_finding(const std::string& path, std::uint64_t offset, std::uint64_t present,
                           std::uint32_t stored) {
  return {"disc.cut-inside-sector",
          Severity::damage,
          {.file = path, .offset = offset},
          "the file ends inside a sector: " + std::to_string(present) + " of " +
              std::to_string(stored) + " bytes are there"};
}

std::optional<DetectedDisc> detect_disc(const SourcePtr& file, const std::string& path) {
  constexpr std::uint64_t kMostSectors = std::numeric_limits<std::int32_t>::max() / 2;
  if (file->size() / 2048 > kMostSectors) return std::nullopt;
  const auto grid = find_grid(*file);
  if (!grid) return detect_headless(file, path);
  DetectedDisc result = Builder(file, path, *grid).build(find_runs(*file, *grid));
  result.stored =
      grid->phase == 0 ? file : window_source(file, grid->phase, file->size() - grid->phase);
  const std::uint64_t proof = grid->offset_of(grid->anchor);
  if (auto value = read_exactly(*file, proof, 16))
    result.proofs.push_back({path, proof, std::move(*value), "sync and header of a CD sector"});
  return result;
}

}  // namespace discern
