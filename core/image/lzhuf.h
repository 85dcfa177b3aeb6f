// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_IMAGE_LZHUF_H
#define DISCERN_IMAGE_LZHUF_H

#include <cstddef>
#include <vector>

#include "discern/bytes.h"

namespace discern {

// Expands LZSS data with adaptive Huffman codes, up to `most` bytes or the end of `packed`. There
// is no end mark: up to a few bytes at the end may stem from padding bits.
std::vector<std::byte> expand_lzhuf(Bytes packed, std::size_t most);

}  // namespace discern

#endif
