// SPDX-License-Identifier: Apache-2.0
// The files of every file system that discern walks itself, deleted ones included: walk_files IMAGE
#include <iostream>

#include "discern/filesystem.h"
#include "discern/timeline.h"

int main(int count, char** arguments) {
  using namespace discern;
  const auto image = open_image(count == 2 ? arguments[1] : "");
  if (!image) return std::cerr << describe(image.error()) << '\n', 2;
  Findings findings;
  for (const Volume& volume : image->volumes) {
    const Walker* const walker = find_walker(volume.filesystem);
    if (!walker) continue;
    const auto print = [](Entry&& entry) {
      std::cout << name_of(entry.state) << ' ' << show_name(entry.path).text << '\n';
      return true;
    };
    const Status done = walker->walk({image->file_system_view(), volume}, print, findings);
    if (!done) return std::cerr << describe(done.error()) << '\n', 2;
  }
  return findings.empty() ? 0 : 1;
}
