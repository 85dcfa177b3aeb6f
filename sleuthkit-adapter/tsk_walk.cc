// SPDX-License-Identifier: Apache-2.0
// Volumes first, then each volume's names through tsk_fs_dir_walk(). TSK reports by a per-thread
// error that it does not clear, so it is reset before each call whose outcome matters.
#include "discern/tsk_walk.h"

#include <tsk/libtsk.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <memory>
#include <set>
#include <string_view>

#include "tsk_entry.h"

namespace discern {
namespace {

using VolumeSystem = std::unique_ptr<TSK_VS_INFO, void (*)(TSK_VS_INFO*)>;
using FileSystem = std::unique_ptr<TSK_FS_INFO, void (*)(TSK_FS_INFO*)>;

constexpr std::uint64_t kFurthest = std::numeric_limits<TSK_OFF_T>::max();

// Image::volumes are those of this view.
bool shows_volumes(const TskImage& image) {
  return image.view().name == image.image().main_view().name || image.view().name == "overlay";
}

// Starts of the volumes in bytes. A partition entry that starts at sector 0 is no partition: some
// tools (mformat) write one into the boot sector of a floppy. Then our own search decides, and when
// that knows nothing either, the view is one volume.
std::set<std::uint64_t> volume_starts(TskImage& image) {
  std::set<std::uint64_t> starts;
  std::set<std::uint64_t> ours;
  tsk_error_reset();
  const VolumeSystem volumes(tsk_vs_open(image.info(), 0, TSK_VS_TYPE_DETECT), tsk_vs_close);
  if (volumes) {
    for (TSK_PNUM_T i = 0; i < volumes->part_count; ++i) {
      const TSK_VS_PART_INFO* const part = tsk_vs_part_get(volumes.get(), i);
      if (!part || !(part->flags & TSK_VS_PART_FLAG_ALLOC) || (part->flags & TSK_VS_PART_FLAG_META))
        continue;
      std::uint64_t start = 0;
      if (__builtin_mul_overflow(std::uint64_t{part->start}, volumes->block_size, &start) ||
          __builtin_add_overflow(start, std::uint64_t{volumes->offset}, &start) ||
          start > kFurthest)
        start = kFurthest;  // no such place: opening it says so
      starts.insert(start);
    }
  }
  if (shows_volumes(image))
    for (const Volume& volume : image.image().volumes) {
      // Of an area inside a file system only what is known to be one is worth a look.
      if (volume.start == 0 || !volume.filesystem.empty()) ours.insert(volume.start);
      starts.insert(volume.start);
    }
  if (starts.empty() || *starts.begin() == 0)
    return ours.empty() ? std::set<std::uint64_t>{0} : ours;
  return starts;
}

bool is_fat(TSK_FS_TYPE_ENUM type) {
  return type == TSK_FS_TYPE_FAT12 || type == TSK_FS_TYPE_FAT16 || type == TSK_FS_TYPE_FAT32;
}

// libtsk takes any plausible boot sector for FAT, whatever stands where the FATs should be. The
// opening of the image looked there.
bool fat_was_refused_at(const TskImage& image, std::uint64_t start) {
  const Image& opened = image.image();
  return shows_volumes(image) &&
         std::ranges::count(opened.findings, "fat.no-table", &Finding::code) > 0 &&
         std::ranges::none_of(opened.volumes, [&](const Volume& volume) {
           return volume.start == start && volume.filesystem.starts_with("fat");
         });
}

class Walk {
 public:
  Walk(TskImage& image, const TskWalkOptions& options, const EntrySink& sink, Findings& findings)
      : image_(image), options_(options), sink_(sink), findings_(findings) {}

