// SPDX-License-Identifier: Apache-2.0
// Superblock, at byte 1024 of the volume, integers little-endian:
//
//    0  4  inodes           4  4  blocks           20  4  first data block    24  4  log2(block) -
//    10
//   32  4  blocks a group  40  4  inodes a group   56  2  EF53                76  4  revision
//   88  2  inode size (revision 1)                 96  4  incompatible features: 10 META_BG, 80
//   64BIT
//  254  2  size of a group descriptor (64BIT)
//
// Group descriptor, in the blocks behind the superblock's: 8 4 block of the inode table, 40 4 its
// upper half (64BIT). Inode:
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
  if (number16(bytes, 56) != 0xEF53 || (features & 0x10) || log_block > 6 ||
      inodes.inodes_per_group_ == 0 || inodes.inode_size_ < 128 || inodes.inode_size_ > 65'536)
    return std::nullopt;
  const bool wide = features & 0x80;
  const std::size_t size = wide ? std::max(number16(bytes, 254), 64u) : 32;
  const std::uint64_t block = std::uint64_t{1024} << log_block;
  const std::uint64_t groups =
      (std::uint64_t{inodes.inodes_} + inodes.inodes_per_group_ - 1) / inodes.inodes_per_group_;
  const std::uint64_t first = (std::uint64_t{number32(bytes, 20)} + 1) * block;
  if (groups > kMostGroups) return std::nullopt;
  std::vector<std::byte> descriptor(size);
  for (std::uint64_t group = 0; group < groups; ++group) {
    if (!read(fs, first + group * size, descriptor)) break;
    const std::uint64_t high = wide ? number32(descriptor, 40) : 0;
    const std::uint64_t table = high << 32 | number32(descriptor, 8);
    inodes.tables_.push_back(table < std::uint64_t{1} << 47 ? table * block : 0);
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
