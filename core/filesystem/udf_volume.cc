// SPDX-License-Identifier: Apache-2.0
// Anchor (sector 256, 512, the last one, or 256 before that): 16 main, 24 reserve volume descriptor
// sequence, each LE32 length and LE32 sector.
// Primary volume descriptor: 16 LE32 sequence number, 24 32 volume identifier, 376 12 recorded.
// Partition descriptor: 16 LE32 sequence number, 22 LE16 number, 188 LE32 first sector, 192 LE32
// length. Logical volume descriptor: 16 LE32 sequence number, 84 128 identifier, 212 LE32 block
// size, 248 16 address of the file set, 264 LE32 length of maps, 268 LE32 number of maps, 432 LE32
// length and sector of the integrity sequence, 440 maps:
//   type 1  0 1, 1 6, 2 LE16 volume, 4 LE16 partition
//   type 2  0 2, 1 64, 4 32 identifier, 36 LE16 volume, 38 LE16 partition, 40 by kind:
//     "*UDF Sparable Partition"  40 LE16 packet length, 42 tables, 44 LE32 size, 48 LE32 sectors of
//     tables
//     "*UDF Metadata Partition"  40 LE32 file, 44 LE32 mirror (blocks of the partition)
// Sparing table: 20 "*UDF Sparing Table" (in the identifier at 16), 48 LE16 entries, 56 entries:
// LE32 packet's first block, LE32 sector. Sources: ECMA-167 (3rd edition) part 3, clauses 8 to 10;
// OSTA UDF 2.60, 2.2.
#include "filesystem/udf_volume.h"

#include <algorithm>
#include <map>
#include <set>

namespace discern {
namespace {

constexpr std::uint64_t kMostDescriptors = 1024;

struct Sequence {
  std::uint32_t length = 0;
  std::uint32_t sector = 0;
};

struct Found {
  // The one with the highest sequence number prevails.
  std::map<std::uint16_t, std::pair<std::uint32_t, Piece>> partitions;
  std::pair<std::uint32_t, Piece> primary;
  std::pair<std::uint32_t, Piece> logical;
  std::uint64_t logical_offset = 0;
  std::uint64_t primary_offset = 0;
  bool complete() const { return !logical.second.bytes.empty() && !partitions.empty(); }
};

class Opening {
 public:
  Opening(const WalkTarget& target, ViewBytes& view) : view_(view) {
    if (target.view.first_lba)
      volume_.origin = 0;
    else
      volume_.origin = target.volume.start;
    first_lba_ = target.view.first_lba ? target.view.first_lba->value : 0;
  }

  Result<UdfVolume> open() {
    Found found;
    bool anchored = false;
    for (const std::uint32_t size : {2048u, 512u, 4096u, 1024u}) {
      volume_.sector_size = size;
      for (const Sequence sequence : anchors()) {
        anchored = true;
        found = {};
        read_sequence(sequence, found);
        if (found.complete()) break;
      }
      if (found.complete()) break;
    }
    if (!found.complete())
      return Error{anchored ? Errc::corrupt : Errc::not_this,
                   anchored ? "the UDF volume descriptor sequences have no partition or no logical "
                              "volume"
                            : "no UDF anchor"};
    return build(found);
  }

 private:
  std::optional<std::uint64_t> sector_offset(std::uint64_t sector) const {
    const std::uint64_t before = static_cast<std::uint64_t>(std::max(first_lba_, 0)) *
                                 (2048 / std::min(volume_.sector_size, 2048u));
    if (sector < before) return std::nullopt;
    return volume_.origin + (sector - before) * volume_.sector_size;
  }

  Piece read_sector(std::uint64_t sector) {
    const auto offset = sector_offset(sector);
    return offset ? view_.read(*offset, volume_.sector_size) : Piece{};
  }

  std::vector<Sequence> anchors() {
    std::vector<Sequence> sequences;
    const std::uint64_t behind =
        (view_.size() - std::min(view_.size(), volume_.origin)) / volume_.sector_size +
        static_cast<std::uint64_t>(std::max(first_lba_, 0));
    std::set<std::uint64_t> sectors = {256, 512};
    // CD-R: run-out blocks can follow the last written one.
    for (const std::uint64_t back : {1u, 3u, 151u, 153u, 257u, 407u, 409u})
      if (behind > back) sectors.insert(behind - back);
    for (const std::uint64_t sector : sectors) {
      const Piece piece = read_sector(sector);
      if (udf_tag(piece.bytes) != UdfTag::anchor || udf32(piece.bytes, 12) != sector) continue;
      sequences.push_back({udf32(piece.bytes, 16), udf32(piece.bytes, 20)});
      sequences.push_back({udf32(piece.bytes, 24), udf32(piece.bytes, 28)});
    }
    return sequences;
  }

