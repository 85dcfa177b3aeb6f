// SPDX-License-Identifier: Apache-2.0
// Logs that imaging programs leave beside an image, as far as they tell what could not be read.
#ifndef DISCERN_IMAGE_ACQUISITION_LOG_H
#define DISCERN_IMAGE_ACQUISITION_LOG_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/result.h"

namespace discern {

struct AcquisitionLog {
  std::string program;                 // "FTK Imager", "dc3dd"
  std::uint32_t sector_size = 512;     // bytes
  std::vector<ByteRange> unread = {};  // merged, in bytes of the medium
  std::uint64_t unplaced = 0;  // sectors that were not read, at places the log does not name
};

// Errc::not_this  no log of a known program
// Errc::corrupt   a list of sectors that makes no sense, with line and column
Result<AcquisitionLog> parse_acquisition_log(std::string_view text, const std::string& path);

}  // namespace discern

#endif
