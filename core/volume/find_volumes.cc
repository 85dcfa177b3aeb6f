// SPDX-License-Identifier: Apache-2.0
// Puts the recognisers of this folder together. The order of belief: a file system that owns sector
// 0 (FAT, NTFS, exFAT) leaves no room for a partition table, whatever its boot code looks like,
// unless the table is flawless: then both are reported. Otherwise GPT, then MBR, then an Apple map,
// beside a file system that leaves the first sectors alone (hybrid discs have both); and only when
// there is nothing else, a FAT floppy without a usable boot sector.
#include <algorithm>
#include <string>
#include <utility>

#include "discern/volume.h"
#include "volume/fat_volume.h"
#include "volume/file_system.h"
#include "volume/finding_at.h"
#include "volume/floppy_geometry.h"
#include "volume/partition_table.h"
#include "volume/proof_at.h"

namespace discern {
namespace {

constexpr std::size_t kMostProofs = 256;  // a bound of ours; a disk has a dozen

class Search {
 public:
  explicit Search(const View& view) : view_(view), source_(*view.source) {}

  FoundVolumes run() {
    auto whole = find_file_systems(source_, 0, found_.findings);
    const bool owned = std::ranges::any_of(whole, &FoundFileSystem::owns_first_sector);
    bool partitioned = false;
    bool claimed_whole = false;
    if (owned)
      partitioned = find_rival_table(whole.front());
    else
      std::tie(partitioned, claimed_whole) = find_partitions();
    if (whole.empty() && !partitioned) {
      if (const auto fat = find_fat_by_id(source_, found_.findings)) {
        whole.push_back({"fat12", fat->size(), fat, true, fat_proofs(source_, 0, *fat)});
        const auto sector = read_exactly(source_, 0, 512);
        found_.boot_sector = make_fat_boot_sector(*fat, sector ? Bytes(*sector) : Bytes());
      } else if (const auto header = find_header_in_front(source_); header) {
        report(0, "medium.header-in-front", Severity::warning,
               "a FAT boot sector stands at byte " + std::to_string(*header) +
                   ", and what follows is a whole floppy: an unknown container with a header in "
                   "front");
        partitioned = true;
        add_partitions({{{*header, source_.size() - *header, "superfloppy"}}, {}});
      } else if (claimed_whole) {
        whole.push_back({"", source_.size(), {}, true});
      }
    }
    for (FoundFileSystem& each : whole) add_whole(each);

    std::ranges::stable_sort(found_.volumes, {}, &Volume::start);
    const bool disc = std::ranges::count(found_.volumes, "disc", &Volume::type) > 0;
    if (!partitioned && !disc) {
      const bool known = !whole.empty() && !whole.front().name.empty();
      const auto& fat = known ? whole.front().fat : std::nullopt;
      found_.geometry = fat ? floppy_geometry(source_, *fat, found_.findings, found_.proofs)
                            : floppy_geometry(source_, known, found_.findings);
      if (!known && !view_.first_lba && view_.sector_size % 512 == 0)
        explain_nothing(source_, found_.findings);
    }
    place_proofs();
    return std::move(found_);
  }

 private:
  void report(std::uint64_t offset, const char* code, Severity severity, std::string text) {
    found_.findings.push_back(finding_at(source_, offset, code, severity, std::move(text)));
  }

  void prove(std::vector<Proof>& proofs) {
    found_.proofs.insert(found_.proofs.end(), std::make_move_iterator(proofs.begin()),
                         std::make_move_iterator(proofs.end()));
  }

  // From places in the view to places in the evidence files, where there are any.
  void place_proofs() {
    if (found_.proofs.size() > kMostProofs) found_.proofs.resize(kMostProofs);
    for (Proof& proof : found_.proofs) {
      const Location at = source_.locate(proof.offset);
      proof.file = at.file;
      if (at.offset && at.length >= proof.value.size())
        proof.offset = *at.offset;
      else
        proof.view = view_.name;
    }
  }

  // A volume of the whole medium.
  void add_whole(FoundFileSystem& file_system) {
    const bool disc = file_system.name == "iso9660" || file_system.name == "udf";
    const std::uint64_t size = file_system.size != 0 ? file_system.size : source_.size();
    found_.volumes.push_back(
        {0, size, disc ? "disc" : "superfloppy", std::string(file_system.name), file_system.size});
    prove(file_system.proofs);
    check_end(0, size, file_system.fat);
    if (size < source_.size())
      report(size, "volume.slack", Severity::note,
             std::to_string(source_.size() - size) + " bytes lie behind the end of the " +
                 std::string(file_system.name) + " volume, from byte " + std::to_string(size) +
                 " on");
    if (file_system.fat && found_.boot_sector.empty()) demand_boot_mark();
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
    const std::uint64_t sectors = size / unit;
    const std::uint64_t first_absent = present / unit;
    std::string text = "the volume at byte " + std::to_string(start) + " has " +
                       std::to_string(sectors) + " sectors of " + std::to_string(unit) +
                       " bytes; the image ends before its sectors " + std::to_string(first_absent) +
                       " to " + std::to_string(sectors - 1);
    if (present % unit != 0)
      text += " (of sector " + std::to_string(first_absent) + ", " +
              std::to_string(present % unit) + " bytes are there)";
    Severity severity = Severity::damage;
    const auto lost =
        fat ? clusters_in_use_from(source_, start, *fat, present) : std::optional<std::uint64_t>();
    if (lost == 0) severity = Severity::warning;
    if (lost)
      text += *lost == 0 ? "; no cluster in use is missing"
                         : "; " + std::to_string(*lost) + " clusters in use are missing";
    report(source_.size() - 1, "volume.partial", severity, std::move(text));
  }

  // A partition table in the boot sector of a file system, when nothing at all speaks against it.
  bool find_rival_table(const FoundFileSystem& owner) {
    Findings oddities;
    const auto mbr = read_mbr(source_, view_.sector_size, oddities);
    if (!mbr || mbr->whole || mbr->protective || mbr->partitions.empty() || !oddities.empty())
      return false;
    const bool inside = std::ranges::all_of(mbr->partitions, [&](const Partition& each) {
      return each.size <= source_.size() - each.start;
    });
    if (!inside) return false;
    report(446, "volume.ambiguous", Severity::warning,
           "sector 0 is both the boot sector of a " + std::string(owner.name) +
               " volume and a partition table without a flaw; the volumes of both are listed");
    add_partitions(*mbr);
    return true;
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
      if (!mbr->partitions.empty()) {
        add_partitions(*mbr);
        return {true, false};
      }
      if (mbr->whole) return {false, true};
    }
    if (const auto map = read_apple_map(source_, found_.findings)) {
      add_partitions(*map);
      return {!map->partitions.empty(), false};
    }
    return {false, false};
  }

  void add_partitions(const PartitionTable& table) {
    auto proofs = table.proofs;
    prove(proofs);
    for (const Partition& each : table.partitions) {
      auto inside = find_file_systems(source_, each.start, found_.findings);
      found_.volumes.push_back({each.start, each.size, each.type,
                                inside.empty() ? std::string() : std::string(inside.front().name),
                                inside.empty() ? 0 : inside.front().size});
      if (!inside.empty()) prove(inside.front().proofs);
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
