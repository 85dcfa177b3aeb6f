// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_IMAGE_VOLUME_VIEWS_H
#define DISCERN_IMAGE_VOLUME_VIEWS_H

#include "discern/image.h"

namespace discern {

// Looks for volumes in the first view and adds what was found to the image: volumes, geometry,
// proofs, findings, and views of the medium's parts (`overlay`, `volume N`, `slack N`,
// `unpartitioned N`, `tail`).
//
// overlay.boot-sector     note: the bytes that the overlay replaces, and by what
// volume.views-left-out   note: a table claims more volumes than get views of their own
void add_volumes(Image& image);

}  // namespace discern

#endif
