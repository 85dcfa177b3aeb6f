// SPDX-License-Identifier: Apache-2.0
#include "digest/sector_pieces.h"

#include <algorithm>
#include <optional>

namespace discern {
namespace {

// Part of the view that lies in one evidence file without a break.
struct Segment {
  std::string_view file;
  std::uint64_t file_offset = 0;
  ByteRange in_view;
};

std::vector<Segment> segments_of(const ByteSource& view) {
  std::vector<Segment> segments;
  for (std::uint64_t at = 0; at < view.size();) {
    const Location place = view.locate(at);
    const std::uint64_t length = std::min(place.length, view.size() - at);
    if (length == 0) break;
    if (place.offset) segments.push_back({place.file, *place.offset, {at, length}});
    at += length;
  }
  return segments;
}

// Where `extent` begins in the view, and how many bytes of it the view has there.
std::optional<ByteRange> find_in_view(const Extent& extent, const View& view,
                                      const std::vector<Segment>& segments) {
  if (!extent.file || extent.file_offset >= extent.file->size()) return std::nullopt;
  if (extent.file == view.source) {
    return ByteRange{extent.file_offset, view.source->size() - extent.file_offset};
  }
  const Location place = extent.file->locate(extent.file_offset);
  if (!place.offset) return std::nullopt;
  for (const Segment& segment : segments) {
    if (segment.file != place.file || *place.offset < segment.file_offset) continue;
    const std::uint64_t skip = *place.offset - segment.file_offset;
    if (skip >= segment.in_view.length) continue;
    return ByteRange{segment.in_view.offset + skip, segment.in_view.length - skip};
  }
  return std::nullopt;
}

}  // namespace

std::vector<SectorPiece> sector_pieces(const Disc& disc, const View& view) {
  const auto segments = segments_of(*view.source);
  std::vector<SectorPiece> pieces;
  for (const Session& session : disc.sessions) {
    for (const Track& track : session.tracks) {
      for (const Extent& extent : track.extents) {
        const auto range = find_in_view(extent, view, segments);
        const std::uint32_t stored = extent.layout.stored;
        if (!range || stored == 0) continue;
        SectorPiece piece{range->offset,
                          std::min<std::uint64_t>(extent.sectors, range->length / stored), stored,
                          extent.mode, extent.layout.scrambled};
        piece.checkable =
            extent.mode != SectorMode::audio && stored >= kRawSector && extent.layout.sync == 0;
        piece.first_lba = extent.first.value;
        piece.pregap_end = track.first.value;
        pieces.push_back(piece);
      }
    }
  }
  // Each byte is looked at once: where tracks overlap, the first one has it.
  std::ranges::stable_sort(pieces, {}, &SectorPiece::start);
  std::uint64_t end = 0;
  for (SectorPiece& piece : pieces) {
    if (piece.start < end) {
      const std::uint64_t skip = (end - piece.start + piece.stored - 1) / piece.stored;
      const std::uint64_t dropped = std::min(skip, piece.sectors);
      piece.start += dropped * piece.stored;
      piece.first_lba += static_cast<std::int64_t>(dropped);
      piece.sectors -= dropped;
    }
    if (piece.sectors > 0) end = std::max(end, piece.end());
  }
  std::erase_if(pieces, [](const SectorPiece& piece) { return piece.sectors == 0; });
  return pieces;
}

}  // namespace discern
