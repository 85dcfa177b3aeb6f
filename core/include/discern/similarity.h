// SPDX-License-Identifier: Apache-2.0
// Fuzzy hashes of contents: ssdeep (context triggered piecewise hashing, libfuzzy) and TLSH (trend
// locality sensitive hash, libtlsh). They say how alike contents may be and are no evidence of
// identity. Both libraries are optional when discern is built.
#ifndef DISCERN_SIMILARITY_H
#define DISCERN_SIMILARITY_H

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/digest.h"
#include "discern/source.h"

namespace discern {

// Those that this build computes: "ssdeep", "tlsh".
std::span<const std::string_view> similarity_kinds();

// `kinds` are of similarity_kinds(). One that has no value for these bytes is left out: TLSH wants
// 256 bytes and some variety. Nothing when a byte cannot be read.
std::vector<SimilarityDigest> similarity_of(const ByteSource& content,
                                            std::span<const std::string> kinds);

}  // namespace discern

#endif
