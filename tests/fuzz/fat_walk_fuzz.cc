// SPDX-License-Identifier: Apache-2.0
#include "filesystem_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  walk_input(data, size, 512, 2880, "fat12");
  return 0;
}
