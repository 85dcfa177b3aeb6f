// SPDX-License-Identifier: Apache-2.0
// What an image is: open_image IMAGE
#include <iostream>

#include "discern/image.h"

int main(int count, char** arguments) {
  using namespace discern;
  if (count != 2) return 64;
  const auto image = open_image(arguments[1]);
  if (!image) {
    std::cerr << describe(image.error()) << '\n';
    return 2;
  }
  std::cout << image->format << '\n';
  for (const View& view : image->views)
    std::cout << view.name << ": " << view.source->size() << " bytes\n";
  for (const Finding& finding : image->findings) std::cout << finding.text << '\n';
}
