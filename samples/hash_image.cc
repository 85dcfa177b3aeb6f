// SPDX-License-Identifier: Apache-2.0
// Digests of every evidence file and view, in one pass: hash_image IMAGE
#include <iostream>

#include "discern/pass.h"

int main(int count, char** arguments) {
  using namespace discern;
  const auto image = open_image(count == 2 ? arguments[1] : "");
  if (!image) return std::cerr << describe(image.error()) << '\n', 2;
  const Algorithm wanted[] = {Algorithm::md5, Algorithm::sha256};
  Findings findings;
  const auto sets = hash_image(*image, wanted, {}, findings);
  if (!sets) return std::cerr << describe(sets.error()) << '\n', 2;
  for (const DigestSet& set : *sets)
    for (const Digest& digest : set.digests)
      std::cout << set.object << ' ' << name_of(digest.algorithm) << ' ' << digest.hex << '\n';
  return findings.empty() ? 0 : 1;
}
