// SPDX-License-Identifier: Apache-2.0
// Descriptors that lie beside an image, and what they say against each other.
#ifndef DISCERN_OPTICAL_DESCRIPTORS_H
#define DISCERN_OPTICAL_DESCRIPTORS_H

#include <string>
#include <vector>

#include "discern/image.h"

namespace discern {

// What descriptors of the same name beside `path` make of it, if they use the file at all: the one
// that knows most comes first (CCD, MDS, B6T, TOC, GDI, CUE).
struct Described {
  std::vector<Image> images = {};
  Findings findings = {};  // of descriptors that do not open
};
Described open_descriptors(const std::string& path, const FileFacts& facts);

// The first one as the image, held against the others: disc.descriptor-found (note) says which,
// disc.descriptors-disagree (warning) what differs, disc.descriptors-agree (note) that nothing
// does. `described.images` is not empty.
Image from_descriptors(Described described);

// The same for an image that was opened by its descriptor: others that use one of its files.
void compare_descriptors(Image& image);

}  // namespace discern

#endif
