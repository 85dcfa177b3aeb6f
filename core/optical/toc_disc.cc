// SPDX-License-Identifier: Apache-2.0
// From cdrdao's TOC file to a disc. One sheet is one session; its tracks follow each other from LBA
// 0 on. Raw audio of a TOC is big-endian where other descriptors have it little-endian; it is
// exchanged, so that a track is the same bytes whatever describes it.
#include <algorithm>
#include <map>
#include <set>

#include "image/format_rows.h"
#include "image/signature.h"
#include "optical/declared_disc.h"
#include "optical/described_files.h"
#include "optical/toc.h"
#include "optical/unit_source.h"
#include "optical/wave.h"

namespace discern {
namespace {

constexpr std::uint64_t kSample = 4;
constexpr std::uint64_t kMostText = std::uint64_t{1} << 20;

class TocDisc {
 public:
  TocDisc(std::shared_ptr<const MappedFile> descriptor, TocSheet sheet)
      : sheet_(std::move(sheet)),
        image_{.path = descriptor->facts().path, .format = "toc"},
        files_(image_, "toc") {
    image_.files.push_back({"descriptor", std::move(descriptor)});
    image_.disc.emplace().source = "toc";
    image_.disc->catalog = sheet_.catalog;
    image_.disc->cd_text = std::move(sheet_.cd_text);
  }

  Result<Image> build() {
    std::vector<DeclaredLayout> tracks;
    int number = sheet_.first_track;
    for (const TocTrack& track : sheet_.tracks) {
      DeclaredLayout layout{.declared = {.kind = "toc",
                                         .number = number++,
                                         .type = track.type,
                                         .mode = track.mode,
                                         .stored = track.stored,
                                         .place = place_of(track.line, track.column),
                                         .form = track.form},
                            .isrc = track.isrc,
                            .flags = track.flags};
      for (const std::uint64_t index : track.indexes) layout.indexes.push_back(index);
      if (track.pregap > 0)
        layout.pieces.push_back({.sectors = track.pregap, .gap = true, .pregap = true});
      if (auto status = add_pieces(track, layout); !status) return status.error();
      tracks.push_back(std::move(layout));
    }
    if (stored_.empty() && files_.missing()) return *files_.missing();
    auto image = lay_out(std::move(image_), tracks, std::move(stored_));
    if (!image) return image;
    for (View& view : image->views)
      if (exchanged_.contains(view.name)) {
        if (!view.derivation.empty()) view.derivation += "; ";
        view.derivation += "samples big-endian in the file, little-endian here";
      }
    return image;
  }

 private:
  // A file of the sheet; null sources when it could not be opened.
  struct File {
    SourcePtr little_endian = nullptr;
    SourcePtr big_endian = nullptr;  // read as such
    std::string path = {};
    bool wave = false;
  };

  Place place_of(std::uint32_t line, std::uint32_t column) const {
    return {.file = image_.path, .line = line, .column = column};
  }
  Error error(const TocPiece& piece, Errc code, std::string text) const {
    return {code, std::move(text), image_.path, {}, piece.line, piece.column};
  }

  const File& file_of(const TocPiece& piece) {
    const auto [found, added] = opened_.try_emplace(piece.name);
    File& file = found->second;
    if (!added) return file;
    file.little_endian = files_.open(piece.name, place_of(piece.line, piece.column));
    if (!file.little_endian) return file;
    file.path = files_.path_of(file.little_endian);
    if (auto samples = wave_samples(file.little_endian)) {
      file.wave = true;
      file.little_endian = *samples;
    }
    stored_.push_back(file.little_endian);
    return file;
  }

  // Pieces in the order of the sheet, cut where INDEX 01 lies inside one.
  Status add_pieces(const TocTrack& track, DeclaredLayout& layout) {
    std::uint64_t before_start = track.start ? track.start->value : 0;
    for (std::size_t i = 0; i < track.pieces.size(); ++i) {
      auto piece = placed(track, track.pieces[i], i + 1 == track.pieces.size());
      if (!piece) return piece.error();
      piece->pregap = track.start_piece && i < *track.start_piece;
      if (before_start == 0) {
        layout.pieces.push_back(std::move(*piece));
        continue;
      }
      DeclaredPiece pregap = *piece;
      pregap.pregap = true;
      pregap.sectors = std::min(before_start, piece->sectors);
      before_start -= pregap.sectors;
      piece->sectors -= pregap.sectors;
      piece->offset += pregap.sectors * track.stored;
      layout.pieces.push_back(std::move(pregap));
      if (piece->sectors > 0) layout.pieces.push_back(std::move(*piece));
    }
    if (before_start > 0)
      return Error{Errc::corrupt, "START is behind the end of the track",
                   image_.path,   {},
                   track.line,    track.column};
    return Done{};
  }

