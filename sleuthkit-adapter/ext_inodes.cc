// SPDX-License-Identifier: Apache-2.0
// Superblock, at byte 1024 of the volume, integers little-endian:
//
//    0  4  inodes           4  4  blocks           20  4  first data block    24  4  log2(block) -
//    10
//   32  4  blocks a group  40  4  inodes a group   56  2  EF53                76  4  revision
//   88  2  inode size (revision 1)                 92  4  features: 200 SPARSE_SUPER2
//   96  4  incompatible features: 10 META_BG, 80 64BIT
//  100  4  features that writers must know: 1 SPARSE_SUPER
//  254  2  size of a group descriptor (64BIT)     260  4  first block of descriptors by META_BG
//  588  8  the two groups with a copy of the superblock (SPARSE_SUPER2)
//
// Group descriptor: 8 4 block of the inode table, 40 4 its upper half (64BIT). They fill the blocks
// behind the superblock's; with META_BG each block of them stands in the first group that it
// describes, behind the copy of the superblock where that group has one. Inode:
//
//    8 accessed  12 changed  16 modified: 4 bytes each, seconds since 1970, signed
//  128  2  bytes in use behind the first 128
//  132 changed  136 modified  140 accessed: 4 bytes each, bits 0-1: times 2^32 s, 2-31: nanoseconds
//  144  4  created    148  4  the same for it
//
// Source: Linux kernel documentation, filesystems/ext4 ("The Super Block", "Block Group
// Descriptors", "Index Nodes"); debugfs shows the same.
#include "ext_inodes.h"

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>

namespace discern {
namespace {

constexpr std::uint64_t kMostGroups = std::uint64_t{1} << 24;
constexpr std::uint64_t kMostBlocks = std::uint64_t{1} << 47;
constexpr std::int64_t kEpoch = std::int64_t{1} << 32;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

const unsigned char* address(Bytes bytes, std::size_t at) {
  return reinterpret_cast<const unsigned char*>(bytes.data()) + at;
}
std::uint32_t number16(Bytes bytes, std::size_t at) {
  return at + 2 <= bytes.size() ? boost::endian::load_little_u16(address(bytes, at)) : 0;
}
std::uint32_t number32(Bytes bytes, std::size_t at) {
  return at + 4 <= bytes.size() ? boost::endian::load_little_u32(address(bytes, at)) : 0;
}

bool read(TSK_FS_INFO& fs, std::uint64_t offset, std::span<std::byte> buffer) {
  if (offset > INT64_MAX) return false;
  return tsk_fs_read(&fs, static_cast<TSK_OFF_T>(offset), reinterpret_cast<char*>(buffer.data()),
                     buffer.size()) == static_cast<ssize_t>(buffer.size());
}

struct Places {
  std::size_t seconds = 0;
  std::size_t extra = 0;
};
Places places_of(TimeKind kind) {
  switch (kind) {
    case TimeKind::modified:
      return {16, 136};
    case TimeKind::accessed:
      return {8, 140};
    case TimeKind::changed:
      return {12, 132};
    default:
      return {144, 148};
  }
}

// `used`: bytes of the inode that have a meaning.
EntryTime time_in(Bytes inode, std::size_t used, const EntryTime& by_tsk) {
  const Places at = places_of(by_tsk.kind);
  if (at.seconds + 4 > used) return by_tsk;  // no such field
  EntryTime time{by_tsk.kind, 0, Precision::s1, by_tsk.zone};
  std::array<std::byte, 8> raw = {};
  std::copy_n(inode.begin() + static_cast<std::ptrdiff_t>(at.seconds), 4, raw.begin());
  std::int64_t seconds = static_cast<std::int32_t>(number32(inode, at.seconds));
  std::int64_t nanoseconds = 0;
  const bool extended = at.extra + 4 <= used;
  if (extended) {
    const std::uint32_t extra = number32(inode, at.extra);
    std::copy_n(inode.begin() + static_cast<std::ptrdiff_t>(at.extra), 4, raw.begin() + 4);
    seconds += kEpoch * (extra & 3);
    nanoseconds = extra >> 2;
    time.precision = Precision::ns;
  }
  time.raw = Bytes(raw).first(extended ? 8 : 4);
  if (seconds == 0 && nanoseconds == 0)
    time.validity = Validity::zero;
  else if (nanoseconds >= kNsPerSecond)
    time.validity = Validity::invalid_field;
  else if (__builtin_mul_overflow(seconds, kNsPerSecond, &time.time_ns) ||
           __builtin_add_overflow(time.time_ns, nanoseconds, &time.time_ns)) {
    time.validity = Validity::out_of_range;
    time.time_ns = 0;
  }
  return time;
}

bool is_power_of(std::uint64_t number, std::uint64_t base) {
  while (number % base == 0) number /= base;
  return number == 1;
}

// Where group descriptors stand.
class DescriptorBlocks {
 public:
  DescriptorBlocks(Bytes super, std::uint64_t block, std::size_t descriptor_size)
      : super_(super), block_(block), each_(block / descriptor_size) {}

