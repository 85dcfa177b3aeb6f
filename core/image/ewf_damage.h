// SPDX-License-Identifier: Apache-2.0
// What can be told of chunks of an EWF set that fail their Adler-32: which changed byte explains
// it, and which bytes of the medium that byte falsifies.
#ifndef DISCERN_CORE_IMAGE_EWF_DAMAGE_H
#define DISCERN_CORE_IMAGE_EWF_DAMAGE_H

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "discern/image.h"
#include "discern/progress.h"

namespace discern {

struct ChangedByte {
  std::string file;
  std::uint64_t offset = 0;
  std::byte now = {};
  std::byte before = {};  // with this value the checksum is right
};

struct ChunkDamage {
  ByteRange chunk;  // of the medium
  bool compressed = false;
  std::optional<ChangedByte> cause = {};
  // With a cause, of the medium: from the first to the last byte that it falsifies; of length 0
  // when it stands in the checksum.
  ByteRange differs = {};
  std::vector<std::byte> mended = {};  // with a cause: the chunk's bytes with it undone
};

// The chunks that `bad` (ranges of the medium, merged) touches, the first 1000; a cause is looked
// for in each that is stored and in the first four that are compressed, which take seconds each.
// None for other formats and for sets that only libewf reads.
//
// A changed byte of a stored chunk follows from both sums of Adler-32: the first one differs by the
// change, the second one by the change times the distance to the chunk's end. Several changed bytes
// can look like one: such a cause must be proved by a digest. Of a compressed chunk every bit is
// tried; other damage passes for one changed bit once in some ten thousand cases.
std::vector<ChunkDamage> chunk_damage(const Image& image, std::span<const ByteRange> bad,
                                      const Progress& progress);

}  // namespace discern

#endif
