// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_DESCRIPTOR_PLACES_H
#define DISCERN_OPTICAL_DESCRIPTOR_PLACES_H

#include <vector>

#include "discern/image.h"

namespace discern {

// Where a descriptor speaks of a track and of the catalogue number: line and column of a text, byte
// offset in MDS and B6T. `tracks` are in the order of the disc. What the descriptor does not say
// has the place of the file as a whole.
struct DescriptorPlaces {
  std::vector<Place> tracks = {};
  Place catalog = {};
  const Place& of_track(std::size_t index) const {
    return index < tracks.size() ? tracks[index] : file;
  }
  Place file = {};
};

// Of an image that was opened by its descriptor, image.files.front().
DescriptorPlaces places_of(const Image& image);

}  // namespace discern

#endif
