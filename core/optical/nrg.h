// SPDX-License-Identifier: Apache-2.0
// Nero's disc images: sectors first, chunks that describe them behind, their place at the very end.
#ifndef DISCERN_OPTICAL_NRG_H
#define DISCERN_OPTICAL_NRG_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "discern/finding.h"
#include "discern/image.h"
#include "discern/result.h"

namespace discern {

// Offsets are in the file: sectors of the pregap from `pregap` on, INDEX 01 at `start`.
struct NrgTrack {
  int session = 1;
  int number = 1;
  std::uint32_t mode = 0;  // Nero's code
  std::uint32_t stored = 0;
  std::uint64_t pregap = 0;
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::optional<std::int64_t> lba = {};  // of INDEX 01
  std::uint64_t unstored_pregap = 0;     // sectors
  std::string isrc = {};
  std::uint64_t entry = 0;  // where the track's entry stands
};

struct NrgTrailer {
  int version = 1;
  std::uint64_t offset = 0;  // of the first chunk: where the sectors end
  std::string catalog = {};
  std::vector<NrgTrack> tracks = {};
  std::vector<std::byte> cd_text = {};  // packs of 18 bytes
  Findings findings = {};
};

// True when the file ends in a pointer to chunks.
bool ends_as_nrg(const ByteSource& source);

// Errc::not_this  no such pointer
// Errc::corrupt   a chunk that lies outside the file, or is too short for what it says
Result<NrgTrailer> parse_nrg(const ByteSource& source, const std::string& path);

// The view `raw` is the file up to the chunks. Errors of parse_nrg() and lay_out();
// Errc::unsupported for modes that are not known.
Result<Image> open_nrg(std::shared_ptr<const MappedFile> file, const OpenOptions& options);

}  // namespace discern

#endif
