// SPDX-License-Identifier: Apache-2.0
#include "optical/cue_files.h"

#include "optical/unit_source.h"
#include "optical/wave.h"

namespace discern {

Result<CueOpenedFile> open_cue_file(const DescriptorFolder& folder, const CueFile& named) {
  if (named.type != "BINARY" && named.type != "MOTOROLA" && named.type != "WAVE")
    return Error{Errc::unsupported, "files of type " + named.type + " are not read"};
  auto file = folder.open(named.name);
  if (!file) return file.error();
  if (named.type == "MOTOROLA") return CueOpenedFile{*file, *file, swapped_source(*file)};
  if (named.type == "BINARY") return CueOpenedFile{*file, *file, *file};
  auto samples = wave_samples(*file);
  if (!samples) return samples.error();
  return CueOpenedFile{*file, *samples, *samples};
}

}  // namespace discern
