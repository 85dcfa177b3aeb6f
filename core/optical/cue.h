// SPDX-License-Identifier: Apache-2.0
// Cue sheets (CDRWIN): the text, before any file is looked at.
#ifndef DISCERN_OPTICAL_CUE_H
#define DISCERN_OPTICAL_CUE_H

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

// Where in the sheet, both from 1.
struct CuePlace {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct CueFile {
  std::string name;  // as spelt, without quotes
  std::string type;  // BINARY, MOTOROLA, WAVE, ... in upper case
  CuePlace place;
};

struct CueIndex {
  int number = 1;              // 0: pregap, 1: start
  std::uint32_t position = 0;  // sectors from the start of the file
  std::size_t file = 0;        // in CueSheet::files
  CuePlace place;
};

struct CueTrack {
  int number = 1;  // as spelt
  int session = 1;
  std::string type;  // "MODE1/2352", upper case
  SectorMode mode = SectorMode::unknown;
  std::uint32_t stored = 2352;
  std::uint32_t pregap = 0;   // PREGAP: sectors that are not in the file
  std::uint32_t postgap = 0;  // POSTGAP, likewise
  std::vector<CueIndex> indexes = {};
  std::vector<std::string> flags = {};
  std::string isrc = {};
  CuePlace place = {};
};

// REM LEAD-OUT: where a session ends, in sectors; old IsoBuster sheets count from the file's start,
// redump's give the length of the lead-out area.
struct CueLeadOut {
  int session = 1;
  std::uint32_t position = 0;
  CuePlace place;
};

// A hash in a remark; `track` indexes CueSheet::tracks, absent for the whole disc.
struct CueHash {
  std::optional<std::size_t> track;
  std::string algorithm;  // "crc32", "md5", "sha1"
  std::string value;
  CuePlace place;
};

struct CueSheet {
  std::string catalog = {};
  CuePlace catalog_place = {};
  std::vector<CueFile> files = {};
  std::vector<CueTrack> tracks = {};
  std::vector<CueLeadOut> lead_outs = {};
  std::vector<CueHash> hashes = {};
  std::vector<CdText> cd_text = {};
  std::string cd_text_file = {};  // CDTEXTFILE, as spelt
  CuePlace cd_text_place = {};
  Findings findings = {};  // lines that are not understood
};

// UTF-8, UTF-16 with a byte order mark, or an old code page; columns count bytes of UTF-8, or as
// they are. Errors carry `file`, line and column.
// Errc::not_this     no FILE and no TRACK command
// Errc::corrupt      a command that contradicts the grammar or the sheet
// Errc::limit        longer than 1 MiB, a line longer than 4 KiB, or more than 1000 files
Result<CueSheet> parse_cue(std::string_view text, const std::string& file);

// Opens the sheet and the files it names in its own folder.
//
// Errc::missing      none of them is there
// Errc::unsupported  none of them is of a kind that is read
// and the errors of parse_cue()
Result<Image> open_cue(std::shared_ptr<const MappedFile> file, const OpenOptions& options);

}  // namespace discern

#endif
