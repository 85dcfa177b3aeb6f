// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_WAVE_FILE_H
#define DISCERN_WAVE_FILE_H

#include "discern/image.h"

namespace discern {

// The track of `image` that `view` is, null when the view is none of a track.
const Track* track_of(const Image& image, const View& view);

// An audio track's view as a WAVE file: 44 bytes of RIFF header (44100 Hz, 2 channels, 16 bits),
// then the view. Null when the view is no audio track, or too long for RIFF (4 GiB).
SourcePtr wave_file(const Image& image, const View& view);

}  // namespace discern

#endif
