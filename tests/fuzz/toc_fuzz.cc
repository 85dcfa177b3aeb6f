// SPDX-License-Identifier: Apache-2.0
#include "discern/bytes.h"
#include "optical/gdi.h"
#include "optical/toc.h"

// Any bytes as a TOC file of cdrdao and as a GDI track list.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const discern::Bytes bytes = std::as_bytes(std::span(data, size));
  (void)discern::parse_toc(discern::as_text(bytes), "fuzz.toc").has_value();
  (void)discern::parse_gdi(discern::as_text(bytes), "fuzz.gdi").has_value();
  return 0;
}
