// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_PLUGIN_FUSE_SERVE_H
#define DISCERN_PLUGIN_FUSE_SERVE_H

#include <functional>
#include <string>

#include "discern/result.h"
#include "mount_tree.h"

namespace discern {

struct ServeOptions {
  std::string source;                // what mount(8) shows as the device
  int threads = 4;                   // that answer requests
  bool background = false;           // go on as a daemon once the mount is there
  bool direct_io = false;            // reads pass the page cache by, in the reader's own length
  std::function<void()> ready = {};  // called once the mount is there, before the first request
};

// Shows `tree` in the existing folder `folder` until SIGINT, SIGTERM or SIGHUP comes or somebody
// unmounts it; read-only. A read that touches unreadable bytes fails as a whole with EIO: the
// kernel would take a shorter answer for the end of the file, and asks again page by page.
//
// Errc::missing  no such folder
// Errc::io       the system refuses: no /dev/fuse, no right to mount there
Status serve(const MountTree& tree, const std::string& folder, const ServeOptions& options);

}  // namespace discern

#endif
