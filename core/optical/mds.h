// SPDX-License-Identifier: Apache-2.0
// Media descriptors of Alcohol 120% (.mds), which lie beside the sectors (.mdf).
#ifndef DISCERN_OPTICAL_MDS_H
#define DISCERN_OPTICAL_MDS_H

#include <cstdint>
#include <string>
#include <vector>

#include "discern/bytes.h"
#include "discern/image.h"
#include "discern/result.h"

namespace discern {

struct MdsTrack {
  int session = 1;
  int number = 1;
  unsigned mode = 0;        // as stored
  unsigned subchannel = 0;  // 0 none, 8: 96 bytes behind each sector
  int control = 0;
  std::uint32_t stored = 0;             // subchannel included
  std::int32_t lba = 0;                 // of INDEX 01
  std::uint64_t offset = 0;             // of INDEX 01 in the file
  std::uint64_t pregap = 0;             // sectors; not stored
  std::uint64_t sectors = 0;            // 0: to the end of the file (DVD)
  std::vector<std::string> names = {};  // of the files, in order; "*.mdf" is a pattern
  std::uint64_t entry = 0;
};

struct MdsSheet {
  unsigned medium = 0;
  bool is_dvd() const { return medium >= 0x10; }
  std::vector<MdsTrack> tracks = {};
};

// Errors carry `file` and offset.
// Errc::not_this     no "MEDIA DESCRIPTOR"
// Errc::unsupported  version 2: encrypted (DAEMON Tools)
// Errc::corrupt      a block that lies outside the file
Result<MdsSheet> parse_mds(Bytes bytes, const std::string& file);

// Opens the descriptor and its files in its own folder. Errors of parse_mds() and lay_out();
// Errc::missing when none of the files is there.
Result<Image> open_mds(std::shared_ptr<const MappedFile> file, const OpenOptions& options);

}  // namespace discern

#endif
