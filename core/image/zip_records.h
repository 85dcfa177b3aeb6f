// SPDX-License-Identifier: Apache-2.0
// Records of a ZIP archive as they stand in the file. Little-endian throughout.
// Source: PKWARE APPNOTE.TXT 6.3.10, clauses 4.3.7 to 4.3.16 and 4.5.3.
#ifndef DISCERN_IMAGE_ZIP_RECORDS_H
#define DISCERN_IMAGE_ZIP_RECORDS_H

#include <array>
#include <boost/endian/arithmetic.hpp>
#include <cstdint>

#include "discern/bytes.h"
#include "image/zip.h"

namespace discern {

using U16 = boost::endian::little_uint16_t;
using U32 = boost::endian::little_uint32_t;
using U64 = boost::endian::little_uint64_t;

inline constexpr std::uint32_t kLocalSignature = 0x04034b50;
inline constexpr std::uint32_t kCentralSignature = 0x02014b50;
inline constexpr std::uint32_t kEndSignature = 0x06054b50;
inline constexpr std::uint32_t kEnd64Signature = 0x06064b50;
inline constexpr std::uint32_t kLocator64Signature = 0x07064b50;
inline constexpr std::uint32_t kDescriptorSignature = 0x08074b50;
inline constexpr std::uint32_t kSee64 = 0xFFFFFFFF;  // the value stands in the ZIP64 extra field

inline constexpr std::uint16_t kEncryptedFlag = 1U << 0U;
inline constexpr std::uint16_t kDescriptorFlag = 1U << 3U;

struct LocalRecord {  // 4.3.7; name and extra field follow
  U32 signature;
  U16 version_needed, flags, method, dos_time, dos_date;
  U32 crc32, compressed, size;
  U16 name_length, extra_length;
};
static_assert(sizeof(LocalRecord) == 30);

struct CentralRecord {  // 4.3.12; name, extra field and comment follow
  U32 signature;
  U16 version_made, version_needed, flags, method, dos_time, dos_date;
  U32 crc32, compressed, size;
  U16 name_length, extra_length, comment_length, disk, internal_attributes;
  U32 external_attributes, header_offset;
};
static_assert(sizeof(CentralRecord) == 46);

struct EndRecord {  // 4.3.16; the archive's comment follows
  U32 signature;
  U16 disk, directory_disk, entries_here, entries;
  U32 directory_size, directory_offset;
  U16 comment_length;
};
static_assert(sizeof(EndRecord) == 22);

struct End64Record {  // 4.3.14
  U32 signature;
  U64 record_size;
  U16 version_made, version_needed;
  U32 disk, directory_disk;
  U64 entries_here, entries, directory_size, directory_offset;
};
static_assert(sizeof(End64Record) == 56);

struct Locator64Record {  // 4.3.15, directly in front of the EndRecord
  U32 signature, end64_disk;
  U64 end64_offset;
  U32 disks;
};
static_assert(sizeof(Locator64Record) == 20);

struct AesField {  // extra field 0x9901 of WinZip
  U16 version;
  std::array<char, 2> vendor;
  std::uint8_t strength;
  U16 method;
};
static_assert(sizeof(AesField) == 7);

// The entry that a local or central record describes; `tail` is what follows it: the name, then the
// extra field. ZIP64 values stand there in fixed order, each only when the record's own field
// is all ones (4.5.3). Nothing when `tail` is too short. Offsets are for the caller to add.
template <class Record>
std::optional<ZipEntry> entry_of(const Record& record, Bytes tail) {
  const auto name = slice(tail, 0, record.name_length);
  const auto extra = slice(tail, record.name_length, record.extra_length);
  if (!name || !extra) return std::nullopt;
  std::uint64_t compressed = record.compressed;
  std::uint64_t size = record.size;
  std::uint64_t header_offset = 0;
  if constexpr (requires { record.header_offset; }) header_offset = record.header_offset;
  std::optional<AesField> aes;
  struct Field {
    U16 id, length;
  };
  for (std::uint64_t at = 0; const auto field = read_record<Field>(*extra, at);) {
    const auto body = slice(*extra, at + sizeof(Field), field->length);
    at += sizeof(Field) + field->length;
    if (!body) break;
    if (field->id == 0x9901 && record.method == 99) aes = read_record<AesField>(*body);
    if (field->id != 0x0001) continue;
    std::uint64_t next = 0;
    for (std::uint64_t* const value : {&size, &compressed, &header_offset}) {
      if (*value != kSee64) continue;
      if (const auto wide = read_record<U64>(*body, next)) *value = *wide;
      next += sizeof(U64);
    }
  }
  ZipEntry entry;
  entry.name = as_text(*name);
  entry.flags = record.flags;
  entry.method = record.method;
  if (aes) {
    entry.method = aes->method;
    entry.aes = ZipAes{aes->version, aes->strength};
  }
  entry.dos_time = record.dos_time;
  entry.dos_date = record.dos_date;
  entry.crc32 = record.crc32;
  entry.compressed = compressed;
  entry.size = size;
  entry.header_offset = header_offset;
  return entry;
}

// The local header at `offset`. What it leaves to the data descriptor is absent. Nothing when it is
// cut off; `signature` tells whether it begins as it should.
struct LocalHeader {
  ZipEntry entry;
  std::uint64_t data_offset = 0;
  bool signature = true;
};
std::optional<LocalHeader> read_local_header(const ByteSource& file, std::uint64_t offset);

// All entries that local headers lead to; for archives whose central directory is of no use.
// Errors as read_zip().
Result<ZipArchive> salvage_zip(const ByteSource& file, const std::string& path);

// An archive with more entries than this is no disk image, and would cost memory for nothing.
inline constexpr std::size_t kMostEntries = 65535;
inline Error too_many_entries(const std::string& path) {
  return {Errc::limit, "ZIP archive with more than 65535 entries", path};
}

}  // namespace discern

#endif
