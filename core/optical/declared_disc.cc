// SPDX-License-Identifier: Apache-2.0
// Descriptors disagree with their sectors in three ways: the mode, the size of a sector and the
// address. Mode and size are looked at before a track's pieces are laid out, because they decide
// how many sectors a range of bytes is; the address of the first header moves the whole track, when
// that does not put it over its neighbour.
#include "optical/declared_disc.h"

#include <algorithm>
#include <limits>

#include "optical/detect.h"
#include "optical/disc_views.h"
#include "optical/layout.h"

namespace discern {
namespace {

// Longer than any disc (99:59:74); DVDs have more, but then in the file.
constexpr std::int64_t kMostMissing = 450000;
constexpr std::int64_t kMostAddress = std::numeric_limits<std::int32_t>::max() / 2;
constexpr std::size_t kMostTracks = 99;

Error error_at(const DeclaredLayout& track, std::string text) {
  const Place& place = track.declared.place;
  return {Errc::corrupt, std::move(text), place.file, place.offset, place.line, place.column};
}

class Builder {
 public:
  explicit Builder(Image& image) : image_(image) {}

  Status add(const DeclaredLayout& track) {
    if (!layout_of(track.declared))
      return error_at(track, "sectors of " + std::to_string(track.declared.stored) +
                                 " bytes cannot be " + track.declared.type);
    std::vector<DeclaredPiece> pieces = track.pieces;
    const CheckedTrack checked = check(track, pieces);
    if (auto status = count(track, pieces, checked.layout.stored); !status) return status;
    const std::int64_t first = place(track, pieces, checked);
    if (first < -kMostMissing || first > kMostAddress)
      return error_at(track, "no disc has LBA " + std::to_string(first));
    if (sessions().empty() || sessions().back().number != track.session)
      sessions().push_back({.number = track.session});
    int number = track.declared.number;
    if (number <= last_number_) {
      number = last_number_ + 1;
      report(track, ".track-number-repeated", Severity::warning,
             "track numbers do not ascend; this one is counted as track " + std::to_string(number));
    }
    last_number_ = number;
    sessions().back().tracks.push_back({.number = number,
                                        .mode = checked.mode,
                                        .first = {static_cast<std::int32_t>(first)},
                                        .isrc = track.isrc,
                                        .flags = track.flags});
    Track& result = sessions().back().tracks.back();
    for (const std::uint64_t index : track.indexes)
      if (index < static_cast<std::uint64_t>(kMostAddress - first))
        result.indexes.push_back(
            {static_cast<std::int32_t>(first + static_cast<std::int64_t>(index))});
    append(track, pieces, checked, result);
    return Done{};
  }

 private:
  std::vector<Session>& sessions() { return image_.disc->sessions; }

  void report(const DeclaredLayout& track, const std::string& what, Severity severity,
              std::string text) {
    image_.findings.push_back(
        {track.declared.kind + what, severity, track.declared.place, std::move(text)});
  }

  // What the track's own sectors say, those before INDEX 01 only where there are no others. Pieces
  // are moved to the first whole sector.
  CheckedTrack check(const DeclaredLayout& track, std::vector<DeclaredPiece>& pieces) {
    const auto looked_at = [&](bool pregap) {
      return std::ranges::find_if(pieces, [&](const DeclaredPiece& piece) {
        return piece.file && piece.sectors > 0 && piece.pregap == pregap &&
               piece.offset < piece.file->size();
      });
    };
    auto piece = looked_at(false);
    if (piece == pieces.end()) piece = looked_at(true);
    if (piece == pieces.end()) return {*layout_of(track.declared), track.declared.mode};
    const std::uint64_t most = piece->file->size() - piece->offset;
    const std::uint64_t length = piece->sectors > most / track.declared.stored
                                     ? most
                                     : piece->sectors * track.declared.stored;
    CheckedTrack checked = check_track(window_source(piece->file, piece->offset, length),
                                       track.declared, image_.findings);
    if (checked.phase > 0) {
      report(track, ".starts-inside-sector", Severity::damage,
             "the first sector begins " + std::to_string(checked.phase) +
                 " bytes behind where the descriptor says");
      piece->offset += checked.phase;
    }
    // Bytes are what a descriptor is surest of: the same bytes in sectors of another size.
    if (checked.layout.stored != track.declared.stored)
      for (DeclaredPiece& each : pieces)
        if (each.file) each.sectors = recounted(each, track.declared.stored, checked.layout.stored);
    if (checked.lba) {
      std::int64_t before = 0;
      for (const DeclaredPiece& each : pieces) {
        if (&each == &*piece) break;
        before += static_cast<std::int64_t>(std::min<std::uint64_t>(each.sectors, kMostAddress));
      }
      checked.lba = *checked.lba - before;  // of the track's first piece
    }
    return checked;
  }