  void read_sequence(Sequence sequence, Found& found) {
    std::set<std::uint32_t> seen;
    std::uint64_t left = kMostDescriptors;
    for (std::uint64_t i = 0; i < sequence.length / volume_.sector_size && left > 0; ++i, --left) {
      const std::uint64_t sector = sequence.sector + i;
      Piece piece = read_sector(sector);
      const auto tag = udf_tag(piece.bytes);
      if (!tag) continue;
      const std::uint32_t number = udf32(piece.bytes, 16);
      if (*tag == UdfTag::terminator) break;
      if (*tag == UdfTag::pointer) {
        sequence = {udf32(piece.bytes, 20), udf32(piece.bytes, 24)};
        if (!seen.insert(sequence.sector).second) break;
        i = static_cast<std::uint64_t>(-1);
      } else if (*tag == UdfTag::primary && number >= found.primary.first) {
        found.primary_offset = *sector_offset(sector);
        found.primary = {number, std::move(piece)};
      } else if (*tag == UdfTag::logical_volume && number >= found.logical.first) {
        found.logical_offset = *sector_offset(sector);
        found.logical = {number, std::move(piece)};
      } else if (*tag == UdfTag::partition) {
        const std::uint16_t partition = udf16(piece.bytes, 22);
        const auto known = found.partitions.find(partition);
        if (known == found.partitions.end() || number >= known->second.first)
          found.partitions.insert_or_assign(partition, std::pair(number, std::move(piece)));
      }
    }
  }

  Result<UdfVolume> build(Found& found) {
    const Bytes logical = found.logical.second.bytes;
    volume_.block_size = udf32(logical, 212);
    if (volume_.block_size < 512 || volume_.block_size > 65'536 ||
        (volume_.block_size & (volume_.block_size - 1)) != 0)
      return Error{Errc::corrupt,
                   "UDF blocks of " + std::to_string(volume_.block_size) + " bytes",
                   {},
                   found.logical_offset};
    volume_.descriptor_offset = found.logical_offset;
    if (const auto label = slice(logical, 84, 128)) volume_.label = udf_string(*label);
    volume_.file_set = udf_long_address(logical, 248);
    if (const auto time = slice(found.primary.second.bytes, 376, 12))
      volume_.times.push_back(udf_time(TimeKind::volume_created, *time));
    read_integrity({udf32(logical, 432), udf32(logical, 436)});
    return read_maps(logical, found);
  }

  // The last integrity descriptor says when the volume was last written.
  void read_integrity(Sequence sequence) {
    std::optional<EntryTime> last;
    for (std::uint64_t i = 0;
         i < std::min<std::uint64_t>(sequence.length / volume_.sector_size, kMostDescriptors);
         ++i) {
      const Piece piece = read_sector(sequence.sector + i);
      if (udf_tag(piece.bytes) != UdfTag::integrity) break;
      last = udf_time(TimeKind::volume_modified, *slice(piece.bytes, 16, 12));
    }
    if (last) volume_.times.push_back(*last);
  }

  Result<UdfVolume> read_maps(Bytes logical, const Found& found) {
    const std::uint32_t count = udf32(logical, 268);
    std::vector<std::uint16_t> numbers;
    std::uint64_t at = 440;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto head = slice(logical, at, 6);
      if (!head) break;
      const std::uint32_t type = std::to_integer<std::uint32_t>((*head)[0]);
      const std::uint32_t length = std::to_integer<std::uint32_t>((*head)[1]);
      const auto map = slice(logical, at, length);
      if (!map || length < 6) break;
      const std::uint16_t number = type == 1 ? udf16(*map, 4) : udf16(*map, 38);
      UdfPartition partition;
      const auto known = found.partitions.find(number);
      if (known == found.partitions.end())
        return Error{Errc::corrupt,
                     "a partition map names partition " + std::to_string(number) +
                         ", which no descriptor describes",
                     {},
                     volume_.descriptor_offset};
      const Bytes descriptor = known->second.second.bytes;
      const auto start = sector_offset(udf32(descriptor, 188));
      if (!start)
        return Error{Errc::corrupt,
                     "the UDF partition lies in front of the view",
                     {},
                     volume_.descriptor_offset};
      partition.start = *start;
      partition.blocks = static_cast<std::uint32_t>(std::min<std::uint64_t>(
          std::uint64_t{udf32(descriptor, 192)} * volume_.sector_size / volume_.block_size,
          0xFFFFFFFF));
      if (type == 2) read_type_2(*map, partition);
      numbers.push_back(number);
      volume_.partitions.push_back(std::move(partition));
      at += length;
    }
    if (volume_.partitions.empty())
      return Error{
          Errc::corrupt, "a UDF volume without partition maps", {}, volume_.descriptor_offset};
    // The maps of other kinds go to blocks of the partition's own map.
    for (std::size_t i = 0; i < numbers.size(); ++i)
      for (std::size_t below = 0; below < numbers.size(); ++below)
        if (numbers[below] == numbers[i] &&
            (volume_.partitions[below].kind == UdfPartition::Kind::physical ||
             volume_.partitions[below].kind == UdfPartition::Kind::sparable))
          volume_.partitions[i].physical = static_cast<std::uint16_t>(below);
    return std::move(volume_);
  }

