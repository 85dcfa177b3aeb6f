// SPDX-License-Identifier: Apache-2.0
// The data of one ZIP entry: where it ends and whether its CRC holds.
#ifndef DISCERN_CARVE_ZIP_ENTRY_H
#define DISCERN_CARVE_ZIP_ENTRY_H

#include <cstdint>
#include <optional>
#include <string>

#include "carve/deflate_walk.h"
#include "carve/zip_records.h"
#include "discern/carve.h"

namespace discern::zip {

struct Entry {
  std::uint64_t header = 0;  // offset of the local header in the candidate
  std::uint64_t data = 0;    // offset of the first byte of data
  std::uint64_t end = 0;     // behind data and descriptor
  std::uint64_t packed = 0;  // bytes of data
  std::uint64_t size = 0;    // bytes when unpacked
  std::uint32_t crc = 0;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::string name = {};
};

enum class Content {
  good,
  wrong,      // the data does not unpack, or not to what size and CRC say
  unchecked,  // encrypted, or a method that is not unpacked here
  endless,    // no end found
  lacking,    // a read delivered nothing at Entry::end
};

// Reads the data of entries. One object serves a whole archive: its buffers are large.
class EntryReader {
 public:
  explicit EntryReader(Candidate& candidate) : candidate_(candidate), deflate_(candidate) {}

  // The entry whose local header is at `offset`; nothing when there is none.
  std::optional<Entry> open(std::uint64_t offset);
  // Completes sizes, CRC and `end` of an entry from open(), and checks its content.
  Content follow(Entry& entry);
  // Of the last entry followed whose content is wrong: where unpacking stopped, if it did.
  std::optional<std::uint64_t> broken_at() const { return broken_at_; }

 private:
  Content check_stored(const Entry& entry);
  Content inflate(Entry& entry, bool size_known);
  bool take_descriptor(Entry& entry, std::uint32_t crc);
  Content find_descriptor(Entry& entry);

  Candidate& candidate_;
  DeflateWalk deflate_;
  std::optional<std::uint64_t> broken_at_ = {};
};

}  // namespace discern::zip

#endif
