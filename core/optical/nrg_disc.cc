// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "image/format_rows.h"
#include "optical/cd_text.h"
#include "optical/declared_disc.h"
#include "optical/nrg.h"

namespace discern {
namespace {

// Nero's mode codes. Sizes of track-at-once entries follow from the mode alone.
struct Mode {
  std::uint32_t code;
  SectorMode mode;
  std::uint32_t stored;
  std::string_view name;
};
constexpr Mode kModes[] = {
    {0, SectorMode::mode1, 2048, "mode 1 (0)"},
    {2, SectorMode::mode2_form1, 2048, "mode 2 form 1 (2)"},
    {3, SectorMode::mode2_form1, 2336, "mode 2 (3)"},
    {5, SectorMode::mode1, 2352, "raw mode 1 (5)"},
    {6, SectorMode::mode2_form1, 2352, "raw mode 2 (6)"},
    {7, SectorMode::audio, 2352, "audio (7)"},
    {15, SectorMode::mode1, 2448, "raw mode 1 with subchannel (15)"},
    {16, SectorMode::audio, 2448, "audio with subchannel (16)"},
    {17, SectorMode::mode2_form1, 2448, "raw mode 2 with subchannel (17)"},
};

Probed probe(const ProbeInput& input) {
  if (!ends_as_nrg(*input.source)) return {};
  const std::uint64_t at = input.source->size() - 12;
  auto value = read_exactly(*input.source, at, 12);
  if (!value) return {};
  return {Fit::strong, {{input.path, at, std::move(*value), "Nero's pointer to its chunks"}}};
}

}  // namespace

Result<Image> open_nrg(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  auto trailer = parse_nrg(*file, path);
  if (!trailer) return trailer.error();
  Image image{.path = path, .format = "nrg"};
  image.files.push_back({"image", file});
  image.findings = std::move(trailer->findings);
  image.disc.emplace().source = "nrg";
  image.disc->catalog = trailer->catalog;
  add_cd_text(trailer->cd_text, {.file = path, .offset = trailer->offset}, *image.disc,
              image.findings);
  const SourcePtr sectors = window_source(file, 0, trailer->offset);
  std::vector<DeclaredLayout> tracks;
  std::uint64_t end = 0;
  for (const NrgTrack& track : trailer->tracks) {
    const auto* mode = std::ranges::find(kModes, track.mode, &Mode::code);
    if (mode == std::end(kModes))
      return Error{Errc::unsupported, "track mode " + std::to_string(track.mode) + " is not known",
                   path, track.entry};
    const std::uint32_t stored = track.stored > 0 ? track.stored : mode->stored;
    const auto piece = [&](std::uint64_t from, std::uint64_t to, bool pregap) {
      return DeclaredPiece{.file = sectors,
                           .path = path,
                           .offset = from,
                           .sectors = (to - from) / stored + ((to - from) % stored > 0 ? 1 : 0),
                           .pregap = pregap};
    };
    DeclaredLayout layout{.declared = {.kind = "nrg",
                                       .number = track.number,
                                       .type = std::string(mode->name),
                                       .mode = mode->mode,
                                       .stored = stored,
                                       .place = {.file = path, .offset = track.entry}},
                          .session = track.session,
                          .lba = track.lba,
                          .isrc = track.isrc};
    if (track.pregap < track.start) layout.pieces.push_back(piece(track.pregap, track.start, true));
    layout.pieces.push_back(piece(track.start, track.end, false));
    // Without an address the first track is where a disc begins.
    if (tracks.empty() && !layout.lba) layout.lba = 0;
    tracks.push_back(std::move(layout));
    end = std::max(end, track.end);
  }
  if (end < trailer->offset)
    image.findings.push_back(
        {"nrg.unclaimed",
         Severity::note,
         {.file = path, .offset = end},
         std::to_string(trailer->offset - end) +
             " bytes between the last track and the chunks belong to no track"});
  return lay_out(std::move(image), tracks, {sectors});
}

extern const Format kNrg = {"nrg", "Nero disc image (CD)", "nrg", probe, open_nrg};

}  // namespace discern
