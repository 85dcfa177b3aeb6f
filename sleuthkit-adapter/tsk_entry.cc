// SPDX-License-Identifier: Apache-2.0
// Where each value of an Entry stands in TSK_FS_FILE. Three things to know:
//
// Times are time_t and nanoseconds; 0 means "none" as well as 1970-01-01. FAT, exFAT and ISO 9660
// store local time, which TSK passes through mktime(): with TZ=UTC the result is the clock's
// reading. FAT keeps 2 s for modification, a day for access, 10 ms for creation (Microsoft FAT
// specification 1.03, section 6); exFAT 10 ms, 2 s and 10 ms; NTFS units of 100 ns, UTC; HFS+
// seconds, UTC; ISO 9660 the recording date of the directory record (ECMA-119, 9.1.5), which TSK
// hands on as creation time. TSK reads fractions and creation times of ext only on ext4, and years
// from 1970 to 2105 whatever the inode says: see ext_inodes.h.
//
// Runs are in blocks of the file system from the start of the volume; `skiplen` bytes at the start
// of the first run are not content (ISO 9660 extended attribute records). Runs flagged FILLER stand
// for parts that TSK could not find, SPARSE ones are on no block. Clusters of NTFS-compressed data
// hold compressed bytes, so they are no runs of the file's content.
//
// Only members of TSK_FS_INFO before its first lock are used: the size of a lock depends on macros
// of libtsk's own build.
#include "tsk_entry.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace discern {
namespace {

struct TskTime {
  std::int64_t seconds;
  std::int64_t nanoseconds;
};

TskTime time_of(const TSK_FS_META& meta, TimeKind kind) {
  switch (kind) {
    case TimeKind::modified:
      return {meta.mtime, meta.mtime_nano};
    case TimeKind::accessed:
      return {meta.atime, meta.atime_nano};
    case TimeKind::changed:
      return {meta.ctime, meta.ctime_nano};
    default:
      return {meta.crtime, meta.crtime_nano};
  }
}

std::vector<EntryTime> entry_times(const TSK_FS_META& meta, const FileSystemTimes& times) {
  std::vector<EntryTime> result;
  for (const TimeRule& rule : times.rules) {
    const TskTime time = time_of(meta, rule.kind);
    EntryTime entry{rule.kind, 0, rule.precision, times.zone};
    if (time.seconds == 0 && time.nanoseconds == 0)
      entry.validity = Validity::zero;
    else if (__builtin_mul_overflow(time.seconds, std::int64_t{1'000'000'000}, &entry.time_ns) ||
             __builtin_add_overflow(entry.time_ns, time.nanoseconds, &entry.time_ns))
      entry = {rule.kind, 0, rule.precision, times.zone, Validity::out_of_range};
    result.push_back(entry);
  }
  return result;
}

std::vector<Run> entry_runs(const TSK_FS_INFO& fs, const TSK_FS_ATTR& attribute) {
  std::vector<Run> result;
  const int flags = attribute.flags;
  if (!(flags & TSK_FS_ATTR_NONRES) || (flags & TSK_FS_ATTR_COMP) || attribute.size <= 0 ||
      fs.block_pre_size > 0)
    return result;
  const auto size = static_cast<std::uint64_t>(attribute.size);
  const std::uint64_t block = fs.block_size;
  std::uint64_t skip = attribute.nrd.skiplen;
  std::uint64_t at = 0;  // in the file's content
  for (const TSK_FS_ATTR_RUN* run = attribute.nrd.run; run && at < size; run = run->next) {
    std::uint64_t length = 0;
    std::uint64_t start = 0;
    if (__builtin_mul_overflow(std::uint64_t{run->len}, block, &length) ||
        __builtin_mul_overflow(std::uint64_t{run->addr}, block, &start) ||
        __builtin_add_overflow(start, static_cast<std::uint64_t>(fs.offset), &start))
      return result;
    const std::uint64_t skipped = std::min(skip, length);
    skip -= skipped;
    length = std::min(length - skipped, size - at);
    if (length == 0) continue;
    const int kind = run->flags;
    if (kind & TSK_FS_ATTR_RUN_FLAG_SPARSE)
      result.push_back({at, length, std::nullopt});
    else if (!(kind & TSK_FS_ATTR_RUN_FLAG_FILLER))
      result.push_back({at, length, start + skipped});
    at += length;
  }
  return result;
}

char type_letter(const TSK_FS_FILE& file) {
  const TSK_FS_NAME_TYPE_ENUM type = file.name->type;
  if (type == TSK_FS_NAME_TYPE_VIRT || type == TSK_FS_NAME_TYPE_VIRT_DIR) return 'v';
  if (type > TSK_FS_NAME_TYPE_UNDEF && type < TSK_FS_NAME_TYPE_STR_MAX)
    return tsk_fs_name_type_str[type][0];
  if (file.meta && file.meta->type > TSK_FS_META_TYPE_UNDEF &&
      file.meta->type < TSK_FS_META_TYPE_STR_MAX)
    return tsk_fs_meta_type_str[file.meta->type][0];
  return '-';
}

// "r/rrwxrwxrwx": type of the name, type and permissions of the metadata.
std::string mode_text(const TSK_FS_FILE& file) {
  const auto type = static_cast<std::size_t>(file.name->type);
  std::string text(1, type < TSK_FS_NAME_TYPE_STR_MAX ? tsk_fs_name_type_str[type][0] : '-');
  std::array<char, 16> permissions = {};
  if (file.meta) tsk_fs_meta_make_ls(file.meta, permissions.data(), permissions.size());
  return text + "/" + (file.meta ? permissions.data() : "----------");
}

EntryState state_of(const TSK_FS_FILE& file, bool in_orphans) {
  if (in_orphans) return EntryState::orphan;
  if (!(file.name->flags & TSK_FS_NAME_FLAG_UNALLOC)) return EntryState::allocated;
  const bool reused = file.meta && (file.meta->flags & TSK_FS_META_FLAG_ALLOC);
  return reused ? EntryState::reallocated : EntryState::deleted;
}

// `attribute` may be null: the metadata is unreadable, or has no content.
Entry entry_of(TSK_FS_FILE& file, const TSK_FS_ATTR* attribute, std::string_view folder,
               bool in_orphans, const FileSystemTimes& times) {
  Entry entry;
  entry.path = "/" + std::string(folder) + file.name->name;
  entry.id = std::to_string(file.name->meta_addr);
  entry.type = type_letter(file);
  entry.mode = mode_text(file);
  entry.state = state_of(file, in_orphans);
  entry.source = std::string("libtsk ") + tsk_fs_type_toname(file.fs_info->ftype);
  entry.volume_start = static_cast<std::uint64_t>(file.fs_info->offset);
  if (!file.meta) return entry;
  entry.size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(file.meta->size, 0));
  entry.uid = file.meta->uid;
  entry.gid = file.meta->gid;
  entry.times = entry_times(*file.meta, times);
  if (times.inodes) times.inodes->correct(file.meta->addr, entry.times);
  if (file.meta->link) entry.link_target = file.meta->link;
  if (attribute) entry.runs = entry_runs(*file.fs_info, *attribute);
  return entry;
}

// A stream as fls names it: "12-128-3", "file:stream" unless it is the directory's own index.
Entry stream_entry(TSK_FS_FILE& file, const TSK_FS_ATTR& attribute, std::string_view folder,
                   bool in_orphans, const FileSystemTimes& times) {
  Entry entry = entry_of(file, &attribute, folder, in_orphans, times);
  const int type = attribute.type;
  entry.id += "-" + std::to_string(type) + "-" + std::to_string(attribute.id);
  entry.size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(attribute.size, 0));
  const bool own_index = attribute.type == TSK_FS_ATTR_TYPE_NTFS_IDXROOT && attribute.name &&
                         std::strcmp(attribute.name, "$I30") == 0;
  if (attribute.name && !own_index) entry.path += ":" + std::string(attribute.name);
  return entry;
}

}  // namespace

