// SPDX-License-Identifier: Apache-2.0
// The tree for libfuse 3, low level. Nothing changes while it is mounted: attributes, names and
// pages may stay in the kernel's caches as long as it likes.
#define FUSE_USE_VERSION 312
#include "serve.h"

#include <fuse_lowlevel.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <system_error>
#include <vector>

#include "passthrough.h"

namespace discern {
namespace {

constexpr double kForever = 3600;  // seconds
// Longest request. libfuse 3.14 wants the same number as a mount option and in init().
constexpr unsigned kMaxRead = 1U << 20;

struct Served {
  const MountTree& tree;
  uid_t owner = geteuid();
  gid_t group = getegid();
  bool direct_io = false;
  fuse_session* session = nullptr;
  Passthrough* passthrough = nullptr;
};

Served& served(fuse_req_t request) { return *static_cast<Served*>(fuse_req_userdata(request)); }

struct stat attributes(const Served& all, MountTree::Id id, const MountTree::Node& node) {
  struct stat status = {};
  status.st_ino = id;
  status.st_mode = node.folder ? S_IFDIR | 0555 : S_IFREG | 0444;
  status.st_nlink = node.folder ? 2 : 1;
  status.st_uid = all.owner;
  status.st_gid = all.group;
  status.st_size = static_cast<off_t>(node.file.size);
  status.st_blksize = kMaxRead;
  status.st_blocks = static_cast<blkcnt_t>(node.file.size / 512 + (node.file.size % 512 != 0));
  std::int64_t seconds = node.file.mtime_ns / 1'000'000'000;
  std::int64_t rest = node.file.mtime_ns % 1'000'000'000;
  if (rest < 0) {
    --seconds;
    rest += 1'000'000'000;
  }
  status.st_mtim = {seconds, rest};
  status.st_atim = status.st_ctim = status.st_mtim;
  return status;
}

void init(void*, fuse_conn_info* connection) noexcept { connection->max_read = kMaxRead; }

void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) noexcept {
  const Served& all = served(request);
  const MountTree::Id id = all.tree.child(parent, name);
  fuse_entry_param entry = {};
  entry.attr_timeout = entry.entry_timeout = kForever;
  if (id != 0) {
    entry.ino = id;
    entry.attr = attributes(all, id, *all.tree.find(id));
  }
  fuse_reply_entry(request, &entry);  // ino 0: no such name, to be remembered
}

void getattr(fuse_req_t request, fuse_ino_t id, fuse_file_info*) noexcept {
  const Served& all = served(request);
  const MountTree::Node* const node = all.tree.find(id);
  if (!node) {
    fuse_reply_err(request, ENOENT);
    return;
  }
  const struct stat status = attributes(all, id, *node);
  fuse_reply_attr(request, &status, kForever);
}

void open(fuse_req_t request, fuse_ino_t id, fuse_file_info* file) noexcept {
  const Served& all = served(request);
  const MountTree::Node* const node = all.tree.find(id);
  if (!node || node->folder) {
    fuse_reply_err(request, node ? EISDIR : ENOENT);
    return;
  }
  if ((file->flags & O_ACCMODE) != O_RDONLY) {
    fuse_reply_err(request, EROFS);
    return;
  }
  try {
    auto source = node->file.open([&](std::string_view, std::uint64_t, std::uint64_t) {
      return !fuse_req_interrupted(request) && !fuse_session_exited(all.session);
    });
    if (!source) {
      fuse_reply_err(request, source.error().code == Errc::cancelled ? EINTR : EIO);
      return;
    }
    auto handle = std::make_unique<SourcePtr>(*std::move(source));
    file->fh = std::bit_cast<std::uint64_t>(handle.get());
    file->keep_cache = 1;
    file->direct_io = all.direct_io;
    const bool open = all.passthrough ? all.passthrough->answer_open(request, id, **handle, file)
                                      : fuse_reply_open(request, file) == 0;
    if (open) (void)handle.release();  // released in release()
  } catch (const std::exception&) {
    fuse_reply_err(request, ENOMEM);
  }
}

void release(fuse_req_t request, fuse_ino_t, fuse_file_info* file) noexcept {
  delete std::bit_cast<SourcePtr*>(file->fh);
  fuse_reply_err(request, 0);
}

// Bytes are copied before they are answered: in place, a page that fails between our look and the
// kernel's would read as zeros.
void read(fuse_req_t request, fuse_ino_t, size_t size, off_t offset,
          fuse_file_info* file) noexcept {
  try {
    thread_local std::vector<std::byte> buffer(kMaxRead);
    const ByteSource& source = **std::bit_cast<const SourcePtr*>(file->fh);
    const auto from = static_cast<std::uint64_t>(std::max<off_t>(offset, 0));
    if (offset < 0 || from >= source.size()) {
      fuse_reply_buf(request, nullptr, 0);
      return;
    }
    const ReadResult got =
        source.read(from, std::span(buffer).first(std::min<size_t>(size, buffer.size())));
    if (got.complete())
      fuse_reply_buf(request, reinterpret_cast<const char*>(buffer.data()), got.bytes);
    else
      fuse_reply_err(request, EIO);
  } catch (const std::exception&) {
    fuse_reply_err(request, ENOMEM);
  }
}

// Entry 0 is ".", 1 is "..", 2 the first child.
void readdir(fuse_req_t request, fuse_ino_t id, size_t size, off_t offset,
             fuse_file_info*) noexcept {
  const Served& all = served(request);
  const MountTree::Node* const node = all.tree.find(id);
  if (!node || !node->folder || offset < 0) {
    fuse_reply_err(request, node ? ENOTDIR : ENOENT);
    return;
  }
  try {
    std::vector<char> buffer(size);
    size_t used = 0;
    for (auto i = static_cast<std::uint64_t>(offset); i < node->children.size() + 2; ++i) {
      const MountTree::Id child = i == 0   ? id
                                  : i == 1 ? node->parent
                                           : node->children[static_cast<size_t>(i - 2)];
      const MountTree::Node& what = *all.tree.find(child);
      const char* const name = i == 0 ? "." : i == 1 ? ".." : what.name.c_str();
      const struct stat status = attributes(all, child, what);
      const size_t needs = fuse_add_direntry(request, buffer.data() + used, size - used, name,
                                             &status, static_cast<off_t>(i + 1));
      if (needs > size - used) break;
      used += needs;
    }
    fuse_reply_buf(request, buffer.data(), used);
  } catch (const std::exception&) {
    fuse_reply_err(request, ENOMEM);
  }
}

fuse_lowlevel_ops operations() {
  fuse_lowlevel_ops ops = {};
  ops.init = init;
  ops.lookup = lookup;
  ops.getattr = getattr;
  ops.open = open;
  ops.read = read;
  ops.release = release;
  ops.readdir = readdir;
  return ops;
}

Error refused(const std::string& folder, int number, const char* what) {
  return {Errc::io,
          std::string(what) + (number ? ": " + std::generic_category().message(number) : ""),
          folder};
}

// Commas separate mount options.
std::string as_option(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == ',' || c == '\\' || c == '\n'; }, '_');
  return text;
}

