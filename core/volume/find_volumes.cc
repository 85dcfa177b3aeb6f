// SPDX-License-Identifier: Apache-2.0
// Puts the recognisers of this folder together. The order of belief: a file system that owns sector
// 0 (FAT, NTFS, exFAT) leaves no room for a partition table, whatever its boot code looks like;
// otherwise GPT, then MBR, then an Apple map, beside a file system that leaves the first sectors
// alone (hybrid discs have both); and only when there is nothing else, a FAT floppy without a
// usable boot sector.
#include <algorithm>
#include <string>
#include <utility>

#include "discern/volume.h"
#include "volume/fat_volume.h"
#include "volume/file_system.h"
#include "volume/finding_at.h"
#include "volume/floppy_formats.h"
#include "volume/partition_table.h"

namespace discern {
namespace {

// 2.88M drives write 36 sectors a track, and some drives reach 86 cylinders.
constexpr std::uint32_t kMostFloppySectors = 86 * 2 * 36;

std::optional<Geometry> geometry_of(const FatGeometry& fat) {
  if (fat.total > kMostFloppySectors || fat.heads < 1 || fat.heads > 2 ||
      fat.sectors_per_track < 1 || fat.sectors_per_track > 36)
    return std::nullopt;
  const std::uint32_t cylinder = fat.heads * fat.sectors_per_track;
  if (fat.total % cylinder != 0) return std::nullopt;
  return Geometry{fat.total / cylinder, fat.heads, fat.sectors_per_track, fat.bytes_per_sector};
}

class Search {
 public:
  explicit Search(const View& view) : view_(view), source_(*view.source) {}

  FoundVolumes run() {
    auto whole = find_file_systems(source_, 0, found_.findings);
    const bool owned = std::any_of(whole.begin(), whole.end(), [](const FoundFileSystem& each) {
      return each.owns_first_sector;
    });
    bool partitioned = false;
    bool claimed_whole = false;
    if (!owned) std::tie(partitioned, claimed_whole) = find_partitions();
    if (whole.empty() && !partitioned) {
      if (const auto fat = find_fat_by_id(source_, found_.findings)) {
        whole.push_back({"fat12", fat->size(), fat, true});
        found_.boot_sector = make_fat_boot_sector(*fat);
      } else if (claimed_whole) {
        whole.push_back({"", source_.size(), {}, true});
      }
    }
    for (const FoundFileSystem& each : whole) add_whole(each);

    std::stable_sort(found_.volumes.begin(), found_.volumes.end(),
                     [](const Volume& a, const Volume& b) { return a.start < b.start; });
    const bool disc = std::any_of(found_.volumes.begin(), found_.volumes.end(),
                                  [](const Volume& each) { return each.type == "disc"; });
    if (!partitioned && !disc && !found_.geometry)
      found_.geometry = floppy_geometry(source_.size());
    return std::move(found_);
  }

 private:
  void report(std::uint64_t offset, const char* code, Severity severity, std::string text) {
    found_.findings.push_back(finding_at(source_, offset, code, severity, std::move(text)));
  }

  // A volume of the whole medium.
  void add_whole(const FoundFileSystem& file_system) {
    const bool disc = file_system.name == "iso9660" || file_system.name == "udf";
    const std::uint64_t size = file_system.size != 0 ? file_system.size : source_.size();
    found_.volumes.push_back(
        {0, size, disc ? "disc" : "superfloppy", std::string(file_system.name)});
    check_end(0, size, file_system.fat);
    if (size < source_.size())
      report(size, "volume.slack", Severity::note,
             std::to_string(source_.size() - size) + " bytes lie behind the end of the " +
                 std::string(file_system.name) + " volume, from byte " + std::to_string(size) +
                 " on");
    if (!file_system.fat) return;
    found_.geometry = geometry_of(*file_system.fat);
    if (found_.boot_sector.empty()) demand_boot_mark();
  }

  // A floppy whose boot sector is good but for the mark.
  void demand_boot_mark() {
    auto sector = read_exactly(source_, 0, 512);
    if (!sector || has_boot_mark(*sector)) return;
    report(510, "fat.no-boot-mark", Severity::note, "the boot sector does not end in 55 AA");
    (*sector)[510] = std::byte{0x55};
    (*sector)[511] = std::byte{0xAA};
    found_.boot_sector = std::move(*sector);
  }

  // A volume may say that it is longer than what is there. Images of floppies are often cut behind
  // the last used cluster, which loses nothing.
  void check_end(std::uint64_t start, std::uint64_t size, const std::optional<FatGeometry>& fat) {
    const std::uint64_t present = source_.size() - start;
    if (size <= present) return;
    const std::uint64_t unit = fat ? fat->bytes_per_sector : 512;
    std::string text = "the volume at byte " + std::to_string(start) + " has " +
                       std::to_string(size / unit) + " sectors of " + std::to_string(unit) +
                       " bytes, of which the image ends before sector " +
                       std::to_string((present + unit - 1) / unit);
    Severity severity = Severity::damage;
    const auto lost =
        fat ? clusters_in_use_from(source_, start, *fat, present) : std::optional<std::uint64_t>();
    if (lost == 0) severity = Severity::warning;
    if (lost)
      text += *lost == 0 ? "; no cluster in use is missing"
                         : "; " + std::to_string(*lost) + " clusters in use are missing";
    report(source_.size() - 1, "volume.partial", severity, std::move(text));
  }

  // Whether there is a partition table, and whether one claims the medium from sector 0 on.
  std::pair<bool, bool> find_partitions() {
    for (const std::uint32_t sector_size : {512U, 4096U})
      if (const auto gpt = read_gpt(source_, sector_size, found_.findings)) {
        add_partitions(*gpt);
        return {true, false};
      }
    const bool disc = view_.first_lba || view_.sector_size % 512 != 0 || view_.sector_size == 2048;
    if (const auto mbr = read_mbr(source_, disc ? 512 : view_.sector_size, found_.findings)) {
      if (mbr->protective)
        report(0, "gpt.missing", Severity::warning,
               "the partition table in sector 0 says that there is a GPT; there is no good one");
      add_partitions(mbr->partitions);
      if (!mbr->partitions.empty()) return {true, false};
      if (mbr->whole) return {false, true};
    }
    if (const auto map = read_apple_map(source_, found_.findings)) {
      add_partitions(*map);
      return {!map->empty(), false};
    }
    return {false, false};
  }

  void add_partitions(const std::vector<Partition>& partitions) {
    for (const Partition& each : partitions) {
      const auto inside = find_file_systems(source_, each.start, found_.findings);
      found_.volumes.push_back({each.start, each.size, each.type,
                                inside.empty() ? std::string() : std::string(inside.front().name)});
      check_end(each.start, each.size, inside.empty() ? std::nullopt : inside.front().fat);
    }
  }

  const View& view_;
  const ByteSource& source_;
  FoundVolumes found_;
};

}  // namespace

FoundVolumes find_volumes(const View& view) { return Search(view).run(); }

}  // namespace discern
