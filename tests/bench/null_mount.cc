// SPDX-License-Identifier: Apache-2.0
// A file system with one file, `file`, whose bytes are all the same and in memory: what FUSE itself
// costs, the bound for every server. Usage: null_mount MEGABYTES FOLDER [direct]
#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr unsigned kMaxRead = 1U << 20;
off_t size_in_bytes = 0;
bool direct = false;
const std::vector<char> block(kMaxRead, 'x');

struct stat status_of(fuse_ino_t id) {
  struct stat status = {};
  status.st_ino = id;
  status.st_mode = id == 1 ? S_IFDIR | 0555 : S_IFREG | 0444;
  status.st_nlink = 1;
  status.st_size = id == 1 ? 0 : size_in_bytes;
  return status;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 64;
  size_in_bytes = static_cast<off_t>(std::atoll(words[1])) << 20;
  direct = count > 3;
  fuse_lowlevel_ops ops = {};
  ops.init = [](void*, fuse_conn_info* connection) { connection->max_read = kMaxRead; };
  ops.lookup = [](fuse_req_t request, fuse_ino_t, const char* name) {
    fuse_entry_param entry = {};
    if (std::strcmp(name, "file") == 0) entry.ino = 2;
    entry.attr = status_of(2);
    entry.attr_timeout = entry.entry_timeout = 3600;
    fuse_reply_entry(request, &entry);
  };
  ops.getattr = [](fuse_req_t request, fuse_ino_t id, fuse_file_info*) {
    const struct stat status = status_of(id);
    fuse_reply_attr(request, &status, 3600);
  };
  ops.open = [](fuse_req_t request, fuse_ino_t, fuse_file_info* file) {
    file->direct_io = direct;
    file->keep_cache = 1;
    fuse_reply_open(request, file);
  };
  ops.read = [](fuse_req_t request, fuse_ino_t, size_t size, off_t offset, fuse_file_info*) {
    fuse_reply_buf(request, block.data(),
                   std::min({size, block.size(),
                             static_cast<size_t>(std::max<off_t>(size_in_bytes - offset, 0))}));
  };
  std::string options = "ro,default_permissions,max_read=" + std::to_string(kMaxRead);
  std::string name = "null", flag = "-o";
  char* arguments[] = {name.data(), flag.data(), options.data()};
  fuse_args args = FUSE_ARGS_INIT(3, arguments);
  fuse_session* const session = fuse_session_new(&args, &ops, sizeof ops, nullptr);
  if (!session || fuse_session_mount(session, words[2]) != 0) return 2;
  fuse_loop_config* const config = fuse_loop_cfg_create();
  fuse_loop_cfg_set_max_threads(config, 4);
  fuse_loop_cfg_set_clone_fd(config, 1);
  fuse_session_loop_mt(session, config);
  fuse_session_unmount(session);
  return 0;
}
