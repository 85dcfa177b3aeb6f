// SPDX-License-Identifier: Apache-2.0
// The files that a descriptor names, or that go with it by name: looked for in the descriptor's own
// folder and nowhere else, whatever path the descriptor spells.
#ifndef DISCERN_OPTICAL_DESCRIPTOR_FILES_H
#define DISCERN_OPTICAL_DESCRIPTOR_FILES_H

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "discern/result.h"
#include "discern/source.h"

namespace discern {

class DescriptorFolder {
 public:
  // The folder that holds `path`.
  explicit DescriptorFolder(const std::string& path);

  // Opens the file called `name`, of which only the part behind the last / or \ counts: by its
  // exact bytes, else as CP1252, else ignoring ASCII case, else ignoring case and composition
  // (a Mac's "u" and dots for U+00FC), read as UTF-8 or CP1252, CP932, CP437, CP850.
  //
  // Errc::missing    no such file
  // Errc::ambiguous  fits several files equally well
  // Errc::io         not a regular file, or a symbolic link that leads out of the folder; or the
  //                  folder cannot be listed
  Result<std::shared_ptr<const MappedFile>> open(std::string_view name) const;

 private:
  std::string folder_;
  Result<std::vector<std::string>> names_;
};

// `path` without folders, / and \ alike.
std::string_view last_component(std::string_view path);

// `name` without its extension: "disc.img" -> "disc".
std::string_view stem_of(std::string_view name);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace discern

#endif
