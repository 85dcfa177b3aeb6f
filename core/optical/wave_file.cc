// SPDX-License-Identifier: Apache-2.0
#include "discern/wave_file.h"

#include "optical/wave.h"

namespace discern {

const Track* track_of(const Image& image, const View& view) {
  if (!image.disc) return nullptr;
  for (const Session& session : image.disc->sessions)
    for (const Track& track : session.tracks)
      if (view.name == "track " + std::to_string(track.number)) return &track;
  return nullptr;
}

SourcePtr wave_file(const Image& image, const View& view) {
  const Track* const track = track_of(image, view);
  if (!track || track->mode != SectorMode::audio) return nullptr;
  const auto header = wave_header(view.source->size());
  if (!header) return nullptr;
  return concat_source({memory_source({header->begin(), header->end()}, image.path), view.source});
}

}  // namespace discern
