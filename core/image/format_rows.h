// SPDX-License-Identifier: Apache-2.0
// The rows of the format table, each defined in the file of its format.
#ifndef DISCERN_IMAGE_FORMAT_ROWS_H
#define DISCERN_IMAGE_FORMAT_ROWS_H

#include "discern/image.h"

namespace discern {

extern const Format kRaw;
extern const Format kSplitRaw;
extern const Format kEwf;
extern const Format kImz;
extern const Format kImageDisk;
extern const Format kTeledisk;
extern const Format kDiskCopy;
extern const Format kSaveDskF;
extern const Format kAnex86;
extern const Format kDiskDupe;
extern const Format kCopyQm;
extern const Format kCue;
extern const Format kCcd;
extern const Format kToc;
extern const Format kMds;
extern const Format kB6t;
extern const Format kNrg;
extern const Format kCdi;
extern const Format kGdi;
extern const Format kRawCd;

}  // namespace discern

#endif
