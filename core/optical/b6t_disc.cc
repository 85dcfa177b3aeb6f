// SPDX-License-Identifier: Apache-2.0
// From a descriptor of BlindWrite to a disc. Data blocks and tracks are two lists over the same
// LBAs: a block may hold several tracks, and a track may go on in the next block (files of 2 GB). A
// pregap that no block holds was not stored.
#include <algorithm>
#include <cstdio>

#include "image/format_rows.h"
#include "image/signature.h"
#include "optical/b6t.h"
#include "optical/cd_text.h"
#include "optical/declared_disc.h"
#include "optical/described_files.h"

namespace discern {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;  // DPM tables are the most of it

SectorMode mode_of(const B6tTrack& track) {
  constexpr SectorMode kModes[] = {
      SectorMode::unknown,     SectorMode::audio,       SectorMode::mode1, SectorMode::mode2_form1,
      SectorMode::mode2_form1, SectorMode::mode2_form2, SectorMode::dvd};
  return kModes[track.type];
}

class B6tDisc {
 public:
  B6tDisc(std::shared_ptr<const MappedFile> descriptor, B6tSheet sheet)
      : sheet_(std::move(sheet)),
        image_{.path = descriptor->facts().path, .format = "b6t"},
        files_(image_, "b6t") {
    image_.files.push_back({"descriptor", std::move(descriptor)});
    Disc& disc = image_.disc.emplace();
    disc.source = "b6t";
    disc.catalog = sheet_.catalog;
    add_cd_text(sheet_.cd_text, {.file = image_.path, .offset = sheet_.cd_text_at}, disc,
                image_.findings);
  }

  Result<Image> build() {
    std::vector<DeclaredLayout> tracks;
    for (const B6tTrack& track : sheet_.tracks) {
      auto layout = declared(track);
      if (!layout) return layout.error();
      tracks.push_back(std::move(*layout));
    }
    if (files_.stored().empty() && files_.missing()) return *files_.missing();
    return lay_out(std::move(image_), tracks, files_.stored());
  }

 private:
  Place place_of(std::uint64_t offset) const { return {.file = image_.path, .offset = offset}; }

  Result<DeclaredLayout> declared(const B6tTrack& track) {
    const std::int64_t begin = track.lba;
    const std::int64_t index1 = begin + track.pregap;
    const std::int64_t end = begin + track.sectors;
    DeclaredLayout layout{.declared = {.kind = "b6t",
                                       .number = track.number,
                                       .type = {},
                                       .mode = mode_of(track),
                                       .stored = 0,
                                       .place = place_of(track.entry)},
                          .session = track.session,
                          .lba = index1,
                          .flags = flags_of_control(track.control)};
    if (track.type != 6 && track.toc_lba != index1)
      image_.findings.push_back(
          {"b6t.time-contradicts-lba", Severity::warning, place_of(track.entry + 18),
           "the table of contents puts track " + std::to_string(track.number) + " at LBA " +
               std::to_string(track.toc_lba) + ", the blocks at " + std::to_string(index1) +
               ", which was followed"});
    std::int64_t next = begin;
    for (const B6tBlock& block : sheet_.blocks) {
      const std::int64_t from = std::max<std::int64_t>(next, block.lba);
      const std::int64_t to = std::min<std::int64_t>(end, std::int64_t{block.lba} + block.sectors);
      if (from >= to) continue;
      if (layout.declared.stored == 0) layout.declared.stored = block.stored;
      if (layout.declared.stored != block.stored)
        return Error{Errc::unsupported, "a track whose sectors are stored in several sizes",
                     image_.path, block.entry};
      add_absent(next, from, index1, layout.pieces);
      const SourcePtr file = files_.open(block.name, place_of(block.entry));
      const auto skipped = static_cast<std::uint64_t>(from - block.lba) * block.stored;
      add(from, to, index1,
          {.file = file, .path = files_.path_of(file), .offset = block.offset + skipped},
          block.stored, layout.pieces);
      next = to;
    }
    if (layout.declared.stored == 0) layout.declared.stored = track.type == 6 ? 2048 : 2352;
    add_absent(next, end, index1, layout.pieces);
    name_type(track, layout.declared);
    return layout;
  }

  static void name_type(const B6tTrack& track, DeclaredTrack& declared) {
    char text[48];
    std::snprintf(text, sizeof text, "type %u of %u bytes", track.type, declared.stored);
    declared.type = text;
    // Both readers call P to W linear.
    if (declared.stored == 2448) declared.form = SubchannelForm::planar;
    if (declared.stored == 2368) declared.form = SubchannelForm::q16;
  }

  // [from, to) as one piece or two, parted at INDEX 01.
  static void add(std::int64_t from, std::int64_t to, std::int64_t index1, DeclaredPiece piece,
                  std::uint32_t stored, std::vector<DeclaredPiece>& pieces) {
    const std::int64_t cut = std::clamp(index1, from, to);
    for (const auto& [begin, end] : {std::pair(from, cut), std::pair(cut, to)}) {
      if (begin == end) continue;
      piece.sectors = static_cast<std::uint64_t>(end - begin);
      piece.pregap = begin < index1;
      pieces.push_back(piece);
      if (piece.file) piece.offset += piece.sectors * stored;
    }
  }

  static void add_absent(std::int64_t from, std::int64_t to, std::int64_t index1,
                         std::vector<DeclaredPiece>& pieces) {
    if (from >= to) return;
    const std::int64_t cut = std::clamp(index1, from, to);
    if (from < cut)
      pieces.push_back(
          {.sectors = static_cast<std::uint64_t>(cut - from), .gap = true, .pregap = true});
    if (cut < to) pieces.push_back({.sectors = static_cast<std::uint64_t>(to - cut)});
  }

  B6tSheet sheet_;
  Image image_;
  DescribedFiles files_;
};

Probed probe(const ProbeInput& input) {
  constexpr std::string_view kSignature = "BWT5 STREAM SIGN";
  if (!has_text_at(input.head, 0, kSignature)) return {};
  return proved_by(input, 0, kSignature.size(), "descriptor of BlindWrite 5 or 6");
}

}  // namespace

Result<Image> open_b6t(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  auto bytes = read_exactly(*file, 0, std::min(file->size(), kMostBytes));
  if (!bytes) return bytes.error();
  auto sheet = parse_b6t(*bytes, file->facts().path);
  if (!sheet) return sheet.error();
  return B6tDisc(std::move(file), std::move(*sheet)).build();
}

extern const Format kB6t = {"b6t", "BlindWrite 5 and 6 descriptor with its image files (CD, DVD)",
                            "b6t b5t", probe, open_b6t};

}  // namespace discern
