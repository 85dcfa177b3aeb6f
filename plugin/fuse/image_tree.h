// SPDX-License-Identifier: Apache-2.0
// An image as a tree of files:
//
//   media.raw  raw.bin  data.iso  session1.iso  track02.wav  repaired.iso  volume1.raw ...
//   MD5SUMS  SHA1SUMS  SHA256SUMS    digests of these, computed when first opened
//   files/     allocated entries     deleted/   all others     carved/   files of a carve list
#ifndef DISCERN_PLUGIN_FUSE_IMAGE_TREE_H
#define DISCERN_PLUGIN_FUSE_IMAGE_TREE_H

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "discern/entry.h"
#include "discern/image.h"
#include "mount_tree.h"

namespace discern {

// The file that shows a view: its name without blanks, and an extension that says what it holds.
// Tracks of sound are WAVE files: 44 bytes of header before the samples.
std::string file_name_of(const Image& image, const View& view);

void add_views(MountTree& tree, const std::shared_ptr<const Image>& image);

// MD5SUMS and the like in the format of md5sum(1) over the files that add_views() made. A line of a
// file that cannot be read whole is a comment that says so.
void add_sums(MountTree& tree, const std::shared_ptr<const Image>& image);

void add_text(MountTree& tree, std::string name, std::string text);

using OpenEntry = std::function<Result<SourcePtr>(const Entry& entry)>;

// `entries` in walking order. Below files/ and deleted/ stand the trees of the file systems; when
// there are several, each in a folder named by its volume's number. A link is a file that holds the
// link's target: nobody shall follow it out of the mount.
void add_entries(MountTree& tree, const Image& image, std::vector<Entry> entries,
                 const OpenEntry& open);

}  // namespace discern

#endif