  // Sectors of `stored` bytes where `declared` ones were counted, a cut one at the end included.
  static std::uint64_t recounted(const DeclaredPiece& piece, std::uint32_t declared,
                                 std::uint32_t stored) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (piece.sectors > kMost) return piece.sectors;
    std::uint64_t bytes = piece.sectors * declared;
    const std::uint64_t size = piece.file->size();
    const std::uint64_t there = piece.offset < size ? size - piece.offset : 0;
    if (bytes > there && bytes - there < declared) bytes = there;
    return (bytes + stored - 1) / stored;
  }

  Status count(const DeclaredLayout& track, const std::vector<DeclaredPiece>& pieces,
               std::uint32_t stored) {
    for (const DeclaredPiece& piece : pieces) {
      constexpr std::uint64_t kMostOffset = std::uint64_t{1} << 60;
      if (piece.file && piece.offset > kMostOffset)
        return error_at(track, "a file offset that no file has");
      const std::uint64_t size = piece.file ? piece.file->size() : 0;
      const std::uint64_t there = piece.offset < size ? (size - piece.offset - 1) / stored + 1 : 0;
      const std::uint64_t most = static_cast<std::uint64_t>(kMostMissing - missing_) + there;
      if (piece.sectors > most || there > static_cast<std::uint64_t>(kMostAddress))
        return error_at(track, "a length that no disc has, far behind the end of the file");
      if (piece.sectors > there) missing_ += static_cast<std::int64_t>(piece.sectors - there);
    }
    return Done{};
  }

  // The LBA of INDEX 01.
  std::int64_t place(const DeclaredLayout& track, const std::vector<DeclaredPiece>& pieces,
                     const CheckedTrack& checked) {
    std::int64_t pregap = 0;
    for (const DeclaredPiece& piece : pieces)
      if (piece.pregap) pregap += static_cast<std::int64_t>(piece.sectors);
    const std::int64_t expected = track.lba.value_or(next_ + pregap);
    if (!checked.lba) return expected;
    const std::int64_t by_header = *checked.lba + pregap;
    if (by_header == expected) return expected;
    const bool first = sessions().empty();
    if (!first && by_header - pregap < next_) {
      report(track, ".address-contradicts-sectors", Severity::warning,
             "the descriptor puts track " + std::to_string(track.declared.number) + " at LBA " +
                 std::to_string(expected) + ", its header says " + std::to_string(by_header) +
                 ", which other sectors have; the descriptor was followed");
      return expected;
    }
    report(track, ".address-contradicts-sectors",
           by_header > expected ? Severity::damage : Severity::warning,
           "the descriptor puts track " + std::to_string(track.declared.number) + " at LBA " +
               std::to_string(expected) + ", its header says " + std::to_string(by_header) +
               "; the header was followed");
    return by_header;
  }

