// SPDX-License-Identifier: Apache-2.0
// From the tracks that a floppy imaging program recorded to the flat sequence of sectors that file
// systems expect.
#ifndef DISCERN_IMAGE_FLOPPY_TRACKS_H
#define DISCERN_IMAGE_FLOPPY_TRACKS_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "discern/image.h"

namespace discern {

// One sector as recorded. `size` is 128 << n bytes.
struct FloppySector {
  std::uint8_t id = 0;
  std::uint32_t size = 0;
  SourcePtr data = {};        // `size` bytes; null: they were not recorded
  bool data_error = false;    // the controller's CRC over the data did not match
  bool deleted = false;       // "deleted data" address mark
  bool id_elsewhere = false;  // its ID names another cylinder or head than where it was found
  std::uint64_t offset = 0;   // of its record in the evidence file
};

struct FloppyTrack {
  std::uint32_t cylinder = 0;
  std::uint32_t head = 0;
  std::vector<FloppySector> sectors = {};
};

// What one image may hold: larger than any floppy, smaller than what a hostile file asks for.
inline constexpr std::uint64_t kMostFloppyImageBytes = std::uint64_t{16} << 20;
inline constexpr std::size_t kMostFloppySectors = 65536;

// Adds the view `media` to `image`, tracks in order of cylinder and head, sectors in order of their
// ids, and the geometry when all tracks have the same one. Sectors that are missing (not recorded,
// left out of a track that is like the others, whole tracks) are unreadable ranges. A track of
// another sector size or of other ids keeps its own length.
//
//   floppy.sectors-missing  damage   ranges that no data was recorded for
//   floppy.data-errors      damage   sectors recorded with a CRC error; delivered as they are
//   floppy.deleted-sectors  note     sectors with the deleted-data mark
//   floppy.foreign-ids      note     sectors whose ID names another place
//   floppy.mixed-tracks     warning  tracks of different shape: offsets follow no geometry
//   floppy.sector-left-out  damage   a second sector of the same id on a track
//
// Errc::corrupt  no sector at all
// Errc::limit    more than kMostFloppyImageBytes
Status add_flat_view(Image& image, std::vector<FloppyTrack> tracks, const std::string& path,
                     const std::string& derivation);

}  // namespace discern

#endif
