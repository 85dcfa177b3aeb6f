// SPDX-License-Identifier: Apache-2.0
// TOC files of cdrdao: the text, before any file is looked at.
#ifndef DISCERN_OPTICAL_TOC_H
#define DISCERN_OPTICAL_TOC_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/disc.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/result.h"

namespace discern {

// mm:ss:ff are sectors, a plain number is samples (4 bytes) of audio and bytes of data.
struct TocLength {
  std::uint64_t value = 0;
  bool sectors = false;
};

// What a track is made of, in order: a range of a file, or zeros without `name`.
struct TocPiece {
  std::string name = {};  // as spelt
  bool audio = false;     // FILE, AUDIOFILE: `start` counts
  bool swap = false;      // SWAP: samples in the other byte order
  std::uint64_t byte_offset = 0;
  TocLength start = {};
  std::optional<TocLength> length = {};  // absent: to the end of the file
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct TocTrack {
  std::string type;  // "MODE1_RAW RW"
  SectorMode mode = SectorMode::unknown;
  std::uint32_t stored = 2352;  // with subchannel
  SubchannelForm form = SubchannelForm::none;
  std::vector<TocPiece> pieces = {};
  std::uint64_t pregap = 0;                     // PREGAP: zeros before the pieces
  std::optional<TocLength> start = {};          // START mm:ss:ff: INDEX 01 in the pieces
  std::optional<std::size_t> start_piece = {};  // START: INDEX 01 is before this piece
  std::vector<std::uint64_t> indexes = {};      // INDEX, sectors from INDEX 01
  std::string isrc = {};
  std::vector<std::string> flags = {};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct TocSheet {
  std::string type = {};  // CD_DA, CD_ROM, CD_ROM_XA, CD_I
  std::string catalog = {};
  std::uint32_t catalog_line = 0;
  std::uint32_t catalog_column = 0;
  int first_track = 1;
  std::vector<TocTrack> tracks = {};
  std::vector<CdText> cd_text = {};
};

// Errors carry `file`, line and column.
// Errc::not_this  no TRACK
// Errc::corrupt   a statement that is none, or a value out of its range
// Errc::limit     longer than 1 MiB, or more than 10000 pieces
Result<TocSheet> parse_toc(std::string_view text, const std::string& file);

// Opens the sheet and the files it names in its own folder. Audio is delivered little-endian,
// whatever order the sheet's rules (big-endian, but WAVE and SWAP) give the file.
//
// Errc::unsupported  a track of pieces that are not whole sectors
// and the errors of parse_toc() and lay_out()
Result<Image> open_toc(std::shared_ptr<const MappedFile> file, const OpenOptions& options);

}  // namespace discern

#endif
