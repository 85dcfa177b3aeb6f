// SPDX-License-Identifier: Apache-2.0
// A second opinion where libtsk 4.11 to 4.14 is known to err about a medium's first sector:
//
//   a FAT floppy without BPB or 55 AA   refused; we open it over a made boot sector. Only the file
//                                       system sees that one, the image keeps the bytes found
//   a boot sector's BPB and no FAT      taken for FAT; we refuse it
//   mformat's entry from sector 0       taken for a partition table; we refuse it
//
// Everything else passes as it is.
#include "file_systems.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "discern/timeline.h"
#include "discern/tsk_image.h"
#include "discern/volume.h"
#include "libtsk_calls.h"

namespace discern {
namespace {

struct Handles {
  std::mutex mutex;
  std::set<const TSK_IMG_INFO*> left_alone;
  std::map<const TSK_FS_INFO*, TskImage> over_overlays;  // what each file system is read through
};

// Never destroyed: programs end with file systems open, and libtsk may be gone by then.
Handles& handles() {
  static auto* const all = new Handles;
  return *all;
}

bool is_left_alone(const TSK_IMG_INFO* image) {
  Handles& all = handles();
  const std::lock_guard lock(all.mutex);
  return all.left_alone.contains(image);
}

// An image as libtsk reads it, whatever its type.
class HandleSource final : public ByteSource {
 public:
  explicit HandleSource(TSK_IMG_INFO* image)
      : image_(image), name_(image->num_img > 0 ? image->images[0] : "") {}

  std::uint64_t size() const override {
    return image_->size > 0 ? static_cast<std::uint64_t>(image_->size) : 0;
  }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    if (offset >= size()) return {};
    const std::size_t length =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size() - offset));
    const ssize_t got = tsk_img_read(image_, static_cast<TSK_OFF_T>(offset),
                                     reinterpret_cast<char*>(buffer.data()), length);
    const std::size_t good = got > 0 ? static_cast<std::size_t>(got) : 0;
    if (good >= length) return {length};
    std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(good),
              buffer.begin() + static_cast<std::ptrdiff_t>(length), std::byte{0});
    return {length, {{offset + good, length - good}}};
  }

  Location locate(std::uint64_t offset) const override { return {name_, offset, size() - offset}; }
  const std::string& name() const { return name_; }

 private:
  TSK_IMG_INFO* image_;
  std::string name_;
};

FoundVolumes volumes_on(TSK_IMG_INFO* image) {
  return find_volumes({.name = "media", .source = std::make_shared<HandleSource>(image)});
}

bool has(const FoundVolumes& found, std::string_view code) {
  return std::ranges::count(found.findings, code, &Finding::code) > 0;
}

void refuse(std::uint32_t number, const char* text) {
  tsk_error_reset();
  tsk_error_set_errno(number);
  tsk_error_set_errstr("discern: %s", text);
}

// Where the file system lies is then nothing that the medium says. Once a program.
void say_unread(const std::string& name) {
  static std::atomic<bool> said = false;
  if (said.exchange(true)) return;
  std::fprintf(stderr,
               "discern: warning: %s: the boot sector cannot be read; the file system is read over "
               "one made by discern, from its FATs\n",
               show_name(name).text.c_str());
}

template <class Open>
TSK_FS_INFO* open_over_overlay(TSK_IMG_INFO* image, std::vector<std::byte> boot_sector,
                               const Open& open) {
  const auto source = std::make_shared<HandleSource>(image);
  auto opened = std::make_shared<Image>();
  opened->path = source->name();
  opened->format = "raw";
  opened->views.push_back({.name = "overlay",
                           .source = overlay_source(source, 0, std::move(boot_sector)),
                           .derivation = "with a boot sector made by discern"});
  auto handle = open_tsk_image(opened, opened->main_view());
  if (!handle) return nullptr;
  TSK_FS_INFO* const fs = open(handle->info());
  if (!fs) return nullptr;
  std::vector<std::byte> found(512);
  if (!source->read(0, found).complete()) say_unread(source->name());
  Handles& all = handles();
  const std::lock_guard lock(all.mutex);
  all.over_overlays.insert_or_assign(fs, *std::move(handle));
  return fs;
}

