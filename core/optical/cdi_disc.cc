// SPDX-License-Identifier: Apache-2.0
// Tracks lie in the file one behind the other, pregaps included. `start` counts from 00:00:00, so
// that a first track with its pregap of 150 has 0, and INDEX 01 of any track is LBA
// start + pregap - 150.
#include <algorithm>

#include "image/format_rows.h"
#include "optical/cdi.h"
#include "optical/declared_disc.h"
#include "optical/descriptor_files.h"
#include "optical/descriptor_text.h"

namespace discern {
namespace {

constexpr std::uint32_t kSizes[] = {2048, 2336, 2352, 2368, 2448};

SectorMode mode_of(const CdiTrack& track) {
  if (track.mode == 0) return SectorMode::audio;
  return track.mode == 1 ? SectorMode::mode1 : SectorMode::mode2_form1;
}

Probed probe(const ProbeInput& input) {
  if (!ends_as_cdi(*input.source)) return {};
  const std::uint64_t at = input.source->size() - 8;
  auto value = read_exactly(*input.source, at, 8);
  if (!value) return {};
  return {
      Fit::strong,
      {{input.path, at, std::move(*value), "DiscJuggler: version and place of the description"}}};
}

}  // namespace

Result<Image> open_cdi(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  const auto trailer = parse_cdi(*file, path);
  if (!trailer) return trailer.error();
  Image image{.path = path, .format = "cdi"};
  image.files.push_back({"image", file});
  image.disc.emplace().source = "cdi";
  const SourcePtr stored_sectors = window_source(file, 0, trailer->offset);
  std::vector<DeclaredLayout> tracks;
  std::uint64_t offset = 0;
  for (const CdiTrack& track : trailer->tracks) {
    const Place place{.file = path, .offset = track.entry};
    if (track.mode > 2 || track.read_mode >= std::size(kSizes))
      return Error{Errc::unsupported,
                   "a track of mode " + std::to_string(track.mode) + ", read mode " +
                       std::to_string(track.read_mode),
                   path, track.entry};
    const std::uint32_t stored = kSizes[track.read_mode];
    std::uint64_t pregap =
        track.indexes.empty() ? 0 : std::min(track.indexes.front(), track.sectors);
    if (pregap == track.sectors) pregap = 0;  // nothing behind it: the track itself
    if (last_component(track.name) != track.name && tracks.empty())
      image.findings.push_back({"cdi.path-outside", Severity::note, place,
                                "the image was made as \"" + utf8_text(track.name) + "\""});
    DeclaredLayout layout{
        .declared = {.kind = "cdi",
                     .number = static_cast<int>(tracks.size()) + 1,
                     .type = "mode " + std::to_string(track.mode) + " of " +
                             std::to_string(stored) + " bytes",
                     .mode = mode_of(track),
                     .stored = stored,
                     .place = place},
        .session = track.session,
        .lba = std::int64_t{track.start} + static_cast<std::int64_t>(pregap) - 150,
        .isrc = track.isrc,
        .flags = flags_of_control(static_cast<int>(track.control & 15))};
    const auto piece = [&](std::uint64_t sectors, bool is_pregap) {
      layout.pieces.push_back({.file = stored_sectors,
                               .path = path,
                               .offset = offset,
                               .sectors = sectors,
                               .pregap = is_pregap});
      offset += sectors * stored;
    };
    if (pregap > 0) piece(pregap, true);
    piece(track.sectors - pregap, false);
    std::uint64_t index = 0;
    for (std::size_t i = 1; i + 1 < track.indexes.size(); ++i)
      layout.indexes.push_back(index += track.indexes[i]);
    tracks.push_back(std::move(layout));
  }
  if (offset > trailer->offset)
    image.findings.push_back({"cdi.tracks-in-description",
                              Severity::damage,
                              {.file = path, .offset = trailer->offset},
                              "the tracks are said to reach to byte " + std::to_string(offset) +
                                  ", the description begins at " +
                                  std::to_string(trailer->offset)});
  return lay_out(std::move(image), tracks, {stored_sectors});
}

extern const Format kCdi = {"cdi", "DiscJuggler image (CD)", "cdi", probe, open_cdi};

}  // namespace discern
