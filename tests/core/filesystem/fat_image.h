// SPDX-License-Identifier: Apache-2.0
// A FAT12 floppy of 1440 KiB made slot by slot. Layout: boot sector, two FATs of 9 sectors, 224
// root slots at 9728, cluster 2 at 16896; clusters of 512 bytes.
#ifndef DISCERN_TESTS_FAT_IMAGE_H
#define DISCERN_TESTS_FAT_IMAGE_H

#include <cstring>
#include <string>
#include <vector>

#include "discern/bytes.h"

namespace discern::tests {

struct SlotFields {
  std::string name = "FILE    TXT";  // 11 bytes
  unsigned attributes = 0x20;
  unsigned units = 0;
  unsigned created_time = 0x5000;  // 10:00:00
  unsigned created_date = 0x2C21;  // 2002-01-01
  unsigned accessed_date = 0x2C21;
  unsigned modified_time = 0x5000;
  unsigned modified_date = 0x2C21;
  unsigned cluster = 0;
  unsigned size = 0;
};

class FatImage {
 public:
  static constexpr std::size_t kRoot = 9728;
  static constexpr std::size_t kData = 16896;

  FatImage() : bytes_(1474560) {
    const unsigned char boot[] = {0xEB, 0x3C, 0x90, 'd', 'i', 's', 'c', 'e',  'r',  'n',
                                  ' ',  0x00, 0x02, 1,   1,   0,   2,   0xE0, 0x00, 0x40,
                                  0x0B, 0xF0, 9,    0,   18,  0,   2,   0};
    std::memcpy(bytes_.data(), boot, sizeof boot);
    bytes_[510] = std::byte{0x55};
    bytes_[511] = std::byte{0xAA};
    set_cell(0, 0xFF0);
    set_cell(1, 0xFFF);
  }

  void set_cell(unsigned cluster, unsigned value) {
    for (const std::size_t fat : {512u, 5120u}) {
      const std::size_t at = fat + cluster + cluster / 2;
      unsigned both =
          std::to_integer<unsigned>(bytes_[at]) | std::to_integer<unsigned>(bytes_[at + 1]) << 8;
      both = cluster % 2 ? (both & 0x000F) | value << 4 : (both & 0xF000) | value;
      bytes_[at] = std::byte(both & 0xFF);
      bytes_[at + 1] = std::byte(both >> 8);
    }
  }

  static std::vector<std::byte> slot(const SlotFields& fields) {
    std::vector<std::byte> slot(32);
    for (std::size_t i = 0; i < 11; ++i)
      slot[i] = i < fields.name.size() ? std::byte(fields.name[i]) : std::byte{' '};
    slot[11] = std::byte(fields.attributes);
    slot[13] = std::byte(fields.units);
    const auto put = [&](std::size_t at, unsigned value) {
      slot[at] = std::byte(value & 0xFF);
      slot[at + 1] = std::byte(value >> 8 & 0xFF);
    };
    put(14, fields.created_time);
    put(16, fields.created_date);
    put(18, fields.accessed_date);
    put(22, fields.modified_time);
    put(24, fields.modified_date);
    put(26, fields.cluster);
    put(28, fields.size);
    put(30, fields.size >> 16);
    return slot;
  }

  // Puts a slot into the root directory, or at a place of its own.
  void add(const SlotFields& fields) { add(slot(fields)); }
  void add(const std::vector<std::byte>& slot) {
    put(kRoot + used_ * 32, slot);
    ++used_;
  }
  void put(std::size_t offset, const std::vector<std::byte>& bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  static std::size_t cluster(unsigned number) { return kData + (number - 2) * 512; }
  // "." and ".." at the start of a cluster.
  void begin_directory(unsigned number, unsigned parent) {
    put(cluster(number),
        slot({".          ", 0x10, 0, 0x5000, 0x2C21, 0x2C21, 0x5000, 0x2C21, number}));
    put(cluster(number) + 32,
        slot({"..         ", 0x10, 0, 0x5000, 0x2C21, 0x2C21, 0x5000, 0x2C21, parent}));
  }
  // One part of a long name; `text` is padded as the format has it.
  static std::vector<std::byte> long_slot(unsigned sequence, std::u16string text,
                                          unsigned checksum) {
    if (text.size() < 13) text += u'\0';
    text.resize(13, u'\xFFFF');
    std::vector<std::byte> slot(32);
    slot[0] = std::byte(sequence);
    slot[11] = std::byte{0x0F};
    slot[13] = std::byte(checksum);
    const std::size_t places[] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    for (std::size_t i = 0; i < 13; ++i) {
      slot[places[i]] = std::byte(text[i] & 0xFF);
      slot[places[i] + 1] = std::byte(text[i] >> 8);
    }
    return slot;
  }
  // As the specification's ChkSum() has it.
  static unsigned checksum(const std::string& name) {
    unsigned char sum = 0;
    for (int i = 0; i < 11; ++i)
      sum =
          static_cast<unsigned char>(((sum & 1) ? 0x80 : 0) + (sum >> 1) +
                                     static_cast<unsigned char>(name[static_cast<std::size_t>(i)]));
    return sum;
  }

  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t used_ = 0;
};

}  // namespace discern::tests

#endif