// As far ahead as one request is long; 128 KiB otherwise. Only root may; nobody is told when not.
// The device's number is looked up: to ask the mount itself for it, requests would have to be
// answered already.
void read_further_ahead(const std::string& folder) {
  std::ifstream mounts("/proc/self/mountinfo");  // "36 35 0:98 / /mnt ro ...", proc(5)
  std::string line;
  std::string device;
  while (std::getline(mounts, line)) {
    std::istringstream fields(line);
    std::string id, parent, number, root, place;
    if (fields >> id >> parent >> number >> root >> place && place == folder) device = number;
  }
  if (device.empty()) return;
  std::ofstream("/sys/class/bdi/" + device + "/read_ahead_kb") << kMaxRead / 1024 << "\n";
}

}  // namespace

Status serve(const MountTree& tree, const std::string& folder, const ServeOptions& options) {
  struct stat status = {};
  if (stat(folder.c_str(), &status) != 0)
    return Error{Errc::missing, std::generic_category().message(errno), folder};
  if (!S_ISDIR(status.st_mode)) return Error{Errc::missing, "is no folder", folder};
  if (access("/dev/fuse", R_OK | W_OK) != 0) return refused("/dev/fuse", errno, "cannot be used");

  const std::string mount_options =
      "ro,default_permissions,subtype=discern,max_read=" + std::to_string(kMaxRead) +
      ",fsname=" + as_option(options.source);
  std::vector<std::string> words = {"discern", "-o", mount_options};
  std::vector<char*> pointers;
  pointers.reserve(words.size());
  for (std::string& word : words) pointers.push_back(word.data());
  fuse_args arguments = FUSE_ARGS_INIT(static_cast<int>(pointers.size()), pointers.data());

  Served all{.tree = tree, .direct_io = options.direct_io};
  const fuse_lowlevel_ops ops = operations();
  const std::unique_ptr<fuse_session, void (*)(fuse_session*)> session(
      fuse_session_new(&arguments, &ops, sizeof ops, &all), fuse_session_destroy);
  fuse_opt_free_args(&arguments);
  if (!session) return refused(folder, 0, "libfuse refuses");
  all.session = session.get();
  // Before the mount: afterwards the path leads into it.
  const std::unique_ptr<char, void (*)(void*)> place(realpath(folder.c_str(), nullptr), std::free);
  if (fuse_session_mount(session.get(), folder.c_str()) != 0)
    return refused(folder, errno, "cannot be mounted on");
  if (place) read_further_ahead(place.get());
  std::optional<Passthrough> passthrough;
  if (!options.direct_io) all.passthrough = &passthrough.emplace(session.get());
  // Before threads begin: they do not outlive a fork.
  if (options.background && fuse_daemonize(0) != 0) {
    fuse_session_unmount(session.get());
    return refused(folder, errno, "no background process");
  }
  // libfuse sets handlers only where there are none.
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, SIG_DFL);
  if (fuse_set_signal_handlers(session.get()) != 0) {
    fuse_session_unmount(session.get());
    return refused(folder, errno, "no signal handlers");
  }
  if (options.ready) options.ready();
  fuse_loop_config* const config = fuse_loop_cfg_create();
  fuse_loop_cfg_set_max_threads(config, static_cast<unsigned>(std::max(options.threads, 1)));
  fuse_loop_cfg_set_clone_fd(config, 1);
  const int ended = fuse_session_loop_mt(session.get(), config);
  fuse_loop_cfg_destroy(config);
  fuse_remove_signal_handlers(session.get());
  fuse_session_unmount(session.get());
  if (ended < 0) return refused(folder, -ended, "the mount broke off");
  return Done{};
}

}  // namespace discern
