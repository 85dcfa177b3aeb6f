// SPDX-License-Identifier: Apache-2.0
// What `discern hash` does with a raw image, as a program: hash_bench THREADS ALGORITHM[,...] FILE
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "discern/pass.h"

int main(int argc, char** argv) {
  using namespace discern;
  if (argc != 4) return 64;
  std::vector<Algorithm> algorithms;
  const std::string_view names = argv[2];
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(',', at), names.size());
    const auto algorithm = find_algorithm(names.substr(at, end - at));
    if (!algorithm) return 64;
    algorithms.push_back(*algorithm);
    at = end + 1;
  }
  auto file = MappedFile::open(argv[3]);
  if (!file) return 2;
  Image image{argv[3], "raw"};
  image.files.push_back({"image", *file});
  image.views.push_back({"media", 512, *file});
  Findings findings;
  const auto sets = hash_image(image, algorithms, {std::atoi(argv[1])}, findings);
  if (!sets) return 2;
  for (const Digest& digest : sets->back().digests)
    std::printf("%s %s\n", std::string(name_of(digest.algorithm)).c_str(), digest.hex.c_str());
  return findings.empty() ? 0 : 1;
}
