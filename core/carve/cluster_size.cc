// SPDX-License-Identifier: Apache-2.0
// Where file systems have the size of their clusters, little-endian:
//
//   FAT    11  2  bytes of a sector; 13 1 sectors of a cluster
//   NTFS    3  8  "NTFS    "; 11 2 bytes of a sector; 13 1 sectors of a cluster, above 128 as the
//                 power of two that it lacks to 256
//   exFAT   3  8  "EXFAT   "; 108 1 bytes of a sector, 109 1 sectors of a cluster, as powers of two
//   ext  1080  2  EF53; 1048 4 size of a block, as the power of two above 1024
//   ISO 32769  5  "CD001"; 32896 2 size of a logical block
//
// Sources: Microsoft FAT specification 1.03; exFAT specification 1.00 clauses 3.1.14 and 3.1.15;
// ntfs-3g's layout.h; ext4's "Layout of the super block"; ECMA-119 8.4.12.
#include "discern/cluster_size.h"

#include <algorithm>
#include <bit>
#include <boost/endian/arithmetic.hpp>
#include <optional>

#include "discern/bytes.h"
#include "volume/fat_boot_sector.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

constexpr std::uint64_t kSmallest = 512;
constexpr std::uint64_t kLargest = std::uint64_t{32} << 20;  // of exFAT

std::uint64_t power(std::uint64_t exponent) {
  return exponent < 32 ? std::uint64_t{1} << exponent : 0;
}

std::uint64_t claimed_size(Bytes head) {
  const auto byte = [&](std::size_t at) { return std::to_integer<std::uint64_t>(head[at]); };
  if (has_text_at(head, 3, "NTFS    ")) {
    const std::uint64_t sectors = byte(13) > 128 ? power(256 - byte(13)) : byte(13);
    return *read_record<little_uint16_t>(head, 11) * sectors;
  }
  if (has_text_at(head, 3, "EXFAT   ")) return power(byte(108)) * power(byte(109));
  if (const auto fat = parse_fat_boot_sector(head.first(512)))
    return std::uint64_t{fat->bytes_per_sector} * fat->sectors_per_cluster;
  if (*read_record<little_uint16_t>(head, 1080) == 0xEF53)
    return power(std::uint64_t{*read_record<little_uint32_t>(head, 1048)} + 10);
  return 0;
}

// Of the file system that begins at `start`.
std::optional<std::uint32_t> cluster_at(const ByteSource& source, std::uint64_t start) {
  std::vector<std::byte> head(2048);
  const auto delivered = [&](std::uint64_t offset) {
    const ReadResult got = source.read(offset, head);
    return got.complete() && got.bytes == head.size();
  };
  if (start > source.size()) return std::nullopt;
  std::uint64_t size = delivered(start) ? claimed_size(head) : 0;
  constexpr std::uint64_t kDescriptor = 32768;
  if (size == 0 && kDescriptor < source.size() - start && delivered(start + kDescriptor) &&
      has_text_at(Bytes(head), 1, "CD001"))
    size = *read_record<little_uint16_t>(Bytes(head), 128);
  if (size < kSmallest || size > kLargest || !std::has_single_bit(size)) return std::nullopt;
  return static_cast<std::uint32_t>(size);
}

}  // namespace

std::vector<ClusterArea> cluster_areas(const Image& image, const View& view) {
  const std::uint64_t size = view.source->size();
  std::vector<ClusterArea> areas;
  const auto add = [&](ByteRange range) {
    if (const auto cluster = cluster_at(*view.source, range.offset))
      areas.push_back({range, *cluster});
  };
  if (view.name == image.main_view().name) {
    for (const Volume& volume : image.volumes)
      if (volume.start < size) add({volume.start, std::min(volume.size, size - volume.start)});
  }
  if (areas.empty()) add({0, size});
  std::ranges::stable_sort(areas, {}, [](const ClusterArea& area) { return area.range.offset; });
  return areas;
}

}  // namespace discern
