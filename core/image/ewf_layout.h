// SPDX-License-Identifier: Apache-2.0
// Where the chunks of an EWF set lie in its segment files, by the sections themselves:
//
//   sectors   76-byte descriptor, then chunks one behind the other
//   table     76-byte descriptor, then LE32 entries, 4 pad, LE64 base, 4 pad, LE32 Adler-32 of
//   these
//             20 bytes; then an entry of LE32 for each chunk of the sectors section before it: bit
//             31 compressed, below it the offset from base; then LE32 Adler-32 of the entries
//   table2    the same again
//
// A chunk ends where the next one begins, the last one where its sectors section does.
// Source: J. Metz, "Expert Witness Compression Format specification", libewf documentation.
#ifndef DISCERN_CORE_IMAGE_EWF_LAYOUT_H
#define DISCERN_CORE_IMAGE_EWF_LAYOUT_H

#include <memory>
#include <optional>
#include <vector>

#include "discern/source.h"

namespace discern {

struct EwfChunk {
  std::size_t segment = 0;
  ByteRange stored = {};  // in the segment file
  bool compressed = false;
};

// Thread-safe.
class EwfLayout {
 public:
  using Segments = std::vector<std::shared_ptr<const MappedFile>>;

  // Nothing when anything is out of the ordinary: other sections (SMART, EnCase 1), a table whose
  // checksum is wrong or whose offsets do not ascend within its sectors section (more than 2 GiB
  // of it), not `chunks` chunks in all. libewf knows what to do then.
  static std::optional<EwfLayout> of(const Segments& segments, std::uint64_t chunks);

  // For index < chunks; nothing when the table cannot be read any more.
  std::optional<EwfChunk> chunk(std::uint64_t index) const;
  const ByteSource& segment(std::size_t index) const { return *segments_[index]; }

 private:
  struct Table {
    std::uint64_t first = 0;  // chunk
    std::uint64_t count = 0;
    std::size_t segment = 0;
    std::uint64_t entries = 0;  // offset of the first one
    std::uint64_t base = 0;
    ByteRange sectors = {};  // of the section's chunks
  };
  std::optional<Table> table_at(std::size_t segment, ByteRange body, ByteRange sectors) const;
  bool add_segment(std::size_t segment);
  bool ascends(const Table& table, Bytes entries) const;

  Segments segments_;
  std::vector<Table> tables_;
};

}  // namespace discern

#endif
