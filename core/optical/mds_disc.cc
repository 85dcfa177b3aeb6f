// SPDX-License-Identifier: Apache-2.0
// From a media descriptor to a disc. Pregaps are counted but not stored. Several files of a track
// are one after the other (x.mdf, x.md0, ...).
#include <algorithm>
#include <map>

#include "image/format_rows.h"
#include "image/signature.h"
#include "optical/declared_disc.h"
#include "optical/described_files.h"
#include "optical/mds.h"

namespace discern {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;  // DPM tables are the most of it

// The low three bits of the mode byte.
SectorMode mode_of(const MdsTrack& track, bool dvd) {
  if (dvd) return SectorMode::dvd;
  switch (track.mode & 7) {
    case 1:
      return SectorMode::audio;
    case 2:
      return SectorMode::mode1;
    case 5:
      return SectorMode::mode2_form2;
    default:
      return SectorMode::mode2_form1;
  }
}

// "*.mdf" stands for the descriptor's own name.
std::string file_name(const std::string& name, const std::string& descriptor) {
  const std::string stem(stem_of(last_component(descriptor)));
  if (name.empty()) return stem + ".mdf";
  if (name.starts_with("*.")) return stem + name.substr(1);
  return name;
}

class MdsDisc {
 public:
  MdsDisc(std::shared_ptr<const MappedFile> descriptor, MdsSheet sheet)
      : sheet_(std::move(sheet)),
        image_{.path = descriptor->facts().path, .format = "mds"},
        files_(image_, "mds") {
    image_.files.push_back({"descriptor", std::move(descriptor)});
    image_.disc.emplace().source = "mds";
  }

  Result<Image> build() {
    std::vector<DeclaredLayout> tracks;
    for (const MdsTrack& track : sheet_.tracks) tracks.push_back(declared(track));
    if (files_.stored().empty() && files_.missing()) return *files_.missing();
    return lay_out(std::move(image_), tracks, files_.stored());
  }

 private:
  DeclaredLayout declared(const MdsTrack& track) {
    const Place place{.file = image_.path, .offset = track.entry};
    const SectorMode mode = mode_of(track, sheet_.is_dvd());
    DeclaredPiece piece{.offset = track.offset, .sectors = track.sectors};
    piece.file = source_of(track, place);
    piece.path = path_;
    const std::uint32_t stored = track.stored;
    if (track.sectors == 0 && piece.file && stored > 0 && piece.offset < piece.file->size())
      piece.sectors = (piece.file->size() - piece.offset - 1) / stored + 1;
    char type[40];
    std::snprintf(type, sizeof type, "mode %02X of %u bytes", track.mode, track.stored);
    DeclaredLayout layout{.declared = {.kind = "mds",
                                       .number = track.number,
                                       .type = type,
                                       .mode = mode,
                                       .stored = stored,
                                       .place = place,
                                       .form = track.subchannel != 0 && stored < 2448 && stored > 96
                                                   ? SubchannelForm::interleaved
                                                   : SubchannelForm::none},
                          .session = track.session,
                          .lba = track.lba,
                          .flags = flags_of_control(track.control)};
    if (track.pregap > 0)
      layout.pieces.push_back({.sectors = track.pregap, .gap = true, .pregap = true});
    layout.pieces.push_back(std::move(piece));
    return layout;
  }

  // All files of the track as one; null when the first is missing.
  SourcePtr source_of(const MdsTrack& track, const Place& place) {
    std::vector<std::string> names = track.names;
    if (names.empty()) names.emplace_back();
    for (std::string& name : names) name = file_name(name, image_.path);
    std::vector<SourcePtr> parts;
    path_.clear();
    for (const std::string& name : names) {
      SourcePtr part = files_.open(name, place);
      if (!part) break;  // what is behind a missing part has no known place
      if (path_.empty()) path_ = files_.path_of(part);
      parts.push_back(std::move(part));
    }
    if (parts.empty()) return nullptr;
    if (parts.size() == 1) return parts.front();
    SourcePtr& whole = joined_[names];
    if (!whole) whole = concat_source(std::move(parts));
    return whole;
  }

  MdsSheet sheet_;
  Image image_;
  DescribedFiles files_;
  std::map<std::vector<std::string>, SourcePtr> joined_ = {};
  std::string path_ = {};  // of the track's first file
};

Probed probe(const ProbeInput& input) {
  constexpr std::string_view kSignature = "MEDIA DESCRIPTOR";
  if (!has_text_at(input.head, 0, kSignature)) return {};
  return proved_by(input, 0, kSignature.size(), "media descriptor of Alcohol 120%");
}

}  // namespace

Result<Image> open_mds(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  auto bytes = read_exactly(*file, 0, std::min(file->size(), kMostBytes));
  if (!bytes) return bytes.error();
  auto sheet = parse_mds(*bytes, file->facts().path);
  if (!sheet) return sheet.error();
  return MdsDisc(std::move(file), std::move(*sheet)).build();
}

extern const Format kMds = {"mds", "Alcohol 120% media descriptor with .mdf (CD, DVD)", "mds",
                            probe, open_mds};

}  // namespace discern
