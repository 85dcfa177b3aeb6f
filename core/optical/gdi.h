// SPDX-License-Identifier: Apache-2.0
// GDI: the track list of a Dreamcast GD-ROM dump.
#ifndef DISCERN_OPTICAL_GDI_H
#define DISCERN_OPTICAL_GDI_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "discern/image.h"
#include "discern/result.h"

namespace discern {

struct GdiTrack {
  int number = 1;
  std::int32_t lba = 0;
  bool data = false;
  std::uint32_t stored = 2352;
  std::string name = {};  // as spelt
  std::uint64_t offset = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // of the name
};

// Errors carry `file`, line and column.
// Errc::not_this  the first line is not a number of tracks
// Errc::corrupt   a track line that is none, or another number of them
// Errc::limit     longer than 64 KiB
Result<std::vector<GdiTrack>> parse_gdi(std::string_view text, const std::string& file);

// Opens the list and the files it names in its own folder: those and the errors of lay_out(), and
// Errc::missing when none of the files is there.
Result<Image> open_gdi(std::shared_ptr<const MappedFile> file, const OpenOptions& options);

}  // namespace discern

#endif
