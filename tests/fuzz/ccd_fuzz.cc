// SPDX-License-Identifier: Apache-2.0
#include "discern/bytes.h"
#include "optical/ccd.h"

// Any bytes as a CloneCD control file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const discern::Bytes bytes = std::as_bytes(std::span(data, size));
  (void)discern::parse_ccd(discern::as_text(bytes), "fuzz.ccd").has_value();
  return 0;
}
