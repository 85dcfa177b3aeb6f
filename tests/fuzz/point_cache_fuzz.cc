// SPDX-License-Identifier: Apache-2.0
// Reads the input as a file of restart points and the payload through it. The checksum is set right
// first, as someone with bad intentions would.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "image/point_cache.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace discern;
  constexpr std::uint64_t kStream = 4096;
  constexpr StreamOrigin kOrigin{{0, kStream}, 1U << 20U, 1U << 14U};
  if (size < kStream) return 0;
  const Bytes input = std::as_bytes(std::span(data, size));
  const SourcePtr container = memory_source({input.begin(), input.begin() + kStream}, "fuzz.imz");
  std::vector<std::byte> bytes(input.begin() + kStream, input.end());
  seal_kept_stream(bytes, {.size = kStream}, kOrigin);
  auto kept =
      read_kept_stream(memory_source(std::move(bytes), "points"), {.size = kStream}, kOrigin);
  if (!kept) return 0;
  const SourcePtr source = inflated_source(container, std::move(kept->points), "fuzz.imz");
  std::array<std::byte, 4096> block;
  const std::uint64_t end = std::min<std::uint64_t>(source->size(), 1U << 20U);
  for (std::uint64_t at = 0; at < end; at += block.size()) (void)source->read(at, block);
  return 0;
}
