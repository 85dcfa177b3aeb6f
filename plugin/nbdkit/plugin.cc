// SPDX-License-Identifier: Apache-2.0
// nbdkit-discern-plugin: the views of an image as exports of a network block device, for whatever
// speaks NBD: qemu, nbdcopy, guestfish, nbdfuse.
//
//   nbdkit discern disc.cue                    the main view, others by their names as exports
//   nbdkit discern 'disc.cue#session=2'        that view
//
// Read-only: there is no function that writes. Source: nbdkit-plugin(3), API version 2.
#define NBDKIT_API_VERSION 2
#define THREAD_MODEL NBDKIT_THREAD_MODEL_PARALLEL
#include <nbdkit-plugin.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "discern/image.h"
#include "discern/timeline.h"

namespace discern {
namespace {

// Of the command line; set before the first client comes.
struct Served {
  std::string operand;
  OpenOptions options;
  std::shared_ptr<const Image> image = nullptr;
  const View* view = nullptr;  // what clients get that name no export
};

Served& served() {
  static auto* const one = new Served;
  return *one;
}

// nbdkit writes it to stderr or syslog.
void complain(const std::string& text) { nbdkit_error("%s", show_name(text).text.c_str()); }

// Runs `work`, which returns -1 (or null) itself when it fails; exceptions stay in here.
template <class Result, class Work>
Result guarded(Result failed, const Work& work) noexcept {
  try {
    return work();
  } catch (const std::exception&) {
    nbdkit_error("out of memory");
    nbdkit_set_error(ENOMEM);
    return failed;
  }
}

int config(const char* key, const char* value) noexcept {
  return guarded(-1, [&] {
    const std::string_view name = key;
    if (name == "image") {
      // nbdkit may change its folder before it opens files.
      char* const path = nbdkit_absolute_path(value);
      if (!path) return -1;
      served().operand = path;
      std::free(path);
    } else if (name == "format") {
      if (!find_format(value)) return complain("no such format: " + std::string(value)), -1;
      served().options.format = value;
    } else if (name == "password-file") {
      auto password = read_password_file(value);
      if (!password) return complain(describe(password.error())), -1;
      served().options.password = *std::move(password);
    } else {
      return complain("unknown parameter: " + std::string(name)), -1;
    }
    return 0;
  });
}

int config_complete() noexcept {
  return guarded(-1, [&] {
    Served& all = served();
    if (all.operand.empty()) return complain("which image? (image=FILE)"), -1;
    const ImageName name = parse_image_name(all.operand);
    all.options.repaired = true;  // one more view, made only when it is read
    auto opened = open_image(name.path, all.options);
    if (!opened) return complain(describe(opened.error())), -1;
    all.image = std::make_shared<const Image>(*std::move(opened));
    all.view = name.view.empty() ? &all.image->main_view() : all.image->find_view(name.view);
    if (!all.view) return complain(name.path + ": has no view \"" + name.view + "\""), -1;
    return 0;
  });
}

int list_exports(int, int, nbdkit_exports* exports) noexcept {
  return guarded(-1, [&] {
    for (const View& view : served().image->views)
      if (nbdkit_add_export(exports, view.name.c_str(), show_name(view.derivation).text.c_str()) !=
          0)
        return -1;
    return 0;
  });
}

const char* default_export(int, int) noexcept { return served().view->name.c_str(); }

void* open(int) noexcept {
  return guarded<void*>(nullptr, [&]() -> void* {
    const char* const name = nbdkit_export_name();
    if (!name) return nullptr;
    const View* const view = *name ? served().image->find_view(name) : served().view;
    if (!view) {
      complain("has no view \"" + std::string(name) + "\"");
      nbdkit_set_error(ENOENT);
    }
    return const_cast<View*>(view);
  });
}

const View& view_of(void* handle) { return *static_cast<const View*>(handle); }

std::int64_t get_size(void* handle) noexcept {
  return static_cast<std::int64_t>(view_of(handle).source->size());
}

// All connections see the same bytes.
int can_multi_conn(void*) noexcept { return 1; }

// A request that touches unreadable bytes fails as a whole: NBD knows no shorter answer.
int pread(void* handle, void* buffer, std::uint32_t count, std::uint64_t offset,
          std::uint32_t) noexcept {
  return guarded(-1, [&] {
    const ReadResult got =
        view_of(handle).source->read(offset, std::span(static_cast<std::byte*>(buffer), count));
    if (got.complete() && got.bytes == count) return 0;
    const std::uint64_t bad = got.bad.empty() ? offset + got.bytes : got.bad.front().offset;
    complain(served().image->path + ": view " + view_of(handle).name + ": offset " +
             std::to_string(bad) + " cannot be read");
    nbdkit_set_error(EIO);
    return -1;
  });
}

nbdkit_plugin describe_plugin() {
  nbdkit_plugin plugin = {};
  plugin.name = "discern";
  plugin.longname = "discern: views of disk and disc images";
  plugin.version = DISCERN_VERSION;
  plugin.description = "Raw disk and disc images, IMZ, raw CDs with their descriptors, read-only";
  plugin.config = config;
  plugin.config_complete = config_complete;
  plugin.config_help =
      "image=FILE            the image, or its descriptor; FILE#session=2 names a view (required)\n"
      "format=ID             open as this format (see `discern formats`)\n"
      "password-file=FILE    its first line is the password of an encrypted archive";
  plugin.magic_config_key = "image";
  plugin.list_exports = list_exports;
  plugin.default_export = default_export;
  plugin.open = open;
  plugin.get_size = get_size;
  plugin.can_multi_conn = can_multi_conn;
  plugin.pread = pread;
  return plugin;
}

nbdkit_plugin plugin = describe_plugin();

}  // namespace
}  // namespace discern

NBDKIT_REGISTER_PLUGIN(discern::plugin)
