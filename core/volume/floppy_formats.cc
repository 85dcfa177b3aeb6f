// SPDX-License-Identifier: Apache-2.0
// Floppy formats by the size of their raw image. FAT parameters of 160K to 2.88M and
// of 1.68M, 1.72M are those that GNU mtools' mformat writes and that DOS assumes for a disk without
// a BIOS parameter block (DOS 1.x and 2.x: the FAT id in the FAT's first byte decides). Source:
// mformat 4.0.32, run for each size.
#include "volume/floppy_formats.h"

namespace discern {
namespace {

constexpr FloppyFormat kFormats[] = {
    // size   cylinders, heads, sectors, bytes   spc root spf media
    {163840, {40, 1, 8, 512}, 1, 64, 1, 0xFE},
    {184320, {40, 1, 9, 512}, 1, 64, 2, 0xFC},
    {204800, {40, 1, 10, 512}, 0, 0, 0, 0},  // DEC RX50 side
    {256256, {77, 1, 26, 128}, 0, 0, 0, 0},  // 8" single density (IBM 3740)
    {327680, {40, 2, 8, 512}, 2, 112, 1, 0xFF},
    {368640, {40, 2, 9, 512}, 2, 112, 2, 0xFD},
    {409600, {80, 1, 10, 512}, 0, 0, 0, 0},  // DEC RX50
    {512512, {77, 2, 26, 128}, 0, 0, 0, 0},  // 8", two sides
    {655360, {80, 2, 8, 512}, 2, 112, 2, 0xFB},
    {737280, {80, 2, 9, 512}, 2, 112, 3, 0xF9},
    {901120, {80, 2, 11, 512}, 0, 0, 0, 0},  // Amiga
    {1228800, {80, 2, 15, 512}, 1, 224, 7, 0xF9},
    {1261568, {77, 2, 8, 1024}, 1, 192, 2, 0xFE},  // PC-98
    {1474560, {80, 2, 18, 512}, 1, 224, 9, 0xF0},
    {1556480, {80, 2, 19, 512}, 0, 0, 0, 0},        // XDF, 5.25"
    {1720320, {80, 2, 21, 512}, 4, 16, 3, 0xF0},    // DMF
    {1720320, {80, 2, 21, 512}, 1, 224, 10, 0xF0},  // 1.68M
    {1763328, {82, 2, 21, 512}, 1, 224, 10, 0xF0},  // 1.72M
    {1802240, {80, 2, 22, 512}, 0, 0, 0, 0},        // Amiga, high density
    {1884160, {80, 2, 23, 512}, 0, 0, 0, 0},        // XDF, 3.5"
    {2949120, {80, 2, 36, 512}, 2, 240, 9, 0xF0},
};

}  // namespace

FatGeometry FloppyFormat::fat() const {
  FatGeometry fat;
  fat.bytes_per_sector = geometry.bytes_per_sector;
  fat.sectors_per_cluster = sectors_per_cluster;
  fat.reserved = 1;
  fat.fats = 2;
  fat.root_entries = root_entries;
  fat.total = static_cast<std::uint32_t>(size / geometry.bytes_per_sector);
  fat.sectors_per_fat = sectors_per_fat;
  fat.sectors_per_track = geometry.sectors_per_track;
  fat.heads = geometry.heads;
  fat.media = media;
  return fat;
}

std::span<const FloppyFormat> floppy_formats() { return kFormats; }

std::optional<Geometry> floppy_geometry(std::uint64_t size) {
  for (const FloppyFormat& format : kFormats)
    if (format.size == size) return format.geometry;
  return std::nullopt;
}

}  // namespace discern
