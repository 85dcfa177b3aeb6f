// SPDX-License-Identifier: Apache-2.0
// The directory of a ZIP archive, read so that nothing in it is taken on trust: central directory
// and local headers are compared, and each contradiction is a finding with its place in the file.
#ifndef DISCERN_IMAGE_ZIP_H
#define DISCERN_IMAGE_ZIP_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/finding.h"
#include "discern/result.h"
#include "discern/source.h"

namespace discern {

inline constexpr std::string_view kZipLocalMagic{"PK\x03\x04", 4};

// WinZip's extra field 0x9901.
struct ZipAes {
  std::uint16_t version = 0;  // 1: AE-1, 2: AE-2
  std::uint8_t strength = 0;  // 1, 2, 3: 128, 192, 256 bits
};

// One entry as the central directory describes it, or as its local header does when the directory
// is lost. Offsets are file offsets, whatever stands in front of the archive.
struct ZipEntry {
  std::string name;          // bytes as recorded
  std::uint16_t flags = 0;   // general purpose bit flag (4.4.4)
  std::uint16_t method = 0;  // of AES entries the one below the encryption
  std::optional<ZipAes> aes = {};
  std::uint16_t dos_time = 0;
  std::uint16_t dos_date = 0;
  // Absent when the entry was written to a pipe and directory and data descriptor are lost.
  std::optional<std::uint32_t> crc32 = {};
  std::optional<std::uint64_t> compressed = {};  // bytes in the file
  std::optional<std::uint64_t> size = {};        // bytes of payload
  std::uint64_t header_offset = 0;
  std::uint64_t limit_offset = 0;  // where the next structure begins, or the file ends
  std::string source = "ZIP central directory";  // of these figures

  bool folder() const { return name.ends_with('/'); }
};

struct ZipArchive {
  std::vector<ZipEntry> entries;
  bool salvaged = false;  // found by local headers because the central directory is of no use
  Findings findings = {};
};

// Reads the directory of the archive in `file`, which Places and Errors call `path`.
//
// Errc::not_this     no central directory and no local header
// Errc::corrupt      the first local header is cut off
// Errc::unsupported  a volume of a spanned archive
// Errc::limit        more than 65535 entries, or a directory of more than 64 MiB
Result<ZipArchive> read_zip(const ByteSource& file, const std::string& path);

// Where an entry's data begins, and the sizes that its local header gives it.
struct ZipData {
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> compressed = {};
  std::optional<std::uint64_t> size = {};
};

// Finds an entry's data through its local header. Adds `imz.header-mismatch` (warning) for each
// field that contradicts the directory, `imz.local-header` for a header without its signature.
//
// Errc::corrupt  no local header, or cut off
Result<ZipData> find_zip_data(const ByteSource& file, const std::string& path,
                              const ZipEntry& entry, Findings& findings);

// The record that follows data written to a pipe (4.3.9), with or without signature.
struct ZipDescriptor {
  std::uint32_t crc32 = 0;
  std::uint64_t compressed = 0;
  std::uint64_t size = 0;
  std::uint64_t length = 0;  // of the record
};

// The data descriptor at `offset`, taken as such when it confirms `compressed`.
std::optional<ZipDescriptor> read_zip_descriptor(const ByteSource& file, std::uint64_t offset,
                                                 std::uint64_t compressed);

// True when the central directory's end stands in the last 64 KiB and leads to a local header.
bool ends_as_zip(const ByteSource& file);

std::string zip_method_name(std::uint16_t method);  // "deflate", "method 77"
// Name from evidence with control characters and bytes that are not ASCII as \xNN.
std::string shown_name(std::string_view name);
// "2024-11-20 21:03:54", or the raw numbers when they are no date. Local time of an unknown zone.
std::string dos_time_text(std::uint16_t date, std::uint16_t time);

}  // namespace discern

#endif
