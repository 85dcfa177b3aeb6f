// SPDX-License-Identifier: Apache-2.0
// The payload of one ZIP entry as a source, with everything that speaks against it.
#ifndef DISCERN_IMAGE_ZIP_PAYLOAD_H
#define DISCERN_IMAGE_ZIP_PAYLOAD_H

#include <cstdint>
#include <optional>
#include <string>

#include "discern/finding.h"
#include "discern/result.h"
#include "discern/source.h"
#include "image/restart_points.h"
#include "image/zip.h"

namespace discern {

struct ZipPayload {
  SourcePtr source;
  std::uint64_t data_offset = 0;            // of the entry's data in the container
  std::string how = {};                     // InflatedPayload::how()
  std::string encryption = {};              // its name; empty: none
  std::optional<std::uint32_t> crc32 = {};  // as declared
  std::string crc32_source = {};            // where
};

// Inflates the entry, or opens a window on it when it is stored; takes its CRC-32. Findings:
// those of find_zip_data(), `imz.truncated`, `imz.stream-damaged`, `imz.unreadable`,
// `imz.crc-mismatch`, `imz.crc-missing`, `imz.size-mismatch`, `imz.descriptor-missing`,
// `imz.descriptor-mismatch`, `imz.unused-bytes`, `imz.authentication`. When the data is cut, the
// source has the declared size with a bad tail, provided that this size is believable.
//
// Errc::unsupported  an encryption or a method that is not read
// Errc::missing      encrypted, and no password or a wrong one
// Errc::corrupt      no local header; no payload at all
// Errc::limit        no memory for the payload or for its restart points
Result<ZipPayload> read_zip_payload(const SourcePtr& container, const std::string& path,
                                    const ZipEntry& entry, const std::string& password,
                                    const PayloadLimits& limits, Findings& findings);

}  // namespace discern

#endif
