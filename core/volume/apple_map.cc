// SPDX-License-Identifier: Apache-2.0
// The Apple partition map, big-endian. Block 0 is the driver descriptor record: 0 "ER", 2 BE16
// block size, 4 BE32 blocks. From block 1 on one entry a block, the map itself among them:
//
//    0  2  "PM"            4  4  entries in the map     8  4  first block     12  4  blocks
//   16 32  name           48 32  type, such as Apple_HFS
//
// Hybrid discs keep a map in 512-byte blocks although their driver descriptor says 2048.
// Source: Inside Macintosh: Devices, chapter "SCSI Manager".
#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <string_view>

#include "volume/finding_at.h"
#include "volume/partition_table.h"
#include "volume/proof_at.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;
using boost::endian::big_uint32_t;

struct Entry {
  char signature[2];
  big_uint16_t pad;
  big_uint32_t entries;
  big_uint32_t first;
  big_uint32_t blocks;
  char name[32];
  char type[32];
};
static_assert(sizeof(Entry) == 80);

constexpr std::uint32_t kMostEntries = 4096;  // a bound of ours; maps have up to 63

std::optional<Entry> entry_at(const ByteSource& source, std::uint64_t offset) {
  const auto bytes = read_exactly(source, offset, sizeof(Entry));
  if (!bytes || !has_text_at(*bytes, 0, "PM")) return std::nullopt;
  return read_record<Entry>(*bytes);
}

}  // namespace

std::optional<PartitionTable> read_apple_map(const ByteSource& source, Findings& findings) {
  const auto descriptor = read_exactly(source, 0, 4);
  if (!descriptor || !has_text_at(*descriptor, 0, "ER")) return std::nullopt;
  std::uint64_t block = 512;
  auto first = entry_at(source, block);
  if (!first) {
    block = *read_record<big_uint16_t>(*descriptor, 2);
    if (block <= 512 || block % 512 != 0) return std::nullopt;
    first = entry_at(source, block);
    if (!first) return std::nullopt;
  }

  PartitionTable map;
  add_proof(map.proofs, source, 0, 4, "Apple driver descriptor record: ER, block size");
  const std::uint32_t count = std::min<std::uint32_t>(first->entries, kMostEntries);
  for (std::uint32_t i = 1; i <= count; ++i) {
    const auto entry = entry_at(source, i * block);
    if (!entry) {
      findings.push_back(finding_at(source, i * block, "apple.map-cut", Severity::warning,
                                    "the Apple partition map has " +
                                        std::to_string(first->entries) + " entries, number " +
                                        std::to_string(i) + " is no entry"));
      break;
    }
    const std::string_view type(entry->type, strnlen(entry->type, sizeof entry->type));
    if (type == "Apple_partition_map" || type == "Apple_Free" || entry->blocks == 0) continue;
    const std::uint64_t start = entry->first * block;
    if (start >= source.size()) {
      findings.push_back(finding_at(
          source, i * block, "apple.outside", Severity::warning,
          "Apple partition " + std::to_string(i) + " starts behind the end of the image"));
      continue;
    }
    map.partitions.push_back({start, entry->blocks * block, "apple " + std::string(type)});
    add_proof(map.proofs, source, i * block, 80, "Apple partition map entry " + std::to_string(i));
  }
  return map;
}

}  // namespace discern
