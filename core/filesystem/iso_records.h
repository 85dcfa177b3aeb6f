// SPDX-License-Identifier: Apache-2.0
// Records of ISO 9660 as they stand, before anything is made of them.
#ifndef DISCERN_FILESYSTEM_ISO_RECORDS_H
#define DISCERN_FILESYSTEM_ISO_RECORDS_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "discern/bytes.h"
#include "discern/entry.h"

namespace discern {

// The seven bytes of a directory record's date, and the seventeen of a descriptor's. The recorded
// offset from GMT is applied; where it is none (beyond -12:00 to +13:00) the zone is unknown.
EntryTime iso_short_time(TimeKind kind, Bytes raw);
EntryTime iso_long_time(TimeKind kind, Bytes raw);

// A number that stands in both byte orders. The little-endian one is taken.
struct BothOrders {
  std::uint32_t little = 0;
  std::uint32_t big = 0;
};

struct IsoRecord {
  std::uint64_t offset = 0;  // in the view
  std::uint32_t length = 0;
  std::uint32_t attribute_blocks = 0;  // extended attribute record in front of the content
  BothOrders extent = {};              // logical block
  BothOrders size = {};
  EntryTime recorded = {};
  std::uint8_t flags = 0;
  bool interleaved = false;
  std::uint32_t volume = 1;  // sequence number in a set
  std::string_view name = {};
  Bytes system_use = {};

  bool is_directory() const { return flags & 0x02; }
  bool is_associated() const { return flags & 0x04; }
  bool goes_on() const { return flags & 0x80; }  // multi-extent: another record follows
  bool is_self() const { return name.size() == 1 && name[0] == '\0'; }
  bool is_parent() const { return name.size() == 1 && name[0] == '\1'; }
};

// The record at `at` of `bytes`, which stand at `offset` of the view and must outlive it; nothing
// when its lengths contradict each other.
std::optional<IsoRecord> read_iso_record(Bytes bytes, std::uint64_t at, std::uint64_t offset);

enum class IsoNames { plain, joliet };
// The name without version 1 and without a dot at the end of it.
std::string iso_name(std::string_view name, IsoNames names);

struct IsoDescriptor {
  std::uint64_t offset = 0;  // in the view
  std::uint8_t type = 0;     // 1 primary, 2 supplementary
  IsoNames names = IsoNames::plain;
  std::uint32_t block_size = 2048;
  std::uint32_t blocks = 0;
  std::uint32_t path_table_size = 0;
  std::uint32_t path_table = 0;  // block of the little-endian one
  IsoRecord root = {};
  std::string label = {};
  std::vector<EntryTime> times = {};
};

// A volume descriptor of type 1 or 2 that has a root directory; `bytes` are its 2048.
std::optional<IsoDescriptor> read_iso_descriptor(Bytes bytes, std::uint64_t offset);

}  // namespace discern

#endif
