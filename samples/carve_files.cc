// SPDX-License-Identifier: Apache-2.0
// Files found by their structure, written into a folder: carve_files IMAGE FOLDER
#include <iostream>

#include "discern/carve.h"
#include "discern/image.h"

int main(int count, char** arguments) {
  using namespace discern;
  const auto image = open_image(count == 3 ? arguments[1] : "");
  if (!image) return std::cerr << describe(image.error()) << '\n', 2;
  const auto files = carve_view(image->main_view(), {.types = {"gif", "jpeg", "png", "zip"}});
  if (!files) return std::cerr << describe(files.error()) << '\n', 2;
  for (const CarvedFile& file : *files) {
    const std::string name = std::to_string(file.offset) + "." + file.extension;
    std::cout << name << ' ' << name_of(file.soundness) << ' ' << file.sha256 << '\n';
    const Status done =
        write_carved(image->main_view(), file, std::string(arguments[2]) + "/" + name);
    if (!done) return std::cerr << describe(done.error()) << '\n', 2;
  }
}
