// SPDX-License-Identifier: Apache-2.0
// The walk of a FAT volume: the tree from the root directory, deleted directories included, then
// orphans, then the areas in front of the data. Paths, ids and the names of areas are those of TSK,
// so that both can be compared and `icat` takes the ids.
//
// Directories are listed one by one from a stack; no cluster is listed twice, so cycles end and
// time grows with the number of slots. Of a deleted directory the first cluster is followed, when
// it is free and still begins with "." and "..": its chain is gone. The rest are orphans.
#include "filesystem/fat_walk.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <utility>

#include "filesystem/fat_times.h"
#include "volume/fat_volume.h"

namespace discern {
namespace {

// DOS paths have at most 260 characters; longer ones are damage or made on purpose, and all of them
// together would need memory that grows with the square of the depth.
constexpr std::size_t kDeepest = 256;
constexpr std::size_t kLongestPath = 4096;

struct OpenDirectory {
  std::string path;
  std::vector<FatRecord> records;
  std::size_t next = 0;
  bool deleted = false;
};

std::string mode_of(std::uint8_t attributes) {
  // As TSK puts it: every file is executable, hidden ones cannot be written, read-only ones not
  // be read.
  const bool readable = !(attributes & 0x01);
  const bool writable = !(attributes & 0x02);
  const bool directory = attributes & 0x10;
  std::string mode = directory ? "d/d" : "r/r";
  for (int i = 0; i < 3; ++i) {
    mode += readable ? 'r' : '-';
    mode += writable ? 'w' : '-';
    mode += 'x';
  }
  return mode;
}

OpenDirectory read_runs(FatVolume& volume, const std::vector<Run>& runs, std::uint64_t record) {
  OpenDirectory open;
  FatDirectory directory(volume.limits, volume.view);
  for (const Run& run : runs) {
    for (std::uint64_t at = 0; at < run.length; at += volume.content.cluster_size()) {
      const std::uint64_t offset = *run.view_offset + at;
      const auto cluster = static_cast<std::size_t>(2 + (offset - volume.content.offset_of(2)) /
                                                            volume.content.cluster_size());
      if (volume.directory_clusters[cluster]) {
        volume.view.find("directory-twice", Severity::damage, record,
                         "cluster " + std::to_string(cluster) +
                             " of the directory has been listed as part of another one");
        return open;
      }
      volume.directory_clusters[cluster] = true;
      const Piece piece = volume.view.read(offset, volume.content.cluster_size());
      directory.add(piece.bytes, offset, open.records);
    }
  }
  return open;
}

OpenDirectory read_root(FatVolume& volume) {
  const FatGeometry& fat = volume.geometry;
  if (fat.fat32) {
    const Piece boot = volume.view.read(volume.start() + 44, 4);
    if (boot.bytes.size() < 4) return {};
    const std::uint32_t first =
        boost::endian::load_little_u32(reinterpret_cast<const unsigned char*>(boot.bytes.data()));
    return read_runs(volume, volume.content.whole_chain(first, volume.start() + 44),
                     volume.start() + 44);
  }
  OpenDirectory open;
  FatDirectory directory(volume.limits, volume.view);
  const Piece piece = volume.view.read(volume.slots_offset(), std::uint64_t{fat.root_entries} * 32);
  directory.add(piece.bytes, volume.slots_offset(), open.records);
  return open;
}

// What lies in the directory of `record`, which is at `runs`; nothing for files.
OpenDirectory read_children(FatVolume& volume, const FatRecord& record, bool deleted,
                            const std::vector<Run>& runs) {
  if (!record.is_directory() || record.is_label() || runs.empty()) return {};
  if (deleted) {
    if (volume.directory_clusters[record.cluster]) {
      volume.view.find("directory-twice", Severity::note, record.offset,
                       "what is left of this deleted directory, cluster " +
                           std::to_string(record.cluster) + ", is listed under another name");
      return {};
    }
    const Piece piece = volume.view.read(*runs.front().view_offset, 2 * kFatSlot);
    if (!begins_directory(piece.bytes)) return {};
  }
  return read_runs(volume, runs, record.offset);
}

void walk_tree(FatVolume& volume) {
  std::vector<OpenDirectory> stack;
  stack.push_back(read_root(volume));
  while (!stack.empty() && !volume.stopped) {
    OpenDirectory& open = stack.back();
    if (open.next == open.records.size()) {
      stack.pop_back();
      continue;
    }
    const FatRecord record = std::move(open.records[open.next++]);
    const bool deleted = open.deleted || record.deleted;
    const EntryState state = deleted ? EntryState::deleted : EntryState::allocated;
    const std::vector<Run> runs = volume.runs_of(record, state);
    if (!volume.deliver(record, open.path, state, runs)) return;
    OpenDirectory children = read_children(volume, record, deleted, runs);
    if (children.records.empty()) continue;
    if (stack.size() >= kDeepest) {
      volume.view.find(
          "too-deep", Severity::damage, record.offset,
          "a directory more than " + std::to_string(kDeepest) + " levels deep is not followed");
      continue;
    }
    children.path = volume.path_below(open.path, record);
    children.deleted = deleted;
    stack.push_back(std::move(children));
  }
}

bool deliver_area(FatVolume& volume, std::string name, std::uint64_t id, std::uint64_t offset,
                  std::uint64_t size) {
  Entry entry;
  entry.path = "/" + std::move(name);
  entry.id = std::to_string(id);
  entry.type = 'v';
  entry.mode = size > 0 ? "v/v---------" : "V/V---------";
  entry.size = size;
  entry.source = volume.target.volume.filesystem;
  entry.volume_start = volume.start();
  if (size > 0) entry.runs.push_back({0, size, offset});
  volume.stopped = !volume.sink(std::move(entry));
  return !volume.stopped;
}

bool walk_areas(FatVolume& volume) {
  const FatGeometry& fat = volume.geometry;
  std::uint64_t id = volume.first_virtual_id();
  if (!deliver_area(volume, "$MBR", id++, volume.start(), fat.bytes_per_sector)) return false;
  for (std::uint32_t copy = 0; copy < fat.fats; ++copy)
    if (!deliver_area(volume, "$FAT" + std::to_string(copy + 1), id++,
                      volume.start() + fat.fat_offset(copy),
                      std::uint64_t{fat.sectors_per_fat} * fat.bytes_per_sector))
      return false;
  return deliver_area(volume, "$OrphanFiles", id, 0, 0);
}

}  // namespace

std::uint64_t FatVolume::first_virtual_id() const {
  // Of a cut image TSK counts the whole sectors that are there.
  const std::uint64_t there = view.size() - std::min(start(), view.size());
  const std::uint64_t end = std::max(
      std::min(geometry.size(), there / geometry.bytes_per_sector * geometry.bytes_per_sector),
      geometry.fat_offset(geometry.fats));
  const std::uint64_t slots = (end - geometry.fat_offset(geometry.fats)) / kFatSlot;
  return 3 + slots;
}

std::string FatVolume::path_below(const std::string& folder, const FatRecord& record) {
  std::string path = folder + "/" + record.name;
  if (path.size() <= kLongestPath) return path;
  view.find("long-path", Severity::note, record.offset,
            "the path is too long; what lies below is listed under $Deep");
  return "/$Deep/" + std::to_string(id_at(record.offset));
}

std::vector<Run> FatVolume::runs_of(const FatRecord& record, EntryState state) {
  if (record.is_label()) return {};  // a label has no content, whatever its slot says
  if (state == EntryState::allocated) {
    if (!record.is_directory()) return content.chain(record.cluster, record.size, record.offset);
    return record.cluster == 0 ? std::vector<Run>{}
                               : content.whole_chain(record.cluster, record.offset);
  }
  return content.guess(record.cluster,
                       record.is_directory() ? content.cluster_size() : record.size);
}

bool FatVolume::deliver(const FatRecord& record, const std::string& folder, EntryState state,
                        std::vector<Run> runs) {
  if (++entries % 1024 == 0 && !view.go_on(record.offset - start())) {
    stopped = true;
    return false;
  }
  Entry entry;
  entry.path.reserve(folder.size() + 1 + record.name.size());
  entry.path += folder;
  entry.path += '/';
  entry.path += record.name;
  entry.id = std::to_string(id_at(record.offset));
  entry.mode = mode_of(record.attributes);
  entry.state = state;
  entry.times = fat_times(record.slot);
  entry.record_offset = record.offset;
  entry.source = target.volume.filesystem;
  entry.volume_start = start();
  if (record.is_directory() && !record.is_label()) {
    entry.type = 'd';
    for (const Run& run : runs) entry.size += run.length;
  } else if (!record.is_label()) {
    entry.size = record.size;
    if (const std::uint64_t over = entry.size % content.cluster_size(); over != 0 && !runs.empty())
      entry.slack = content.cluster_size() - over;
  }
  entry.runs = std::move(runs);
  entry.runs_guessed = state != EntryState::allocated && !entry.runs.empty();
  if (sink(std::move(entry))) return true;
  stopped = true;
  return false;
}

Status walk_fat(const WalkTarget& target, const EntrySink& sink, Findings& findings) {
  const std::uint64_t start = target.volume.start;
  Findings known;  // told when the volume was found
  const auto geometry = find_fat(*target.view.source, start, known);
  if (!geometry)
    return Error{Errc::not_this, "no FAT volume at byte " + std::to_string(start), target.view.name,
                 start};
  ViewBytes view(target, "fat", findings);
  const FatTable table(*geometry, start, view);
  FatContent content(*geometry, start, table, view);
  const FatLimits limits{table.last(), geometry->size(), geometry->fat32};
  FatVolume volume{target, sink, view, *geometry, table, content, limits, {}, 0, false};
  volume.directory_clusters.resize(volume.table.last() + std::size_t{1});
  walk_tree(volume);
  if (!volume.stopped) walk_areas(volume);
  if (!volume.stopped) walk_fat_orphans(volume);
  if (view.cancelled()) return Error{Errc::cancelled, "stopped", target.view.name};
  return Done{};
}

}  // namespace discern
