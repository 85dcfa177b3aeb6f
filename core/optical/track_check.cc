// SPDX-License-Identifier: Apache-2.0
// Descriptors are wrong about modes and sizes often enough (made by hand, renamed files, cooked
// images under an old sheet), and whoever believes them serves garbage without a word. Sync and
// header prove the opposite at no cost, so they win and the contradiction is reported.
#include "optical/track_check.h"

#include "discern/bytes.h"
#include "optical/layout.h"
#include "optical/sector_grid.h"

namespace discern {
namespace {

// 1 or 2 for the mode byte that sectors of `mode` have, 0 for mode 0, -1 for audio.
int mode_byte(SectorMode mode) {
  if (mode == SectorMode::mode1) return 1;
  if (mode == SectorMode::mode2 || is_xa(mode)) return 2;
  return mode == SectorMode::mode0 ? 0 : -1;
}

// Audio has no syncs: two places tell, where a search would read megabytes of every track.
bool begins_with_headers(const ByteSource& sectors, std::uint32_t stored) {
  const std::uint64_t middle = sectors.size() / stored / 2 * stored;
  return read_stored_header(sectors, 0, false) || read_stored_header(sectors, 0, true) ||
         read_stored_header(sectors, middle, false) || read_stored_header(sectors, middle, true);
}

bool is_plain_iso(const ByteSource& sectors) {
  const auto descriptor = read_exactly(sectors, std::uint64_t{16} * 2048, 6);
  return descriptor && has_text_at(*descriptor, 1, "CD001");
}

// Formless mode 2 where the bytes of the subheader's two copies differ.
SectorMode mode_of_2336(const ByteSource& sectors, SectorMode declared) {
  const auto copies = read_exactly(sectors, 0, 8);
  if (!copies || as_text(*copies).substr(0, 4) == as_text(*copies).substr(4)) return declared;
  return SectorMode::mode2;
}

}  // namespace

std::optional<SectorLayout> layout_of(const DeclaredTrack& track) {
  const std::uint32_t behind = track.form == SubchannelForm::none  ? 0
                               : track.form == SubchannelForm::q16 ? 16
                                                                   : 96;
  if (track.stored < behind) return std::nullopt;
  return behind == 0 ? sector_layout(track.stored, track.mode)
                     : sector_layout(track.stored - behind, track.form, track.mode);
}

CheckedTrack check_track(const SourcePtr& sectors, const DeclaredTrack& declared,
                         Findings& findings) {
  const auto report = [&](const std::string& what, const std::string& text) {
    findings.push_back({declared.kind + what, Severity::warning, declared.place,
                        "track " + std::to_string(declared.number) + " is declared " +
                            declared.type + ", but " + text});
  };
  CheckedTrack checked{*layout_of(declared), declared.mode};
  if (sectors->size() == 0) return checked;
  const bool audio = declared.mode == SectorMode::audio;
  if (audio && !begins_with_headers(*sectors, declared.stored)) return checked;
  const auto evidence = identify_sectors(*sectors);
  if (!evidence) {
    if (audio) return checked;
    if (declared.stored != 2048 && is_plain_iso(*sectors)) {
      report(".size-contradicts-sectors", "a volume descriptor stands where 2048-byte sectors are");
      checked.mode =
          declared.mode == SectorMode::mode1 ? SectorMode::mode1 : SectorMode::mode2_form1;
      checked.layout = *sector_layout(2048, checked.mode);
    } else if (declared.stored >= 2352) {
      report(".no-sync", "no sector with a sync was found");
    } else if (declared.stored == 2336 && declared.form == SubchannelForm::none) {
      checked.mode = mode_of_2336(*sectors, declared.mode);
      checked.layout = *sector_layout(2336, checked.mode);
    }
    return checked;
  }
  if (mode_byte(evidence->mode) != mode_byte(declared.mode))
    report(".mode-contradicts-sectors", "its sectors are " + std::string(name_of(evidence->mode)));
  if (evidence->layout.stored != declared.stored)
    report(".size-contradicts-sectors",
           "its sectors are " + std::to_string(evidence->layout.stored) + " bytes long");
  SectorLayout layout = evidence->layout;
  if (layout.stored == declared.stored) layout.form = checked.layout.form;
  return {layout, evidence->mode, evidence->phase, evidence->lba_of_zero};
}

void report_address_jumps(const Extent& extent, const std::string& path, Findings& findings) {
  if (!extent.file || extent.layout.sync < 0) return;
  const SourcePtr sectors = window_source(extent.file, extent.file_offset,
                                          std::uint64_t{extent.sectors} * extent.layout.stored);
  const SectorGrid grid{.stored = extent.layout.stored, .scrambled = extent.layout.scrambled};
  constexpr int kMostJumps = 20;
  int jumps = 0;
  std::optional<std::int64_t> expected;
  for (const GridRun& run : find_runs(*sectors, grid)) {
    if (!run.is_data()) continue;
    if (expected && *run.lba_of_zero != *expected && ++jumps <= kMostJumps)
      findings.push_back({"disc.address-jump",
                          Severity::damage,
                          {.file = path,
                           .offset = extent.file_offset + grid.offset_of(run.first),
                           .lba = run.lba(run.first)},
                          "addresses jump inside a track: a header says LBA " +
                              std::to_string(run.lba(run.first)) + " where " +
                              std::to_string(*expected + static_cast<std::int64_t>(run.first)) +
                              " is next"});
    expected = run.lba_of_zero;
  }
}

}  // namespace discern
