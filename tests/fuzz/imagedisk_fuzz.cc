// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>

#include "image/imagedisk.h"

// Any bytes as a floppy image: laid out, and the whole view read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace discern;
  const Bytes bytes = std::as_bytes(std::span(data, size));
  const auto image = open_imagedisk(memory_source({bytes.begin(), bytes.end()}, "fuzz"), "fuzz");
  if (!image) return 0;
  const ByteSource& media = *image->main_view().source;
  std::array<std::byte, 65536> block;
  for (std::uint64_t at = 0; at < media.size(); at += block.size()) (void)media.read(at, block);
  return 0;
}
