// SPDX-License-Identifier: Apache-2.0
// Partition tables. Each reader returns the entries that claim part of the medium, or nothing when
// there is no such table; what is odd about a table goes to `findings`.
#ifndef DISCERN_VOLUME_PARTITION_TABLE_H
#define DISCERN_VOLUME_PARTITION_TABLE_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "discern/finding.h"
#include "discern/image.h"
#include "discern/source.h"

namespace discern {

// In bytes from the medium's start. Entries may reach behind its end (a cut image), but start in
// it.
struct Partition {
  std::uint64_t start = 0;
  std::uint64_t size = 0;
  std::string type;  // as in Volume::type
};

// Offsets of the proofs count in the source.
struct PartitionTable {
  std::vector<Partition> partitions;
  std::vector<Proof> proofs;
};

struct Mbr : PartitionTable {
  bool protective = false;  // has an entry of type EE: a GPT should be there
  bool whole = false;       // an entry starts at 0: no table but a "superfloppy"
};

std::optional<Mbr> read_mbr(const ByteSource& source, std::uint32_t sector_size,
                            Findings& findings);
std::optional<PartitionTable> read_gpt(const ByteSource& source, std::uint32_t sector_size,
                                       Findings& findings);
std::optional<PartitionTable> read_apple_map(const ByteSource& source, Findings& findings);

}  // namespace discern

#endif
