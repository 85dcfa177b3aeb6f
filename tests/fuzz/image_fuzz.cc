// SPDX-License-Identifier: Apache-2.0
// The input as an evidence file: probed by every row of the format table and every foreign
// signature, opened, and the head of each view read.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "discern/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace discern;
  const int file = memfd_create("fuzz", MFD_CLOEXEC);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  const auto image = open_image("/proc/self/fd/" + std::to_string(file));
  if (image) {
    std::array<std::byte, 65536> block;
    for (const View& view : image->views) {
      const ReadResult read = view.source->read(0, block);
      if (read.bytes != std::min<std::uint64_t>(block.size(), view.source->size())) std::abort();
    }
  } else if (image.error().text.empty()) {
    std::abort();
  }
  close(file);
  return 0;
}
