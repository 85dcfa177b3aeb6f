// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_PLUGIN_FUSE_CARVED_FILES_H
#define DISCERN_PLUGIN_FUSE_CARVED_FILES_H

#include <memory>
#include <string>
#include <string_view>

#include "discern/image.h"
#include "mount_tree.h"

namespace discern {

// Shows below carved/ the files of a carve list: JSON Lines as `discern carve --json` prints and
// carved.jsonl of a case folder has them. Their bytes are the runs' on the image's views, nothing
// is copied. carved/SHA256SUMS has the digests that the list states; whether they hold,
// sha256sum(1) says. `file` names the list in errors.
//
// Errc::corrupt  a line is no JSON object of that kind, or its runs are not the file's size
// Errc::missing  a line names a view that the image does not have, or a run that lies outside of
// it:
//                the list is of another image
Status add_carved(MountTree& tree, const std::shared_ptr<const Image>& image, std::string_view list,
                  const std::string& file);

}  // namespace discern

#endif
