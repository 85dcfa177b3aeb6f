// SPDX-License-Identifier: Apache-2.0
// An INDEX begins a piece, the next one in the same file ends it:
//
//   01 00:00:00   00 00:04:00   01 00:06:00        end of file
//   | track 1     | track 2's   | track 2          |
//                   pregap
#include "optical/cue_pieces.h"

namespace discern {

std::vector<CuePiece> pieces_of(const CueSheet& sheet) {
  std::vector<CuePiece> pieces;
  for (std::size_t track = 0; track < sheet.tracks.size(); ++track) {
    for (const CueIndex& index : sheet.tracks[track].indexes) {
      const bool first = pieces.empty() || pieces.back().file != index.file;
      if (!first) pieces.back().to = index.position;
      CuePiece piece{track, index.number, index.file, index.position, {}, 0, index.place};
      if (first && index.position > 0) {
        // What a file has before its first index is pregap, named or not.
        piece.from = 0;
        if (index.number != 0) {
          CuePiece pregap = piece;
          pregap.index = 0;
          pregap.to = index.position;
          pieces.push_back(pregap);
          piece.from = index.position;
        }
      }
      pieces.push_back(piece);
    }
  }
  // Sheets with one file for several sessions store the gap: the session ends at its LEAD-OUT.
  for (const CueLeadOut& end : sheet.lead_outs) {
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      CuePiece& piece = pieces[i];
      if (sheet.tracks[piece.track].session != end.session ||
          sheet.tracks[pieces[i + 1].track].session == end.session || !piece.to ||
          end.position <= piece.from || end.position >= *piece.to)
        continue;
      piece.skip = *piece.to - end.position;
      piece.to = end.position;
    }
  }
  return pieces;
}

}  // namespace discern
