// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_IMAGE_ZLIB_DECOMPRESSOR_H
#define DISCERN_IMAGE_ZLIB_DECOMPRESSOR_H

#include <libdeflate.h>

#include <memory>

namespace discern {

// Of libdeflate, owned; null when there was no memory for it. For one thread at a time.
struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const {
    libdeflate_free_decompressor(decompressor);
  }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

inline Decompressor make_decompressor() { return Decompressor(libdeflate_alloc_decompressor()); }

}  // namespace discern

#endif
