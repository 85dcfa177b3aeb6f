// SPDX-License-Identifier: Apache-2.0
// A directory cluster without a name: every sector is judged by itself, because formatting anew can
// move cluster borders. A sector is taken for slots when each one up to the first empty one is
// strict (fat_directory.h) and at least one is no part of a long name.
//
// The search is one pass over the free clusters; what is found is kept by cluster, so that a
// directory among the orphans finds what lies in it. A cluster that no other one names is a root.
#include <algorithm>
#include <unordered_map>

#include "filesystem/fat_walk.h"

namespace discern {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;

bool holds_slots(Bytes sector, const FatLimits& limits) {
  bool record = false;
  for (std::size_t at = 0; at + kFatSlot <= sector.size(); at += kFatSlot) {
    const Bytes slot = sector.subspan(at, kFatSlot);
    if (slot.front() == std::byte{0}) return record;
    if (!is_strict_slot(slot, limits)) return false;
    if (std::to_integer<unsigned>(slot[11]) != 0x0F) record = true;
  }
  return record;
}

struct FoundCluster {
  std::uint32_t number = 0;
  std::vector<std::uint64_t> sectors;  // view offsets
  bool named = false;                  // a directory among the orphans begins here
  bool listed = false;
};

class OrphanSearch {
 public:
  explicit OrphanSearch(FatVolume& volume) : volume_(volume) {}

  bool search() {
    const std::uint64_t cluster_size = volume_.content.cluster_size();
    const auto at_once =
        static_cast<std::uint32_t>(std::max<std::uint64_t>(kBlock / cluster_size, 1));
    for (const ClusterRange& range : volume_.content.free_ranges()) {
      for (std::uint32_t done = 0; done < range.count;) {
        const std::uint32_t count = std::min(at_once, range.count - done);
        const std::uint64_t offset = volume_.content.offset_of(range.first + done);
        if (!volume_.view.go_on(offset - volume_.start())) return false;
        const Piece piece = volume_.view.read(offset, count * cluster_size);
        look_at(piece.bytes, range.first + done, offset);
        done += count;
      }
    }
    return true;
  }

  // Which of the clusters found begin a directory that is among the orphans itself.
  void name() {
    for (FoundCluster& found : found_)
      for (const FatRecord& record : records_of(found)) {
        FoundCluster* const child = child_of(record);
        if (child && child != &found) child->named = true;
      }
  }

  void list() {
    for (FoundCluster& found : found_)
      if (!found.named) list_from(found);
    // Clusters that name each other in a circle.
    for (FoundCluster& found : found_) list_from(found);
  }

 private:
  struct Open {
    std::string path;
    std::vector<FatRecord> records;
    std::size_t next = 0;
  };

  void look_at(Bytes bytes, std::uint32_t first, std::uint64_t offset) {
    const std::uint64_t sector = volume_.geometry.bytes_per_sector;
    const std::uint64_t cluster_size = volume_.content.cluster_size();
    for (std::uint64_t at = 0; at + sector <= bytes.size(); at += sector) {
      if (bytes[static_cast<std::size_t>(at)] == std::byte{0}) continue;
      const auto number = static_cast<std::uint32_t>(first + at / cluster_size);
      if (volume_.directory_clusters[number] ||
          !holds_slots(*slice(bytes, at, sector), volume_.limits))
        continue;
      if (found_.empty() || found_.back().number != number) {
        by_number_.emplace(number, found_.size());
        found_.push_back({number, {}});
      }
      found_.back().sectors.push_back(offset + at);
    }
  }

  std::vector<FatRecord> records_of(const FoundCluster& found) const {
    std::vector<FatRecord> records;
    FatDirectory directory(volume_.limits, volume_.view);
    const std::uint64_t sector = volume_.geometry.bytes_per_sector;
    for (std::size_t i = 0; i < found.sectors.size(); ++i) {
      if (i > 0 && found.sectors[i] != found.sectors[i - 1] + sector) directory.restart();
      const Piece piece = volume_.view.read(found.sectors[i], sector);
      directory.add(piece.bytes, found.sectors[i], records);
    }
    return records;
  }

  FoundCluster* child_of(const FatRecord& record) {
    if (!record.is_directory()) return nullptr;
    const auto found = by_number_.find(record.cluster);
    return found == by_number_.end() ? nullptr : &found_[found->second];
  }

  void list_from(FoundCluster& root) {
    if (root.listed || volume_.stopped) return;
    root.listed = true;
    std::vector<Open> stack;
    stack.push_back({"/$OrphanFiles", records_of(root)});
    while (!stack.empty()) {
      Open& open = stack.back();
      if (open.next == open.records.size()) {
        stack.pop_back();
        continue;
      }
      const FatRecord record = std::move(open.records[open.next++]);
      if (!volume_.deliver(record, open.path, EntryState::orphan,
                           volume_.runs_of(record, EntryState::orphan)))
        return;
      FoundCluster* const child = child_of(record);
      // Below that depth a directory is listed like one that nothing names.
      if (!child || child->listed || stack.size() >= kDeepest) continue;
      child->listed = true;
      stack.push_back({volume_.path_below(open.path, record), records_of(*child)});
    }
  }

  static constexpr std::size_t kDeepest = 128;
  FatVolume& volume_;
  std::vector<FoundCluster> found_ = {};
  std::unordered_map<std::uint32_t, std::size_t> by_number_ = {};
};

}  // namespace

void walk_fat_orphans(FatVolume& volume) {
  OrphanSearch search(volume);
  if (!search.search()) {
    volume.stopped = true;
    return;
  }
  search.name();
  search.list();
}

}  // namespace discern
