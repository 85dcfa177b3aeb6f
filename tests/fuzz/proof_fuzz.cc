// SPDX-License-Identifier: Apache-2.0
#include "discern/bytes.h"
#include "discern/proof.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = std::string_view(reinterpret_cast<const char*>(data), size);
  (void)discern::check_proof(text);
  (void)discern::root_in_report(text, "view:media");
  return 0;
}
