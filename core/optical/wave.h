// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_WAVE_H
#define DISCERN_OPTICAL_WAVE_H

#include <array>
#include <cstdint>
#include <optional>

#include "discern/result.h"
#include "discern/source.h"

namespace discern {

// The samples of a RIFF WAVE file as on an audio CD: 44100 Hz, 2 channels, 16 bits.
// Errc::corrupt      no RIFF WAVE, or no chunk of samples
// Errc::unsupported  another kind of samples
Result<SourcePtr> wave_samples(const SourcePtr& file);

// What stands in front of `size` bytes of samples of an audio CD. Nothing when RIFF has no room for
// them (4 GiB).
std::optional<std::array<std::byte, 44>> wave_header(std::uint64_t size);

}  // namespace discern

#endif
