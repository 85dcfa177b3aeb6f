// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "discern/rescue_map.h"
#include "discern/source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto map =
      discern::parse_rescue_map({reinterpret_cast<const char*>(data), size}, "fuzz.map");
  if (!map) return 0;
  const std::uint64_t unread = discern::total_length(map->unread);
  if (unread > map->domain.length || map->failed > unread) std::abort();
  return 0;
}
