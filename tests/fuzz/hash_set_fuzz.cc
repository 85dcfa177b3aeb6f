// SPDX-License-Identifier: Apache-2.0
// Any file as a hash set.
#include <unistd.h>

#include <cstdio>
#include <string>

#include "discern/hash_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string path = "/tmp/discern-hash-set-" + std::to_string(getpid());
  if (std::FILE* const file = std::fopen(path.c_str(), "wb")) {
    std::fwrite(data, 1, size, file);
    std::fclose(file);
  }
  discern::DigestSet set{.object = "entry:/a"};
  set.digests = {{discern::Algorithm::md5, "0cc175b9c0f1b6a831c399e269772661"}};
  (void)discern::mark_digests(std::span(&set, 1), {path, false}, {});
  std::remove(path.c_str());
  return 0;
}