  Result<DeclaredPiece> placed(const TocTrack& track, const TocPiece& piece, bool last) {
    const std::uint64_t unit = track.mode == SectorMode::audio ? kSample : 1;
    const auto bytes = [&](TocLength length) -> std::optional<std::uint64_t> {
      const std::uint64_t size = length.sectors ? track.stored : unit;
      if (length.value > (std::uint64_t{1} << 50) / size) return std::nullopt;
      return length.value * size;
    };
    DeclaredPiece result{.gap = piece.name.empty()};
    const auto start = bytes(piece.start);
    const auto length = piece.length ? bytes(*piece.length) : std::uint64_t{0};
    if (!start || !length || piece.byte_offset > std::uint64_t{1} << 50)
      return error(piece, Errc::corrupt, "a position that no file has");
    result.offset = piece.byte_offset + *start;
    std::uint64_t size = *length;
    if (!piece.name.empty()) {
      const File& file = file_of(piece);
      if (file.little_endian) {
        result.path = file.path;
        result.file = source_of(track, piece, result.offset);
        const std::uint64_t end = file.little_endian->size();
        if (!piece.length) size = end > result.offset ? end - result.offset : 0;
      }
    }
    result.sectors = (size + track.stored - 1) / track.stored;
    if (size % track.stored == 0 || !piece.length) return result;
    if (!last)
      return error(piece, Errc::unsupported,
                   "a piece that is not whole sectors, with others behind it, is not read");
    // cdrdao fills the last sector of a track up with zeros.
    if (result.file) {
      const std::uint64_t rest = track.stored - size % track.stored;
      result.file = concat_source(
          {window_source(result.file, result.offset, size),
           memory_source(std::vector<std::byte>(static_cast<std::size_t>(rest)), result.path)});
      result.offset = 0;
    }
    return result;
  }

  // The file's bytes, audio as little-endian samples; `offset` becomes that in the result.
  SourcePtr source_of(const TocTrack& track, const TocPiece& piece, std::uint64_t& offset) {
    File& file = opened_.find(piece.name)->second;
    const bool exchanged = track.mode == SectorMode::audio && piece.swap == file.wave;
    if (!exchanged) return file.little_endian;
    exchanged_.insert("track " +
                      std::to_string(sheet_.first_track + (&track - sheet_.tracks.data())));
    if (offset % 2 != 0) {
      const std::uint64_t size = file.little_endian->size();
      SourcePtr window =
          window_source(file.little_endian, offset, size > offset ? size - offset : 0);
      offset = 0;
      return swapped_source(std::move(window));
    }
    if (!file.big_endian) file.big_endian = swapped_source(file.little_endian);
    return file.big_endian;
  }

  TocSheet sheet_;
  Image image_ = {};
  DescribedFiles files_;
  std::map<std::string, File> opened_ = {};
  std::vector<SourcePtr> stored_ = {};
  std::set<std::string> exchanged_ = {};  // views of tracks with the byte order exchanged
};

// Only the sheet's own grammar is a proof: TRACK and a mode as whole words, without text before
// them that no statement has. Cut sheets are told by their first statement.
Probed probe(const ProbeInput& input) {
  const std::string_view text = as_text(input.head);
  if (text.find('\0') != text.npos || input.source->size() > kMostText) return {};
  constexpr std::string_view kFirst[] = {"CD_DA", "CD_ROM_XA", "CD_ROM", "CD_I"};
  constexpr std::string_view kModes[] = {"AUDIO", "MODE0", "MODE1", "MODE2"};
  for (std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::size_t word_at = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view rest = line.substr(word_at);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t/"));
    if (rest.empty() || rest.starts_with("//")) {
      at = end + 1;
      continue;
    }
    for (const std::string_view type : kFirst)
      if (word == type)
        return proved_by(input, at + word_at, type.size(), "TOC file of cdrdao: disc type");
    if (word == "CATALOG" || word == "FIRST_TRACK_NO" || word == "CD_TEXT") {
      at = end + 1;
      continue;
    }
    if (word != "TRACK") return {};
    const std::string_view tail = rest.substr(5);
    const std::string_view mode = tail.substr(std::min(tail.find_first_not_of(" \t"), tail.size()));
    for (const std::string_view name : kModes)
      if (mode.starts_with(name))
        return proved_by(input, at + word_at, rest.size(), "TOC file of cdrdao: TRACK");
    return {};
  }
  return {};
}

}  // namespace

Result<Image> open_toc(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  auto text = read_exactly(*file, 0, std::min(file->size(), kMostText + 1));
  if (!text) return text.error();
  auto sheet = parse_toc(as_text(*text), file->facts().path);
  if (!sheet) return sheet.error();
  return TocDisc(std::move(file), std::move(*sheet)).build();
}

extern const Format kToc = {"toc", "TOC file of cdrdao with its image files (CD)", "toc", probe,
                            open_toc};

}  // namespace discern
