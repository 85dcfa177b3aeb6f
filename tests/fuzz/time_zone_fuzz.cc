// SPDX-License-Identifier: Apache-2.0
#include "discern/time_zone.h"

// Any bytes as a file of the time zone database.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto zone = discern::TimeZone::parse(std::as_bytes(std::span(data, size)), "fuzz");
  if (!zone) return 0;
  for (const std::int64_t at :
       {INT64_MIN, std::int64_t{-1}, std::int64_t{1'000'000'000}, INT64_MAX}) {
    (void)zone->offset_at(at);
    (void)zone->from_local(at);
  }
  return 0;
}
