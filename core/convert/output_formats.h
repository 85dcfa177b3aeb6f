// SPDX-License-Identifier: Apache-2.0
// The writers behind the rows of output_formats().
#ifndef DISCERN_CONVERT_OUTPUT_FORMATS_H
#define DISCERN_CONVERT_OUTPUT_FORMATS_H

#include "convert/output_job.h"

namespace discern {

Status write_raw(OutputJob& job);
Status write_iso(OutputJob& job);
Status write_bin_cue(OutputJob& job);
Status write_ccd(OutputJob& job);
Status write_wave(OutputJob& job);
Status write_imz(OutputJob& job);
Status write_e01(OutputJob& job);
Status write_ewfx(OutputJob& job);

}  // namespace discern

#endif
