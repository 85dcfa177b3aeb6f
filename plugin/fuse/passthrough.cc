// SPDX-License-Identifier: Apache-2.0
// Layouts and numbers: the kernel's include/uapi/linux/fuse.h, protocol 7.40.
#define FUSE_USE_VERSION 312
#include "passthrough.h"

#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <linux/fuse.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace discern {
namespace {

struct BackingMap {
  std::int32_t fd;
  std::uint32_t flags;
  std::uint64_t padding;
};
constexpr unsigned long kBackingOpen = _IOW(229, 1, BackingMap);
constexpr std::uint32_t kPassthroughSecondFlags = 1U << (37 - 32);  // FUSE_PASSTHROUGH
constexpr std::uint32_t kOpenPassthrough = 1U << 7;                 // FOPEN_PASSTHROUGH
// The kernel refuses an evidence file that lies on a stacked file system then.
constexpr std::uint32_t kStackDepth = 1;

// What the answer that this thread sends now needs. libfuse calls the hook in the same thread.
thread_local std::int32_t answered_backing = 0;

ssize_t receive(int descriptor, void* buffer, size_t size, void*) {
  return read(descriptor, buffer, size);
}

// An answer is a fuse_out_header and what belongs to the request.
ssize_t send(int descriptor, iovec* parts, int count, void*) {
  if (count == 2 && parts[1].iov_len == sizeof(fuse_init_out)) {
    fuse_init_out answer = {};
    std::memcpy(&answer, parts[1].iov_base, sizeof answer);
    // No other answer is as long and begins with the protocol's version.
    if (answer.major == FUSE_KERNEL_VERSION && answer.minor <= FUSE_KERNEL_MINOR_VERSION) {
      answer.flags |= FUSE_INIT_EXT;
      answer.flags2 |= kPassthroughSecondFlags;
      answer.unused[0] = kStackDepth;  // max_stack_depth
      iovec changed[] = {parts[0], {&answer, sizeof answer}};
      return writev(descriptor, changed, 2);
    }
  }
  if (answered_backing != 0 && count == 2 && parts[1].iov_len == sizeof(fuse_open_out)) {
    fuse_open_out answer = {};
    std::memcpy(&answer, parts[1].iov_base, sizeof answer);
    answer.open_flags |= kOpenPassthrough;
    answer.padding = static_cast<std::uint32_t>(answered_backing);  // backing_id
    iovec changed[] = {parts[0], {&answer, sizeof answer}};
    return writev(descriptor, changed, 2);
  }
  return writev(descriptor, parts, count);
}

// The file behind `facts`, whose path counts from the folder `origin`, through a mount of its own;
// -1 when that cannot be.
int open_unchanging(int origin, const FileFacts& facts) {
  const Descriptor tree(open_tree(origin, facts.path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (tree.number() < 0) return -1;
  mount_attr wanted = {};
  wanted.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOATIME;
  wanted.attr_clr = MOUNT_ATTR__ATIME;
  if (mount_setattr(tree.number(), "", AT_EMPTY_PATH, &wanted, sizeof wanted) != 0) return -1;
  const std::string path = "/proc/self/fd/" + std::to_string(tree.number());
  return open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

bool is_regular(int file, const FileFacts& facts) {
  struct stat status = {};
  return fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_dev == facts.device &&
         status.st_ino == facts.inode && static_cast<std::uint64_t>(status.st_size) == facts.size;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

Passthrough::Passthrough(fuse_session* session)
    : session_(session), origin_(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  fuse_custom_io io = {};
  io.read = receive;
  io.writev = send;
  fuse_session_custom_io(session, &io, fuse_session_fd(session));
}

std::int32_t Passthrough::backing_of(MountTree::Id id, const MappedFile& file) {
  const std::lock_guard lock(mutex_);
  const auto [known, added] = backings_.try_emplace(id, 0);
  if (!added || file.facts().block_device || !file.failed({0, file.size()}).empty())
    return known->second;
  const Descriptor evidence(open_unchanging(origin_.number(), file.facts()));
  if (!is_regular(evidence.number(), file.facts())) return 0;
  BackingMap map = {evidence.number(), 0, 0};
  if (const int number = ioctl(fuse_session_fd(session_), kBackingOpen, &map); number > 0)
    known->second = number;
  return known->second;
}

bool Passthrough::answer_open(fuse_req_t request, MountTree::Id id, const ByteSource& source,
                              fuse_file_info* info) {
  const auto* const file = dynamic_cast<const MappedFile*>(&source);
  const std::int32_t backing = file ? backing_of(id, *file) : 0;
  if (backing != 0) {
    if (file->changed()) {
      fuse_reply_err(request, EIO);
      return false;
    }
    info->keep_cache = 0;  // the kernel takes no other flag beside it
  }
  answered_backing = backing;
  const int status = fuse_reply_open(request, info);
  answered_backing = 0;
  return status == 0;
}

}  // namespace discern
