// SPDX-License-Identifier: Apache-2.0
// The virtual allocation table (VAT) of write-once media is a file whose ICB is the last block that
// was written. It maps virtual blocks to blocks of the partition:
//
//   UDF 1.50  file type 0: LE32 entries, then 32 "*UDF Virtual Alloc Tbl" identifier, LE32 block of
//             the VAT before
//   UDF 2.00  file type 248: 0 LE16 length of the header, 132 LE32 block of the VAT before, entries
//             behind the header
//
// The VATs before show the volume as it was: each session, or each time the disc was taken out.
// Sources: OSTA UDF 1.50, 2.2.10; UDF 2.60, 2.2.11 and 2.2.13 (metadata file).
#include <algorithm>
#include <set>

#include "filesystem/udf_file.h"

namespace discern {
namespace {

constexpr std::size_t kMostBuilds = 1024;
constexpr std::uint64_t kNoBlock = 0xFFFFFFFF;

struct Vat {
  std::vector<std::uint32_t> table;
  std::uint32_t before = 0xFFFFFFFF;
};

std::optional<Vat> parse_vat(const UdfFile& file, Bytes bytes) {
  Vat vat;
  Bytes entries;
  if (file.type == 248) {
    const std::uint16_t header = udf16(bytes, 0);
    if (header < 152 || header > bytes.size()) return std::nullopt;
    vat.before = udf32(bytes, 132);
    entries = bytes.subspan(header);
  } else {
    if (bytes.size() < 36 || !has_text_at(bytes, bytes.size() - 35, "*UDF Virtual Alloc Tbl"))
      return std::nullopt;
    vat.before = udf32(bytes, bytes.size() - 4);
    entries = bytes.first(bytes.size() - 36);
  }
  for (std::uint64_t at = 0; at + 4 <= entries.size(); at += 4)
    vat.table.push_back(udf32(entries, at));
  return vat;
}

class Vats {
 public:
  Vats(UdfVolume& volume, ViewBytes& view, std::uint16_t map)
      : volume_(volume),
        view_(view),
        files_(volume, view),
        map_(map),
        bytes_left_(4 * view.size()) {}

  // Newest first.
  std::vector<std::vector<std::uint32_t>> read() {
    std::vector<std::vector<std::uint32_t>> tables;
    const UdfPartition& below = volume_.partitions[volume_.partitions[map_].physical];
    const std::uint64_t size = volume_.block_size;
    const std::uint64_t end = std::min(view_.size(), below.start + below.blocks * size);
    if (end <= below.start) return tables;
    // Behind the last block there may be run-out, padding, or the remains of a cut image.
    auto block = static_cast<std::uint64_t>((end - below.start) / size);
    std::optional<Vat> vat;
    while (block > 0 && !vat) vat = at(static_cast<std::uint32_t>(--block));
    std::set<std::uint64_t> seen = {block};
    while (vat && tables.size() < kMostBuilds) {
      tables.push_back(std::move(vat->table));
      if (vat->before == kNoBlock || !seen.insert(vat->before).second) break;
      vat = at(vat->before);
    }
    return tables;
  }

 private:
  std::optional<Vat> at(std::uint32_t block) {
    const UdfPartition& below = volume_.partitions[volume_.partitions[map_].physical];
    if (block >= below.blocks) return std::nullopt;
    const std::uint64_t offset = below.start + std::uint64_t{block} * volume_.block_size;
    const Piece piece = view_.read(offset, volume_.block_size);
    const std::uint16_t id = udf16(piece.bytes, 0);
    if (id != 261 && id != 266) return std::nullopt;  // before the CRC of each block is computed
    const auto tag = udf_tag(piece.bytes);
    if (tag != UdfTag::file_entry && tag != UdfTag::extended_file_entry) return std::nullopt;
    const auto type = std::to_integer<unsigned>(piece.bytes[27]);
    if (type != 248 && type != 0) return std::nullopt;
    const auto file = files_.read_entry(piece.bytes, offset, volume_.partitions[map_].physical);
    if (!file || file->size > bytes_left_) return std::nullopt;
    bytes_left_ -= file->size;
    return parse_vat(*file, files_.content(*file, file->size));
  }

  UdfVolume& volume_;
  ViewBytes& view_;
  UdfFiles files_;
  std::uint16_t map_;
  std::uint64_t bytes_left_;  // of all tables together
};

void read_metadata(UdfVolume& volume, ViewBytes& view, std::uint16_t map) {
  UdfFiles files(volume, view);
  const UdfPartition& partition = volume.partitions[map];
  for (const std::uint32_t block : {partition.metadata_file, partition.metadata_mirror}) {
    auto file = files.read({block, partition.physical}, volume.descriptor_offset);
    if (!file || file->runs.empty()) continue;
    volume.partitions[map].metadata = std::move(file->runs);
    return;
  }
}

}  // namespace

std::vector<std::vector<std::uint32_t>> read_udf_maps(UdfVolume& volume, ViewBytes& view) {
  std::vector<std::vector<std::uint32_t>> older;
  // References name a map by 16 bits.
  const auto maps =
      static_cast<std::uint16_t>(std::min<std::size_t>(volume.partitions.size(), UINT16_MAX));
  for (std::uint16_t map = 0; map < maps; ++map) {
    const UdfPartition::Kind kind = volume.partitions[map].kind;
    if (kind == UdfPartition::Kind::metadata) read_metadata(volume, view, map);
    if (kind != UdfPartition::Kind::virtual_ || !older.empty()) continue;
    auto tables = Vats(volume, view, map).read();
    if (tables.empty()) {
      view.find(
          "no-vat", Severity::damage, volume.descriptor_offset,
          "a write-once volume without a virtual allocation table: the disc was not closed, or "
          "its end is missing");
      continue;
    }
    volume.partitions[map].table = std::move(tables.front());
    older.assign(std::make_move_iterator(tables.begin() + 1),
                 std::make_move_iterator(tables.end()));
  }
  return older;
}

}  // namespace discern
