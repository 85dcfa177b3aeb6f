// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VOLUME_PROOF_AT_H
#define DISCERN_VOLUME_PROOF_AT_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "discern/image.h"

namespace discern {

// Adds bytes [offset, offset + length) of `source` to `proofs`, with their place in the source; for
// bytes that were read already, so that an unreadable range adds nothing.
inline void add_proof(std::vector<Proof>& proofs, const ByteSource& source, std::uint64_t offset,
                      std::uint64_t length, std::string meaning) {
  if (auto value = read_exactly(source, offset, length))
    proofs.push_back({{}, offset, std::move(*value), std::move(meaning)});
}

}  // namespace discern

#endif
