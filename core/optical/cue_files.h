// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_CUE_FILES_H
#define DISCERN_OPTICAL_CUE_FILES_H

#include <memory>

#include "discern/source.h"
#include "optical/cue.h"
#include "optical/descriptor_files.h"

namespace discern {

// A FILE of a sheet: the file as found, and its sectors (the samples of a WAVE file). Both null
// when it could not be opened.
struct CueOpenedFile {
  std::shared_ptr<const MappedFile> evidence = nullptr;
  SourcePtr sectors = nullptr;
  SourcePtr audio = nullptr;  // `sectors` with little-endian samples: another source for MOTOROLA
};

// Errors of DescriptorFolder::open() and wave_samples(); Errc::unsupported for other types than
// BINARY, MOTOROLA and WAVE.
Result<CueOpenedFile> open_cue_file(const DescriptorFolder& folder, const CueFile& named);

}  // namespace discern

#endif