  void append(const DeclaredLayout& track, const std::vector<DeclaredPiece>& pieces,
              const CheckedTrack& checked, Track& result) {
    for (const DeclaredPiece& piece : pieces)
      if (piece.pregap) {
        result.pregap += static_cast<std::uint32_t>(piece.sectors);
        result.pregap_stored = result.pregap_stored || piece.file != nullptr;
      }
    std::int64_t lba = std::int64_t{result.first.value} - result.pregap;
    if (lba < next_ && next_ > 0 && !pieces.empty())
      report(track, ".address-contradicts-sectors", Severity::warning,
             "track " + std::to_string(track.declared.number) + " begins at LBA " +
                 std::to_string(lba) + ", inside the track before it");
    for (const DeclaredPiece& piece : pieces) {
      if (piece.sectors == 0) continue;
      if (!piece.pregap) result.sectors += static_cast<std::uint32_t>(piece.sectors);
      add_extent({.first = {static_cast<std::int32_t>(lba)},
                  .sectors = static_cast<std::uint32_t>(piece.sectors),
                  .file = piece.file,
                  .file_offset = piece.file ? piece.offset : 0,
                  .layout = checked.layout,
                  .mode = checked.mode,
                  .gap = piece.gap && !piece.file},
                 result.extents);
      lba += static_cast<std::int64_t>(piece.sectors);
      report_end(track, piece, checked.layout.stored);
    }
    for (const Extent& extent : result.extents)
      report_address_jumps(extent, path_of(extent, pieces, track), image_.findings);
    next_ = std::max(next_, lba);
  }

  static std::string path_of(const Extent& extent, const std::vector<DeclaredPiece>& pieces,
                             const DeclaredLayout& track) {
    for (const DeclaredPiece& piece : pieces)
      if (piece.file && piece.file == extent.file) return piece.path;
    return track.declared.place.file;
  }

  static void add_extent(Extent extent, std::vector<Extent>& extents) {
    if (!extents.empty() && extent.file) {
      Extent& last = extents.back();
      if (last.file == extent.file &&
          last.file_offset + std::uint64_t{last.sectors} * last.layout.stored ==
              extent.file_offset) {
        last.sectors += extent.sectors;
        return;
      }
    }
    extents.push_back(std::move(extent));
  }

  void report_end(const DeclaredLayout& track, const DeclaredPiece& piece, std::uint32_t stored) {
    if (!piece.file) return;
    const std::uint64_t size = piece.file->size();
    const std::uint64_t end = piece.offset + piece.sectors * stored;  // count() bounds both
    if (end <= size) return;
    const std::uint64_t whole = piece.offset < size ? (size - piece.offset) / stored : 0;
    const std::uint64_t present = piece.offset < size ? (size - piece.offset) % stored : 0;
    const std::uint64_t absent = piece.sectors - whole - (present > 0 ? 1 : 0);
    if (present > 0)
      image_.findings.push_back(
          cut_sector_finding(piece.path, piece.offset + whole * stored, present, stored));
    if (absent > 0)
      report(track, ".track-past-end", Severity::damage,
             "track " + std::to_string(track.declared.number) + " has " + std::to_string(absent) +
                 " sectors behind the end of the file");
  }

  Image& image_;
  std::int64_t next_ = 0;  // LBA behind what is placed
  int last_number_ = 0;
  std::int64_t missing_ = 0;  // sectors that no file has
};

}  // namespace

Result<Image> lay_out(Image image, const std::vector<DeclaredLayout>& tracks,
                      std::vector<SourcePtr> stored) {
  if (tracks.empty()) return Error{Errc::corrupt, "the descriptor has no track", image.path};
  if (tracks.size() > kMostTracks) return error_at(tracks[kMostTracks], "more than 99 tracks");
  Builder builder(image);
  for (const DeclaredLayout& track : tracks)
    if (auto status = builder.add(track); !status) return status.error();
  add_disc_views(image, std::move(stored));
  if (image.views.empty())
    return error_at(tracks.front(), "the descriptor's tracks have no sectors");
  return image;
}

std::vector<std::string> flags_of_control(int control) {
  std::vector<std::string> flags;
  if ((control & 1) != 0) flags.emplace_back("PRE");
  if ((control & 2) != 0) flags.emplace_back("DCP");
  if ((control & 4) != 0) flags.emplace_back("DATA");
  if ((control & 8) != 0) flags.emplace_back("4CH");
  return flags;
}

}  // namespace discern