  // False when the sink or progress ended the walk.
  bool volume(std::uint64_t start) {
    start_ = start;
    if (!go_on()) return false;
    tsk_error_reset();
    const FileSystem fs(
        tsk_fs_open_img(image_.info(), static_cast<TSK_OFF_T>(start), TSK_FS_TYPE_DETECT),
        tsk_fs_close);
    if (!fs) {
      // A guess: it measures the entropy of the whole, which test patterns have as well.
      const bool guess = tsk_error_get_errno() == TSK_ERR_FS_POSSIBLY_ENCRYPTED;
      const bool unknown = guess || tsk_error_get_errno() == TSK_ERR_FS_UNKTYPE;
      find(unknown ? "tsk.no-file-system" : "tsk.file-system",
           unknown ? Severity::note : Severity::warning,
           (guess ? "no file system known; libtsk guesses by entropy: " : "") + tsk_text());
      return true;
    }
    if (is_fat(fs->ftype) && fat_was_refused_at(image_, start)) {
      find(
          "tsk.not-fat", Severity::warning,
          "libtsk takes this for FAT, but neither a FAT nor a root directory stands where the boot "
          "sector says; not listed");
      return true;
    }
    fs_ = fs.get();
    times_ = times_of(fs->ftype);
    times_.inodes = ExtInodes::of(*fs);
    orphans_begun_ = false;
    if (const auto number = times_.inodes ? times_.inodes->first_misread() : std::nullopt)
      find("tsk.meta-bg", Severity::warning,
           "libtsk does not know the feature META_BG: of inodes from " + std::to_string(*number) +
               " on only the names are right, sizes and contents are not theirs");
    if (fs->ftype == TSK_FS_TYPE_ISO9660)
      find("tsk.gmt-offset-ignored", Severity::note,
           "libtsk ignores the GMT offset in ISO 9660 dates: times are the recorder's local time");
    tsk_error_reset();
    constexpr auto kFlags = static_cast<TSK_FS_DIR_WALK_FLAG_ENUM>(
        TSK_FS_DIR_WALK_FLAG_ALLOC | TSK_FS_DIR_WALK_FLAG_UNALLOC | TSK_FS_DIR_WALK_FLAG_RECURSE);
    const bool failed = tsk_fs_dir_walk(fs.get(), fs->root_inum, kFlags, on_name, this) != 0;
    if (exception_) std::rethrow_exception(exception_);
    if (failed && !stopped_)
      find("tsk.walk", Severity::damage, "the walk broke off: " + tsk_text());
    return !stopped_;
  }

  bool cancelled() const { return cancelled_; }

  void report_unreadable() {
    for (const ByteRange& range : image_.unreadable()) {
      const Location at = image_.view().source->locate(range.offset);
      findings_.push_back(
          {"tsk.unreadable", Severity::damage, Place{std::string(at.file), at.offset, at.lba},
           std::to_string(range.length) + " bytes that libtsk asked for cannot be read (" +
               image_.view().name + " offset " + std::to_string(range.offset) +
               "); libtsk may have taken them for zeros"});
    }
  }

 private:
  static TSK_WALK_RET_ENUM on_name(TSK_FS_FILE* file, const char* folder, void* walk) noexcept {
    return static_cast<Walk*>(walk)->name(*file, folder);
  }

  TSK_WALK_RET_ENUM name(TSK_FS_FILE& file, std::string_view folder) noexcept {
    try {
      if (!file.name || !file.name->name || TSK_FS_ISDOT(file.name->name)) return TSK_WALK_CONT;
      if (++names_ % 1024 == 0 && !go_on()) return TSK_WALK_STOP;
      const bool in_orphans = orphans_begun_ && folder.starts_with("$OrphanFiles/");
      for (Entry& entry : entries_of(file, folder, in_orphans, times_)) {
        if (sink_(std::move(entry))) continue;
        stopped_ = true;
        return TSK_WALK_STOP;
      }
      // TSK's own folder of orphans, not a folder of that name in the evidence, comes last.
      if (folder.empty() && file.name->type == TSK_FS_NAME_TYPE_VIRT_DIR &&
          file.name->meta_addr == TSK_FS_ORPHANDIR_INUM(fs_))
        orphans_begun_ = true;
      return TSK_WALK_CONT;
    } catch (...) {
      exception_ = std::current_exception();
      return TSK_WALK_STOP;
    }
  }

  bool go_on() {
    if (!options_.progress ||
        options_.progress("file systems", start_, image_.view().source->size()))
      return true;
    stopped_ = cancelled_ = true;
    return false;
  }

  static std::string tsk_text() {
    const char* const text = tsk_error_get();
    return text ? text : "libtsk gives no reason";
  }

  void find(std::string code, Severity severity, std::string text) {
    Place place{image_.image().path, std::nullopt};
    if (start_ < image_.view().source->size()) {
      const Location at = image_.view().source->locate(start_);
      place = {std::string(at.file), at.offset, at.lba};
    }
    findings_.push_back({std::move(code), severity, std::move(place),
                         "volume at " + std::to_string(start_) + ": " + std::move(text)});
  }

  TskImage& image_;
  const TskWalkOptions& options_;
  const EntrySink& sink_;
  Findings& findings_;
  std::uint64_t start_ = 0;
  TSK_FS_INFO* fs_ = nullptr;
  FileSystemTimes times_ = {};
  bool orphans_begun_ = false;
  std::uint64_t names_ = 0;
  bool stopped_ = false;
  bool cancelled_ = false;
  std::exception_ptr exception_ = {};
};

}  // namespace

Status walk_file_systems(TskImage& image, const TskWalkOptions& options, const EntrySink& sink,
                         Findings& findings) {
  Walk walk(image, options, sink, findings);
  for (const std::uint64_t start : volume_starts(image)) {
    if (options.wanted && !options.wanted(start)) continue;
    if (!walk.volume(start)) break;
  }
  walk.report_unreadable();
  if (walk.cancelled()) return Error{Errc::cancelled, "stopped", image.image().path};
  return Done{};
}

}  // namespace discern