// `open` and `close` are libtsk's own.
template <class Open, class Close>
TSK_FS_INFO* judged(TSK_IMG_INFO* image, TSK_OFF_T offset, const Open& open, const Close& close) {
  TSK_FS_INFO* const fs = open(image);
  if (!image || offset != 0 || (fs && !TSK_FS_TYPE_ISFAT(fs->ftype)) || is_left_alone(image))
    return fs;
  FoundVolumes found = volumes_on(image);
  const bool fat = std::ranges::any_of(found.volumes, [](const Volume& volume) {
    return volume.start == 0 && volume.filesystem.starts_with("fat");
  });
  if (!fs)
    return found.boot_sector.empty() ? nullptr
                                     : open_over_overlay(image, std::move(found.boot_sector), open);
  if (fat || !has(found, "fat.no-table")) return fs;
  close(fs);
  refuse(TSK_ERR_FS_UNKTYPE, "a boot sector with a FAT's fields, but no FAT begins as it must");
  return nullptr;
}

template <class Close>
TSK_VS_INFO* judged(TSK_IMG_INFO* image, TSK_VS_INFO* table, const Close& close) {
  if (!image || !table || table->vstype != TSK_VS_TYPE_DOS || is_left_alone(image)) return table;
  const FoundVolumes found = volumes_on(image);
  const bool none = !found.volumes.empty() && found.volumes.front().type == "superfloppy" &&
                    found.volumes.front().start == 0 && !has(found, "volume.ambiguous");
  if (!none) return table;
  close(table);
  refuse(TSK_ERR_VS_UNKTYPE, "no partition table: one volume from sector 0 on");
  return nullptr;
}

}  // namespace

void leave_to_libtsk(const TSK_IMG_INFO* image, bool alone) {
  Handles& all = handles();
  const std::lock_guard lock(all.mutex);
  if (alone)
    all.left_alone.insert(image);
  else
    all.left_alone.erase(image);
}

}  // namespace discern

using discern::libtsk_function;

#define NOTE_CALLER() discern::note_caller(__builtin_return_address(0))

extern "C" {

TSK_FS_INFO* tsk_fs_open_img_decrypt(TSK_IMG_INFO* image, TSK_OFF_T offset, TSK_FS_TYPE_ENUM type,
                                     const char* password) {
  NOTE_CALLER();
  static auto* const next =
      libtsk_function<decltype(tsk_fs_open_img_decrypt)>("tsk_fs_open_img_decrypt");
  static auto* const close = libtsk_function<decltype(tsk_fs_close)>("tsk_fs_close");
  if (!next || !close) return nullptr;
  try {
    return discern::judged(
        image, offset, [&](TSK_IMG_INFO* handle) { return next(handle, offset, type, password); },
        close);
  } catch (const std::exception& exception) {
    discern::refuse(TSK_ERR_FS_ARG, exception.what());
    return nullptr;
  }
}

void tsk_fs_close(TSK_FS_INFO* fs) {
  NOTE_CALLER();
  static auto* const next = libtsk_function<decltype(tsk_fs_close)>("tsk_fs_close");
  std::map<const TSK_FS_INFO*, discern::TskImage>::node_type under;
  {
    discern::Handles& all = discern::handles();
    const std::lock_guard lock(all.mutex);
    under = all.over_overlays.extract(fs);
  }
  if (next) next(fs);
}

TSK_VS_INFO* tsk_vs_open(TSK_IMG_INFO* image, TSK_DADDR_T offset, TSK_VS_TYPE_ENUM type) {
  NOTE_CALLER();
  static auto* const next = libtsk_function<decltype(tsk_vs_open)>("tsk_vs_open");
  static auto* const close = libtsk_function<decltype(tsk_vs_close)>("tsk_vs_close");
  TSK_VS_INFO* const table = next ? next(image, offset, type) : nullptr;
  if (!close || offset != 0 || type != TSK_VS_TYPE_DETECT) return table;
  try {
    return discern::judged(image, table, close);
  } catch (const std::exception&) {
    return table;
  }
}

}  // extern "C"
