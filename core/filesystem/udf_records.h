// SPDX-License-Identifier: Apache-2.0
// Structures of ECMA-167 and UDF as they stand.
#ifndef DISCERN_FILESYSTEM_UDF_RECORDS_H
#define DISCERN_FILESYSTEM_UDF_RECORDS_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "discern/bytes.h"
#include "discern/entry.h"

namespace discern {

// Little-endian numbers; 0 where the bytes end before.
std::uint16_t udf16(Bytes bytes, std::uint64_t at);
std::uint32_t udf32(Bytes bytes, std::uint64_t at);
std::uint64_t udf64(Bytes bytes, std::uint64_t at);

enum class UdfTag : std::uint16_t {
  primary = 1,
  anchor = 2,
  pointer = 3,
  partition = 5,
  logical_volume = 6,
  terminator = 8,
  integrity = 9,
  file_set = 256,
  file_identifier = 257,
  allocation_extent = 258,
  indirect = 259,
  file_entry = 261,
  extended_file_entry = 266,
};

// The tag of a descriptor whose checksum holds, and whose CRC holds as far as it is stated.
std::optional<UdfTag> udf_tag(Bytes bytes);

// "lb_addr": a block of a partition, by its number in the logical volume's maps.
struct UdfBlock {
  std::uint32_t block = 0;
  std::uint16_t partition = 0;
  auto operator<=>(const UdfBlock&) const = default;
};

enum class UdfExtentKind { recorded, allocated, sparse, continuation };

// Consecutive bytes of a file on consecutive blocks.
struct UdfExtent {
  UdfExtentKind kind = UdfExtentKind::recorded;
  std::uint32_t length = 0;
  UdfBlock start = {};
};

UdfBlock udf_long_address(Bytes bytes, std::uint64_t at);  // of a long_ad; its length is udf32(at)

// 12 bytes. With a stated offset from UTC it is applied.
EntryTime udf_time(TimeKind kind, Bytes raw);

// d-characters of OSTA CS0: a compression byte, then 8 or 16 bits for each character.
std::string udf_text(Bytes bytes);
// The same in a field of fixed length, whose last byte says how much of it is used.
std::string udf_string(Bytes field);

}  // namespace discern

#endif
