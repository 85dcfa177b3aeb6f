// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_FINDING_AT_H
#define DISCERN_VOLUME_FINDING_AT_H

#include <cstdint>
#include <string>
#include <utility>

#include "discern/finding.h"
#include "discern/source.h"

namespace discern {

// A finding about byte `offset` of `source`, placed in the evidence file that the byte comes from.
inline Finding finding_at(const ByteSource& source, std::uint64_t offset, std::string code,
                          Severity severity, std::string text) {
  Place where;
  if (offset < source.size()) {
    const Location location = source.locate(offset);
    where.file = location.file;
    where.offset = location.offset;
    where.lba = location.lba;
  }
  return {std::move(code), severity, std::move(where), std::move(text)};
}

}  // namespace discern

#endif
