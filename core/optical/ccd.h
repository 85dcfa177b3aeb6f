// SPDX-License-Identifier: Apache-2.0
// CloneCD: disc.ccd (text), disc.img (2352-byte sectors), disc.sub (96 bytes of subchannel each).
#ifndef DISCERN_OPTICAL_CCD_H
#define DISCERN_OPTICAL_CCD_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/image.h"
#include "discern/result.h"

namespace discern {

// One entry of the disc's table of contents as the drive returned it (MMC, READ TOC format 2).
// point: 1..99 a track, 0xA0 first track, 0xA1 last track, 0xA2 lead-out.
struct CcdEntry {
  int session = 1;
  int point = 0;
  int control = 0;  // bit 2: data; bit 0: pre-emphasis; bit 1: copying allowed; bit 3: 4 channels
  std::int32_t plba = 0;
  std::optional<std::int32_t> psec = {};
  std::optional<std::int32_t> pmin = {};
  std::optional<std::int32_t> pframe = {};
  std::uint32_t line = 0;
};

// A [TRACK n] section; `indexes` are LBAs by index number.
struct CcdTrack {
  std::optional<int> mode = {};  // 0 audio, 1, 2
  std::map<int, std::int32_t> indexes = {};
  std::string isrc = {};
  std::uint32_t line = 0;
};

struct CcdSheet {
  int version = 0;
  std::string catalog = {};
  std::uint32_t catalog_line = 0;
  bool scrambled = false;  // DataTracksScrambled
  std::vector<CcdEntry> entries = {};
  std::map<int, CcdTrack> tracks = {};
  std::vector<std::byte> cd_text = {};  // packs of 18 bytes
};

// Errors carry `file`, line and column.
// Errc::not_this  no [CloneCD] section
// Errc::corrupt   a line that is neither section nor key=value, or a value out of its range
// Errc::limit     longer than 4 MiB
Result<CcdSheet> parse_ccd(std::string_view text, const std::string& file);

// Opens the sheet and the .img and .sub of the same name in its folder.
// Errc::missing when there is no .img, Errc::corrupt when the table of contents places no track,
// and the errors of parse_ccd().
Result<Image> open_ccd(std::shared_ptr<const MappedFile> file, const OpenOptions& options);

}  // namespace discern

#endif