  void read_type_2(Bytes map, UdfPartition& partition) {
    if (has_text_at(map, 5, "*UDF Virtual Partition")) {
      partition.kind = UdfPartition::Kind::virtual_;
    } else if (has_text_at(map, 5, "*UDF Metadata Partition")) {
      partition.kind = UdfPartition::Kind::metadata;
      partition.metadata_file = udf32(map, 40);
      partition.metadata_mirror = udf32(map, 44);
    } else if (has_text_at(map, 5, "*UDF Sparable Partition")) {
      partition.kind = UdfPartition::Kind::sparable;
      partition.packet = std::max<std::uint32_t>(udf16(map, 40), 1);
      for (std::uint64_t i = 0; i < 4; ++i)
        if (read_sparing_table(udf32(map, 48 + 4 * i), partition)) break;
    } else {
      view_.find("partition-map", Severity::damage, volume_.descriptor_offset,
                 "a partition map of unknown kind; taken for a plain one");
    }
  }

  bool read_sparing_table(std::uint32_t sector, UdfPartition& partition) {
    const auto offset = sector_offset(sector);
    if (!offset || sector == 0) return false;
    const Piece piece = view_.read(*offset, 65'536);
    if (!has_text_at(piece.bytes, 17, "*UDF Sparing Table")) return false;
    const std::uint16_t entries = udf16(piece.bytes, 48);
    for (std::uint64_t i = 0; i < entries; ++i) {
      const auto entry = slice(piece.bytes, 56 + 8 * i, 8);
      if (!entry) break;
      if (udf32(*entry, 0) < 0xFFFFFFF0)
        partition.spared.emplace(udf32(*entry, 0), udf32(*entry, 4));
    }
    return true;
  }

  ViewBytes& view_;
  UdfVolume volume_ = {};
  std::int32_t first_lba_ = 0;
};

}  // namespace

std::optional<UdfVolume::Place> UdfVolume::place_of(UdfBlock block) const {
  if (block.partition >= partitions.size()) return std::nullopt;
  const UdfPartition& map = partitions[block.partition];
  const auto plain = [&](const UdfPartition& below, std::uint32_t number) -> std::optional<Place> {
    if (number >= below.blocks) return std::nullopt;
    return Place{below.start + std::uint64_t{number} * block_size,
                 std::uint64_t{below.blocks - number} * block_size};
  };
  switch (map.kind) {
    case UdfPartition::Kind::physical:
      return plain(map, block.block);
    case UdfPartition::Kind::virtual_: {
      if (block.block >= map.table.size() || map.table[block.block] == 0xFFFFFFFF)
        return std::nullopt;
      auto place = plain(partitions[map.physical], map.table[block.block]);
      if (place) place->length = block_size;
      return place;
    }
    case UdfPartition::Kind::sparable: {
      auto place = plain(map, block.block);
      if (!place) return place;
      const std::uint32_t first = block.block / map.packet * map.packet;
      const std::uint32_t inside = block.block - first;
      place->length =
          std::min<std::uint64_t>(place->length, std::uint64_t{map.packet - inside} * block_size);
      if (const auto moved = map.spared.find(first); moved != map.spared.end())
        place->offset = origin + std::uint64_t{moved->second} * sector_size +
                        std::uint64_t{inside} * block_size;
      return place;
    }
    case UdfPartition::Kind::metadata: {
      const std::uint64_t at = std::uint64_t{block.block} * block_size;
      for (const Run& run : map.metadata)
        if (at >= run.file_offset && at - run.file_offset < run.length && run.view_offset)
          return Place{*run.view_offset + (at - run.file_offset),
                       run.length - (at - run.file_offset)};
      return std::nullopt;
    }
  }
  return std::nullopt;
}

Result<UdfVolume> open_udf(const WalkTarget& target, ViewBytes& view) {
  return Opening(target, view).open();
}

}  // namespace discern
