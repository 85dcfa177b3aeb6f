// SPDX-License-Identifier: Apache-2.0
// Map files of GNU ddrescue: which parts of a medium could be read.
#ifndef DISCERN_RESCUE_MAP_H
#define DISCERN_RESCUE_MAP_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/result.h"

namespace discern {

struct RescueMap {
  ByteRange domain = {};               // what the blocks cover, in bytes of the medium
  std::vector<ByteRange> unread = {};  // merged: blocks of any status but '+'
  std::uint64_t failed = 0;            // bytes of `unread` that were tried ('*' '/' '-')
  bool finished = false;               // the status line says so
};

// Errc::not_this when the first line that is no comment is no status line, Errc::corrupt with line
// and column behind that. `path` is for the error.
Result<RescueMap> parse_rescue_map(std::string_view text, const std::string& path);

// The file beside the image file `path` that says what of the medium was not read: a map
// (`disk.img.map`, `disk.map`, with .mapfile and .log alike), whatever begins as one, or a log of
// an imaging program (`disk.001.txt`, `disk.txt`, `disk.log` ...: of FTK Imager, dc3dd) that names
// unread sectors. Nothing when there is none.
std::optional<std::string> find_unread_record(const std::string& path);

// The map of a medium of `size` bytes that was read whole but for `bad` (merged, inside it), as
// ddrescue itself takes it to go on: `ddrescue DEVICE IMAGE MAP`.
std::string rescue_map_text(std::uint64_t size, std::span<const ByteRange> bad);

}  // namespace discern

#endif