  // Byte on the volume of the block that holds the descriptor of `group`.
  std::uint64_t of_group(std::uint64_t group) const {
    const std::uint64_t index = group / each_;
    const std::uint64_t superblock = kSuperblock / block_;
    if (!is_spread(index)) return (superblock + 1 + index) * block_;
    const std::uint64_t first = index * each_;
    // Group 0 begins at the first data block; with blocks of 1024 bytes that may be below the
    // superblock.
    const std::uint64_t begin =
        first == 0 ? superblock : number32(super_, 20) + first * number32(super_, 32);
    if (begin >= kMostBlocks) return UINT64_MAX;
    return (begin + (has_superblock(first) ? 1 : 0)) * block_;
  }

  // How many descriptors a block holds.
  std::uint64_t each() const { return each_; }

  // The first group whose descriptor does not stand behind those of the groups before it.
  std::optional<std::uint64_t> first_spread_group() const {
    const std::uint64_t index = std::max(number32(super_, 260), 1u);
    return is_spread(index) ? std::optional(index * each_) : std::nullopt;
  }

 private:
  static constexpr std::uint64_t kSuperblock = 1024;

  bool is_spread(std::uint64_t index) const {
    return (number32(super_, 96) & 0x10) && index >= number32(super_, 260);
  }

  bool has_superblock(std::uint64_t group) const {
    if (group == 0) return true;
    if (number32(super_, 92) & 0x200)
      return group == number32(super_, 588) || group == number32(super_, 592);
    if (group == 1 || !(number32(super_, 100) & 1)) return true;
    return is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
  }

  Bytes super_;
  std::uint64_t block_;
  std::uint64_t each_;
};

}  // namespace

std::optional<ExtInodes> ExtInodes::of(TSK_FS_INFO& fs) {
  std::array<std::byte, 1024> super = {};
  if (!TSK_FS_TYPE_ISEXT(fs.ftype) || !read(fs, 1024, super)) return std::nullopt;
  const Bytes bytes(super);
  const std::uint32_t features = number32(bytes, 96);
  const std::uint32_t log_block = number32(bytes, 24);
  ExtInodes inodes;
  inodes.fs_ = &fs;
  inodes.inodes_ = number32(bytes, 0);
  inodes.inodes_per_group_ = number32(bytes, 40);
  if (number32(bytes, 76) > 0) inodes.inode_size_ = number16(bytes, 88);
  if (number16(bytes, 56) != 0xEF53 || log_block > 6 || inodes.inodes_per_group_ == 0 ||
      inodes.inode_size_ < 128 || inodes.inode_size_ > 65'536)
    return std::nullopt;
  const bool wide = features & 0x80;
  const std::size_t size = wide ? std::max(number16(bytes, 254), 64u) : 32;
  const std::uint64_t block = std::uint64_t{1024} << log_block;
  const std::uint64_t groups =
      (std::uint64_t{inodes.inodes_} + inodes.inodes_per_group_ - 1) / inodes.inodes_per_group_;
  if (groups > kMostGroups || size > block) return std::nullopt;
  const DescriptorBlocks blocks(bytes, block, size);
  if (const auto group = blocks.first_spread_group(); group && *group < groups)
    inodes.first_misread_ = *group * inodes.inodes_per_group_ + 1;
  std::vector<std::byte> descriptor(size);
  for (std::uint64_t group = 0; group < groups; ++group) {
    if (!read(fs, blocks.of_group(group) + group % blocks.each() * size, descriptor)) break;
    const std::uint64_t high = wide ? number32(descriptor, 40) : 0;
    const std::uint64_t table = high << 32 | number32(descriptor, 8);
    inodes.tables_.push_back(table < kMostBlocks ? table * block : 0);
  }
  return inodes;
}

void ExtInodes::correct(std::uint64_t number, std::vector<EntryTime>& times) const {
  if (number == 0 || number > inodes_) return;  // one that libtsk made
  std::array<std::byte, 160> buffer = {};
  const std::size_t there = std::min<std::size_t>(inode_size_, buffer.size());
  const std::uint64_t group = (number - 1) / inodes_per_group_;
  const std::uint64_t index = (number - 1) % inodes_per_group_;
  if (group < tables_.size() && tables_[group] != 0 &&
      read(*fs_, tables_[group] + index * inode_size_, std::span(buffer).first(there))) {
    const Bytes inode = Bytes(buffer).first(there);
    const std::size_t used = std::min<std::size_t>(there, 128u + number16(inode, 128));
    for (EntryTime& time : times) time = time_in(inode, used, time);
    return;
  }
  tsk_error_reset();
  for (EntryTime& time : times)
    if (time.validity == Validity::ok && time.time_ns >= (kEpoch / 2) * kNsPerSecond)
      time = {time.kind, 0, time.precision, time.zone, Validity::out_of_range};
}

}  // namespace discern
