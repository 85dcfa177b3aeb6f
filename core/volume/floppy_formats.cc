// SPDX-License-Identifier: Apache-2.0
// Floppy formats by the size of their raw image. FAT parameters of 160K to 2.88M and of DMF, 1.68M
// and 1.72M are those that GNU mtools' mformat writes and that DOS assumes for a disk without a
// BIOS parameter block (DOS 1.x and 2.x: the FAT id in the FAT's first byte decides). Source:
// mformat 4.0.32, run for each size. Who else uses a size: the geometry tables of HxC, DOSBox-X
// and Aaru.
#include "volume/floppy_formats.h"

#include <algorithm>

namespace discern {
namespace {

constexpr FloppyFormat kFormats[] = {
    // size  cylinders, heads, sectors, bytes   name, spc root spf media   others, other geometry
    {163840, {40, 1, 8, 512}, "160K", 1, 64, 1, 0xFE, "", false},
    {184320, {40, 1, 9, 512}, "180K", 1, 64, 2, 0xFC, "Amstrad PCW and CPC", false},
    {204800, {40, 1, 10, 512}, "200K", 0, 0, 0, 0, "DEC RX50, one side", false},
    {256256, {77, 1, 26, 128}, "8-inch, single density", 0, 0, 0, 0, "CP/M, IBM 3740", false},
    {327680,
     {40, 2, 8, 512},
     "320K",
     2,
     112,
     1,
     0xFF,
     "80/1/8 of DOS, TR-DOS 80/1/16 of 256",
     true},
    {368640, {40, 2, 9, 512}, "360K", 2, 112, 2, 0xFD, "Atari ST and MSX 80/1/9", true},
    {409600, {80, 1, 10, 512}, "400K", 0, 0, 0, 0, "Macintosh 400K (zones), DEC RX50", true},
    {512512, {77, 2, 26, 128}, "8-inch, two sides", 0, 0, 0, 0, "CP/M 77/1/26 of 256", true},
    {655360, {80, 2, 8, 512}, "640K", 2, 112, 2, 0xFB, "TR-DOS 80/2/16 of 256", true},
    {737280, {80, 2, 9, 512}, "720K", 2, 112, 3, 0xF9, "Atari ST, MSX, Roland samplers", false},
    {819200,
     {80, 2, 10, 512},
     "800K",
     0,
     0,
     0,
     0,
     "Macintosh 800K (zones), Atari ST, Ensoniq samplers, Acorn 80/2/5 of 1024, Commodore 1581",
     true},
    {901120, {80, 2, 11, 512}, "880K", 0, 0, 0, 0, "Amiga, Atari ST with 11 sectors", false},
    {1025024, {77, 2, 26, 256}, "8-inch, double density", 0, 0, 0, 0, "CP/M", false},
    {1228800, {80, 2, 15, 512}, "1.2M", 1, 224, 7, 0xF9, "PC-98, X68000", false},
    {1261568, {77, 2, 8, 1024}, "PC-98 1.23M", 1, 192, 2, 0xFE, "X68000", false},
    {1474560,
     {80, 2, 18, 512},
     "1.44M",
     1,
     224,
     9,
     0xF0,
     "Macintosh HFS, Atari ST, Roland and other samplers",
     false},
    {1556480, {80, 2, 19, 512}, "XDF, 5.25 inch", 0, 0, 0, 0, "", false},
    {1638400, {80, 2, 20, 512}, "1.6M", 0, 0, 0, 0, "Ensoniq samplers", false},
    {1720320, {80, 2, 21, 512}, "DMF", 4, 16, 3, 0xF0, "", false},
    {1720320, {80, 2, 21, 512}, "DMF, clusters of 1024", 2, 16, 5, 0xF0, "", false},
    {1720320, {80, 2, 21, 512}, "1.68M", 1, 224, 10, 0xF0, "", false},
    {1763328, {82, 2, 21, 512}, "1.72M", 1, 224, 10, 0xF0, "", false},
    {1802240, {80, 2, 22, 512}, "1.76M", 0, 0, 0, 0, "Amiga, high density", false},
    {1884160, {80, 2, 23, 512}, "XDF, 3.5 inch", 0, 0, 0, 0, "", false},
    {2949120, {80, 2, 36, 512}, "2.88M", 2, 240, 9, 0xF0, "", false},
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

const FloppyFormat* floppy_format(std::uint64_t size) {
  const auto found = std::ranges::find(kFormats, size, &FloppyFormat::size);
  return found == std::end(kFormats) ? nullptr : &*found;
}

}  // namespace discern
