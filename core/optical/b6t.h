// SPDX-License-Identifier: Apache-2.0
// Descriptors of BlindWrite 5 and 6 (B5T, B6T): the blocks, before any file is looked at.
#ifndef DISCERN_OPTICAL_B6T_H
#define DISCERN_OPTICAL_B6T_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "discern/bytes.h"
#include "discern/image.h"
#include "discern/result.h"

namespace discern {

// Consecutive sectors in a file.
struct B6tBlock {
  std::int32_t lba = 0;
  std::uint32_t sectors = 0;
  std::uint32_t stored = 0;  // bytes a sector
  std::uint64_t offset = 0;  // in the file
  std::string name = {};     // of the file, as spelt
  std::uint64_t entry = 0;   // offset in the descriptor
};

struct B6tTrack {
  int session = 1;
  int number = 1;
  unsigned type = 0;  // 1 audio, 2 mode 1, 3 mode 2, 4 form 1, 5 form 2, 6 DVD
  int control = 0;
  std::int32_t lba = 0;      // where the pregap begins
  std::uint32_t pregap = 0;  // sectors, of `sectors`
  std::uint32_t sectors = 0;
  std::int32_t toc_lba = 0;  // of INDEX 01 by the table of contents
  std::uint64_t entry = 0;
};

struct B6tSheet {
  std::string catalog = {};
  std::vector<std::byte> cd_text = {};
  std::uint64_t cd_text_at = 0;
  std::vector<B6tBlock> blocks = {};  // by LBA
  std::vector<B6tTrack> tracks = {};
};

// Errors carry `file` and offset.
// Errc::not_this  no "BWT5 STREAM SIGN"
// Errc::corrupt   a block that lies outside the file, or a value that no disc has
Result<B6tSheet> parse_b6t(Bytes bytes, const std::string& file);

// Opens the descriptor and the files it names in its own folder. Errors of parse_b6t() and
// lay_out(); Errc::missing when none of the files is there, Errc::unsupported for a track whose
// sectors are stored in several sizes.
Result<Image> open_b6t(std::shared_ptr<const MappedFile> file, const OpenOptions& options);

}  // namespace discern

#endif
