// SPDX-License-Identifier: Apache-2.0
// Images of DiscJuggler: sectors first, a description of them at the end.
#ifndef DISCERN_OPTICAL_CDI_H
#define DISCERN_OPTICAL_CDI_H

#include <cstdint>
#include <string>
#include <vector>

#include "discern/image.h"
#include "discern/result.h"

namespace discern {

struct CdiTrack {
  int session = 1;
  std::string name = {};                    // the path that the file had when it was made
  std::vector<std::uint32_t> indexes = {};  // sectors from each index, 00 first, to the next
  std::uint32_t mode = 0;                   // 0 audio, 1, 2
  std::uint32_t start = 0;                  // of INDEX 00, counted from 00:00:00
  std::uint32_t sectors = 0;                // pregap included
  std::uint32_t read_mode = 0;              // 0 2048, 1 2336, 2 2352, 3 with Q16, 4 with 96 bytes
  std::uint32_t control = 0;
  std::string isrc = {};
  std::uint64_t entry = 0;
};

struct CdiTrailer {
  std::uint32_t version = 0;
  std::uint64_t offset = 0;  // where the description begins
  std::vector<CdiTrack> tracks = {};
};

bool ends_as_cdi(const ByteSource& source);

// Errc::not_this  the last eight bytes are not version and place of a description
// Errc::corrupt   a description that breaks off, or has other bytes where its marks must be
Result<CdiTrailer> parse_cdi(const ByteSource& source, const std::string& path);

// The view `raw` is the file up to the description. Errors of parse_cdi() and lay_out();
// Errc::unsupported for modes that are not known.
Result<Image> open_cdi(std::shared_ptr<const MappedFile> file, const OpenOptions& options);

}  // namespace discern

#endif
