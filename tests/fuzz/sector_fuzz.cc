// SPDX-License-Identifier: Apache-2.0
// Any bytes as one sector: checking and descrambling must not fail, and must keep their promises.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "discern/sector.h"

using namespace discern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  RawSector sector{};
  std::copy_n(input.begin(), std::min(size, kRawSector), sector.begin());
  const SectorCheck check = check_sector(sector);
  if (check.header_ok != check.lba.has_value()) std::abort();

  std::vector<std::byte> bytes(input.begin(), input.end());
  if (descramble(bytes, check.lba)) scramble(bytes);
  if (!std::ranges::equal(bytes, input)) std::abort();
  return 0;
}
