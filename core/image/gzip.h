// SPDX-License-Identifier: Apache-2.0
// gzip files: members in a row, each with a header, a deflate stream and a trailer (RFC 1952).
#ifndef DISCERN_IMAGE_GZIP_H
#define DISCERN_IMAGE_GZIP_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/finding.h"
#include "discern/result.h"
#include "discern/source.h"
#include "image/inflated_payload.h"

namespace discern {

inline constexpr std::string_view kGzipMagic{"\x1f\x8b\x08", 3};  // ID1, ID2, CM = deflate

struct GzipHeader {
  std::uint64_t length = 0;     // bytes from ID1 to the first one of the deflate stream
  std::uint32_t mtime = 0;      // seconds since 1970-01-01 UTC; 0: not recorded
  std::string name;             // FNAME, bytes as recorded
  std::string comment;          // FCOMMENT
  bool reserved_flags = false;  // bits 5 to 7 of FLG, which must be zero
  // FHCRC as recorded, and the CRC of the header as it is.
  std::optional<std::uint16_t> stored_crc16 = {};
  std::uint16_t crc16 = 0;
};

// Errc::not_this  no gzip magic, or a method that is not deflate
// Errc::corrupt   the header is cut off, or no end of its texts within 256 KiB
Result<GzipHeader> read_gzip_header(const ByteSource& file, const std::string& path,
                                    std::uint64_t offset);

struct GzipFile {
  GzipHeader header;                        // of the first member
  std::uint64_t members = 0;                // the one that broke included
  bool broken = false;                      // the last member's stream did not end
  std::optional<std::uint32_t> crc32 = {};  // as declared for the whole payload: one member only
  SourcePtr payload;                        // of all members
  std::string how;                          // InflatedPayload::how()
  Findings findings = {};
};

// Inflates all members. One that breaks is the last; what it gave before is part of the payload.
// Findings: `imz.crc-mismatch`, `imz.size-mismatch`, `imz.truncated`, `imz.stream-damaged`,
// `imz.unreadable`, `imz.header-crc`, `imz.reserved-flags`, `imz.trailing-bytes`.
//
// Errors as read_gzip_header() for the first member;
// Errc::limit  no memory for the payload or for its restart points
Result<GzipFile> read_gzip(const SourcePtr& container, const std::string& path,
                           const PayloadLimits& limits);

}  // namespace discern

#endif
