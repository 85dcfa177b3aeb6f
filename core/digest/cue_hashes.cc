// SPDX-License-Identifier: Apache-2.0
// TruRip notes digests in remarks of its cue sheets: of the disc before the first FILE, of a track
// behind its TRACK line. All are of stored sectors of 2352 bytes.
//
//   REM DISC HASHES
//   REM CRC32 : 1c2d3e4f
//   REM MD5 : ...
//   FILE "disc (Track 1).bin" BINARY
//     TRACK 01 MODE1/2352
//       REM SHA1 : ...
#include <array>

#include "digest/reference_lines.h"

namespace discern {
namespace {

// "REM MD5 : HEX" -> algorithm and value.
std::optional<std::pair<std::string, std::string>> remark(std::string_view line) {
  if (!lower(line.substr(0, 4)).starts_with("rem ")) return std::nullopt;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string algorithm = algorithm_called(trimmed(line.substr(4, colon - 4)));
  auto value = value_of(algorithm, line.substr(colon + 1));
  if (!value) return std::nullopt;
  return std::pair(std::move(algorithm), std::move(*value));
}

}  // namespace

bool is_cue_with_hashes(std::string_view head, std::string_view file_name) {
  if (!lower(file_name).ends_with(".cue")) return false;
  Lines lines(head);
  while (const auto line = lines.next())
    if (remark(trimmed(*line))) return true;
  return false;
}

std::vector<Reference> parse_cue_hashes(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  int track = 0;
  Lines lines(text);
  while (const auto found = lines.next()) {
    const std::string_view line = trimmed(*found);
    if (lower(line.substr(0, 6)) == "track ") {
      const std::string_view rest = trimmed(line.substr(6));
      const auto number = whole_number(rest.substr(0, std::min(rest.find(' '), rest.size())));
      track = number && *number <= 99 ? static_cast<int>(*number) : 0;
    }
    auto value = remark(line);
    if (!value) continue;
    Reference reference;
    reference.of = track > 0 ? Reference::Of::track : Reference::Of::any;
    reference.track = track;
    reference.algorithm = std::move(value->first);
    reference.value = std::move(value->second);
    reference.file = path;
    reference.line = lines.number();
    references.push_back(std::move(reference));
  }
  return references;
}

}  // namespace discern