FileSystemTimes times_of(TSK_FS_TYPE_ENUM type) {
  using enum TimeKind;
  const auto all = [](Precision precision) {
    return std::vector<TimeRule>{
        {modified, precision}, {accessed, precision}, {changed, precision}, {created, precision}};
  };
  const auto unix_times = [](Precision precision) {
    return std::vector<TimeRule>{
        {modified, precision}, {accessed, precision}, {changed, precision}};
  };
  switch (type) {
    case TSK_FS_TYPE_FAT12:
    case TSK_FS_TYPE_FAT16:
    case TSK_FS_TYPE_FAT32:
      return {{{modified, Precision::s2}, {accessed, Precision::day1}, {created, Precision::ms10}},
              Zone::unknown};
    case TSK_FS_TYPE_EXFAT:
      return {{{modified, Precision::ms10}, {accessed, Precision::s2}, {created, Precision::ms10}},
              Zone::unknown};
    case TSK_FS_TYPE_ISO9660:
      return {{{created, Precision::s1}}, Zone::unknown};
    case TSK_FS_TYPE_NTFS:
      return {all(Precision::ns100), Zone::utc};
    case TSK_FS_TYPE_EXT4:
    case TSK_FS_TYPE_APFS:
      return {all(Precision::ns), Zone::utc};
    case TSK_FS_TYPE_HFS:
      return {all(Precision::s1), Zone::utc};
    case TSK_FS_TYPE_FFS2:
      return {unix_times(Precision::ns), Zone::utc};
    default:  // ext2, ext3, UFS1, YAFFS2
      return {unix_times(Precision::s1), Zone::utc};
  }
}

std::vector<Entry> entries_of(TSK_FS_FILE& file, std::string_view folder, bool in_orphans,
                              const FileSystemTimes& times) {
  std::vector<Entry> result;
  if (file.meta && file.fs_info->ftype == TSK_FS_TYPE_NTFS) {
    const int count = tsk_fs_file_attr_getsize(&file);
    for (int i = 0; i < count; ++i) {
      const TSK_FS_ATTR* const attribute = tsk_fs_file_attr_get_idx(&file, i);
      if (attribute && (attribute->type == TSK_FS_ATTR_TYPE_NTFS_DATA ||
                        attribute->type == TSK_FS_ATTR_TYPE_NTFS_IDXROOT))
        result.push_back(stream_entry(file, *attribute, folder, in_orphans, times));
    }
  }
  if (result.empty()) {
    const TSK_FS_ATTR* const content = file.meta ? tsk_fs_file_attr_get(&file) : nullptr;
    result.push_back(entry_of(file, content, folder, in_orphans, times));
  }
  tsk_error_reset();
  return result;
}

}  // namespace discern
