// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "image/acquisition_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto log =
      discern::parse_acquisition_log({reinterpret_cast<const char*>(data), size}, "fuzz.txt");
  if (!log) return 0;
  std::uint64_t end = 0;
  for (const discern::ByteRange& range : log->unread) {
    if (range.length == 0 || range.offset < end || range.end() < range.offset) std::abort();
    end = range.end();
  }
  return 0;
}
