// SPDX-License-Identifier: Apache-2.0
// Linux 6.9 and later can read a file of a FUSE mount from another file, without a request to us.
// libfuse 3.14 does not know that yet: its answers to INIT and OPEN are completed on their way.
#ifndef DISCERN_PLUGIN_FUSE_PASSTHROUGH_H
#define DISCERN_PLUGIN_FUSE_PASSTHROUGH_H

#include <cstdint>
#include <map>
#include <mutex>

#include "discern/source.h"
#include "mount_tree.h"

struct fuse_session;
struct fuse_req;
struct fuse_file_info;

namespace discern {

// Closes a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int number() const { return number_; }

 private:
  int number_;
};

class Passthrough {
 public:
  // For a session that is mounted and answers no requests yet, in the folder that the paths of
  // evidence files count from: a daemon leaves it. Kernels without it, and users other
  // than root, have all files read through us.
  explicit Passthrough(fuse_session* session);

  // Answers an open of `id`, whose bytes are `source`: if they are a regular evidence file from end
  // to end, with nothing known to be unreadable, by handing that file to the kernel. It is opened
  // through a mount of its own, read-only and without access times. EIO when it has changed since
  // it was opened as evidence; a file that is cut while it is read ends early for its readers, as
  // it would without a mount. True when `source` is now held open by the request's sender.
  bool answer_open(fuse_req* request, MountTree::Id id, const ByteSource& source,
                   fuse_file_info* info);

 private:
  std::int32_t backing_of(MountTree::Id id, const MappedFile& file);

  fuse_session* session_;
  Descriptor origin_;
  std::mutex mutex_;
  // Decided at the first open: the kernel wants all others alike. 0: read through us.
  std::map<MountTree::Id, std::int32_t> backings_ = {};
};

}  // namespace discern

#endif
