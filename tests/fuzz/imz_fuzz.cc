// SPDX-License-Identifier: Apache-2.0
// Opens the input as an IMZ and reads its payload. The limits are small, so that a bomb costs
// the fuzzer no time.
#include <array>
#include <cstdint>

#include "image/imz.h"

// Payloads of more than 64 KiB are read through restart points.
constexpr discern::PayloadLimits kLimits = {
    .whole = 1U << 16U, .memory = 1U << 20U, .spacing = 1U << 14U};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace discern;
  const Bytes bytes = std::as_bytes(std::span(data, size));
  const SourcePtr source = memory_source({bytes.begin(), bytes.end()}, "fuzz.imz");
  const auto image = open_imz(source, "fuzz.imz", {.password = "x"}, kLimits);
  if (!image) return 0;
  const ByteSource& media = *image->main_view().source;
  std::array<std::byte, 4096> block;
  for (std::uint64_t at = 0; at < media.size(); at += block.size()) (void)media.read(at, block);
  return 0;
}
