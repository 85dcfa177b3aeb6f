// SPDX-License-Identifier: Apache-2.0
// Records of a ZIP archive, little-endian.
// Source: PKWARE APPNOTE.TXT 6.3.10, clauses 4.3.7 to 4.3.16 and 4.5.3.
#ifndef DISCERN_CARVE_ZIP_RECORDS_H
#define DISCERN_CARVE_ZIP_RECORDS_H

#include <boost/endian/arithmetic.hpp>
#include <cstdint>

namespace discern::zip {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;
using boost::endian::little_uint64_t;

enum Signature : std::uint32_t {
  kLocal = 0x04034b50,
  kDescriptor = 0x08074b50,
  kCentral = 0x02014b50,
  kArchiveExtra = 0x08064b50,
  kZip64End = 0x06064b50,
  kZip64Locator = 0x07064b50,
  kEnd = 0x06054b50,
};

inline constexpr std::uint32_t kIn64 = 0xFFFFFFFF;  // the value stands in the zip64 extra field
inline constexpr std::uint16_t kZip64Extra = 0x0001;

enum Flag : std::uint16_t {
  kEncrypted = 1U << 0,
  kSizesFollow = 1U << 3,  // in a data descriptor behind the data
  kPatched = 1U << 5,
  kStronglyEncrypted = 1U << 6,
  kMasked = 1U << 13,  // encrypted central directory
  kUnused = 0xD780,    // bits that no version of the format defines
};

enum Method : std::uint16_t { kStored = 0, kDeflated = 8 };

struct Local {
  little_uint32_t signature;
  little_uint16_t version;
  little_uint16_t flags;
  little_uint16_t method;
  little_uint16_t time;
  little_uint16_t date;
  little_uint32_t crc;
  little_uint32_t packed;
  little_uint32_t size;
  little_uint16_t name_length;
  little_uint16_t extra_length;
};
static_assert(sizeof(Local) == 30);

struct Central {
  little_uint32_t signature;
  little_uint16_t made_by;
  little_uint16_t version;
  little_uint16_t flags;
  little_uint16_t method;
  little_uint16_t time;
  little_uint16_t date;
  little_uint32_t crc;
  little_uint32_t packed;
  little_uint32_t size;
  little_uint16_t name_length;
  little_uint16_t extra_length;
  little_uint16_t comment_length;
  little_uint16_t disk;
  little_uint16_t internal_attributes;
  little_uint32_t external_attributes;
  little_uint32_t offset;
};
static_assert(sizeof(Central) == 46);

struct Zip64End {
  little_uint32_t signature;
  little_uint64_t length;  // of what follows this field
  little_uint16_t made_by;
  little_uint16_t version;
  little_uint32_t disk;
  little_uint32_t directory_disk;
  little_uint64_t entries_here;
  little_uint64_t entries;
  little_uint64_t directory_length;
  little_uint64_t directory_offset;
};
static_assert(sizeof(Zip64End) == 56);

struct Zip64Locator {
  little_uint32_t signature;
  little_uint32_t disk;
  little_uint64_t offset;
  little_uint32_t disks;
};
static_assert(sizeof(Zip64Locator) == 20);

struct End {
  little_uint32_t signature;
  little_uint16_t disk;
  little_uint16_t directory_disk;
  little_uint16_t entries_here;
  little_uint16_t entries;
  little_uint32_t directory_length;
  little_uint32_t directory_offset;
  little_uint16_t comment_length;
};
static_assert(sizeof(End) == 22);

}  // namespace discern::zip

#endif
