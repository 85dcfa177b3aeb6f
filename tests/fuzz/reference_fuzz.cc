// SPDX-License-Identifier: Apache-2.0
// Every reader of references on any text.
#include "discern/reference.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const discern::ReferenceReader& reader : discern::reference_readers())
    for (const char* name : {"a.cue", "a.sfv", "manifest-sha512.txt"})
      if (reader.probe(text.substr(0, 65536), name)) reader.parse(text, name);
  return 0;
}
