// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "corpus.h"
#include "tool.h"
#include "volume/fat_boot_sector.h"
#include "volume/fat_volume.h"
#include "volume/floppy_formats.h"

namespace discern {
namespace {

using tests::corpus;
using tests::TemporaryFolder;

void put(std::vector<std::byte>& bytes, std::size_t offset, std::initializer_list<int> values) {
  for (const int value : values) bytes[offset++] = static_cast<std::byte>(value);
}

// The boot sector of a 1.44M floppy, with the values that mformat writes.
std::vector<std::byte> sector_1440() {
  std::vector<std::byte> sector(512);
  put(sector, 0, {0xEB, 0x3C, 0x90});
  put(sector, 11, {0x00, 0x02, 1, 1, 0, 2, 0xE0, 0, 0x40, 0x0B, 0xF0, 9, 0, 18, 0, 2, 0});
  put(sector, 510, {0x55, 0xAA});
  return sector;
}

TEST(FatBootSector, ReadsA1440KFloppy) {
  const auto fat = parse_fat_boot_sector(sector_1440());
  ASSERT_TRUE(fat);
  EXPECT_EQ(fat->total, 2880U);
  EXPECT_EQ(fat->root_sectors(), 14U);
  EXPECT_EQ(fat->first_data(), 33U);
  EXPECT_EQ(fat->clusters(), 2847U);
  EXPECT_EQ(fat->bits(), 12);
  EXPECT_EQ(fat->fat_offset(1), 10U * 512);
  EXPECT_EQ(fat->size(), 1474560U);
}

TEST(FatBootSector, NeedsNoMarkButAJumpAndTheReverse) {
  auto sector = sector_1440();
  put(sector, 510, {0, 0});
  EXPECT_TRUE(parse_fat_boot_sector(sector));
  put(sector, 0, {0, 0, 0});
  EXPECT_FALSE(parse_fat_boot_sector(sector));
  put(sector, 510, {0x55, 0xAA});
  EXPECT_TRUE(parse_fat_boot_sector(sector));
}

TEST(FatBootSector, RefusesFieldsOutsideTheirLegalValues) {
  const struct {
    const char* what;
    std::size_t offset;
    std::initializer_list<int> values;
  } kCases[] = {
      {"513 bytes per sector", 11, {0x01, 0x02}},
      {"256 bytes per sector", 11, {0x00, 0x01}},
      {"8192 bytes per sector", 11, {0x00, 0x20}},
      {"no sectors per cluster", 13, {0}},
      {"3 sectors per cluster", 13, {3}},
      {"no reserved sector", 14, {0, 0}},
      {"no FAT", 16, {0}},
      {"3 FATs", 16, {3}},
      {"media F1", 21, {0xF1}},
      {"no sectors per FAT", 22, {0, 0}},
      {"no sectors", 19, {0, 0}},
  };
  for (const auto& test : kCases) {
    auto sector = sector_1440();
    put(sector, test.offset, test.values);
    const auto fat = parse_fat_boot_sector(sector);
    ASSERT_FALSE(fat) << test.what;
    EXPECT_EQ(fat.error().code, Errc::not_this) << test.what;
  }
  for (std::size_t length = 0; length < 512; ++length)
    EXPECT_FALSE(parse_fat_boot_sector(Bytes(sector_1440()).first(length)));
}

TEST(FatBootSector, RefusesImpossibleVolumes) {
  const struct {
    const char* what;
    std::size_t offset;
    std::initializer_list<int> values;
  } kCases[] = {
      {"FATs larger than the volume", 22, {0xFF, 0xFF}},
      {"root directory larger than the volume", 17, {0xFF, 0xFF}},
      {"reserved sectors larger than the volume", 14, {0xFF, 0xFF}},
      {"fixed FAT size without root directory", 17, {0, 0}},
      // 0 in the 16-bit count hands over to the 32-bit one.
      {"FAT16 with 16 million clusters",
       19,
       {0, 0, 0xF0, 9, 0, 18, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
  };
  for (const auto& test : kCases) {
    auto sector = sector_1440();
    put(sector, test.offset, test.values);
    const auto fat = parse_fat_boot_sector(sector);
    ASSERT_FALSE(fat) << test.what;
    EXPECT_EQ(fat.error().code, Errc::corrupt) << test.what;
  }
}

// 4294967295 sectors per FAT times two wraps in 32 bits.
TEST(FatBootSector, RefusesATableSizeThatWraps32Bits) {
  auto sector = sector_1440();
  put(sector, 17, {0, 0, 0, 0, 0xF8, 0, 0});
  put(sector, 32, {0, 0, 0x10, 0, 0xFF, 0xFF, 0xFF, 0xFF});
  const auto fat = parse_fat_boot_sector(sector);
  ASSERT_FALSE(fat);
  EXPECT_EQ(fat.error().code, Errc::corrupt);
}

// mformat's own boot sectors are the expectation for the sizes that DOS knows.
TEST(FloppyFormats, AgreeWithMformat) {
  SKIP_WITHOUT_TOOL("mformat");
  const TemporaryFolder folder;
  int checked = 0;
  for (const char* size : {"160", "180", "320", "360", "720", "1200", "1440", "2880"}) {
    const std::string path = (folder.path() / (std::string(size) + ".img")).string();
    ASSERT_TRUE(tests::run(std::string("mformat -C -f ") + size + " -i " + path + " ::")) << size;
    const auto bytes = tests::file_bytes(path);
    const auto written = parse_fat_boot_sector(Bytes(bytes).first(512));
    ASSERT_TRUE(written) << size;
    for (const FloppyFormat& format : floppy_formats()) {
      if (format.size != bytes.size()) continue;
      ++checked;
      const FatGeometry fat = format.fat();
      EXPECT_EQ(fat.sectors_per_cluster, written->sectors_per_cluster) << size;
      EXPECT_EQ(fat.root_entries, written->root_entries) << size;
      EXPECT_EQ(fat.sectors_per_fat, written->sectors_per_fat) << size;
      EXPECT_EQ(fat.media, written->media) << size;
      EXPECT_EQ(fat.total, written->total) << size;
      EXPECT_EQ(format.geometry.heads, written->heads) << size;
      EXPECT_EQ(format.geometry.sectors_per_track, written->sectors_per_track) << size;
    }
  }
  EXPECT_EQ(checked, 8);
}

TEST(FloppyFormats, MultiplyToTheirSize) {
  for (const FloppyFormat& format : floppy_formats()) {
    const Geometry& geometry = format.geometry;
    EXPECT_EQ(format.size, std::uint64_t{geometry.cylinders} * geometry.heads *
                               geometry.sectors_per_track * geometry.bytes_per_sector);
    if (!format.dos()) continue;
    // What is made for a floppy is read back as the same.
    const auto fat = parse_fat_boot_sector(make_fat_boot_sector(format.fat()));
    ASSERT_TRUE(fat) << format.size;
    EXPECT_EQ(fat->size(), format.size);
    EXPECT_EQ(fat->bits(), 12);
    EXPECT_EQ(fat->media, format.media);
    EXPECT_EQ(fat->clusters(), format.fat().clusters());
  }
}

struct Floppy {
  const char* file;
  std::uint32_t total;
  std::uint8_t media;
};
void PrintTo(const Floppy& floppy, std::ostream* out) { *out << floppy.file; }
class RealFloppies : public testing::TestWithParam<Floppy> {};

// Sizes in the names, media bytes as in the table of the FAT specification.
TEST_P(RealFloppies, AreFat12) {
  const auto path = corpus(GetParam().file);
  SKIP_WITHOUT(path);
  Findings findings;
  const auto fat = find_fat(*memory_source(tests::file_bytes(path), "x"), 0, findings);
  ASSERT_TRUE(fat);
  EXPECT_EQ(fat->total, GetParam().total);
  EXPECT_EQ(fat->media, GetParam().media);
  EXPECT_EQ(fat->bits(), 12);
}

INSTANTIATE_TEST_SUITE_P(Corpus, RealFloppies,
                         testing::Values(Floppy{"floppy/freedos.boot.disk.160K.img", 320, 0xFE},
                                         Floppy{"floppy/freedos.boot.disk.180K.img", 360, 0xFC},
                                         Floppy{"floppy/freedos.boot.disk.360K.img", 720, 0xFD},
                                         Floppy{"floppy/freedos.boot.disk.1.4MB.img", 2880, 0xF0},
                                         Floppy{"floppy/DRDOS1_IMD.img", 720, 0xFD}));

// TSK takes this disk for FAT12; its FATs start with 01 01 01.
TEST(FatVolume, RefusesAPatternDiskWithABootSector) {
  const auto path = corpus("floppy/sector_test_1200k.img");
  SKIP_WITHOUT(path);
  Findings findings;
  EXPECT_FALSE(find_fat(*memory_source(tests::file_bytes(path), "x"), 0, findings));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "fat.no-table");
  EXPECT_NE(findings[0].text.find("F9: found 01 01 01"), std::string::npos) << findings[0].text;
}

TEST(FatVolume, ReportsWhereTheSecondFatDiffers) {
  const auto path = corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  auto bytes = tests::file_bytes(path);
  bytes[10 * 512 + 100] ^= std::byte{1};
  Findings findings;
  EXPECT_TRUE(find_fat(*memory_source(bytes, "x"), 0, findings));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "fat.copies-differ");
  EXPECT_NE(findings[0].text.find("byte 100 "), std::string::npos);
}

TEST(FatVolume, BelievesTheSecondFatWhenTheFirstIsGone) {
  const auto path = corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  auto bytes = tests::file_bytes(path);
  std::fill_n(bytes.begin() + 512, 9 * 512, std::byte{0xF6});
  Findings findings;
  EXPECT_TRUE(find_fat(*memory_source(bytes, "x"), 0, findings));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "fat.copies-differ");
}

TEST(FatVolume, KnowsADisketteOfDos1ByItsId) {
  // The 160K FreeDOS disk without its boot sector is what a DOS 1.x disk looks like.
  const auto path = corpus("floppy/freedos.boot.disk.160K.img");
  SKIP_WITHOUT(path);
  auto bytes = tests::file_bytes(path);
  std::fill_n(bytes.begin(), 512, std::byte{0xF6});
  Findings findings;
  const auto fat = find_fat_by_id(*memory_source(bytes, "x"), findings);
  ASSERT_TRUE(fat);
  EXPECT_EQ(fat->sectors_per_fat, 1U);
  EXPECT_EQ(fat->root_entries, 64U);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "fat.no-bpb");

  // Both FATs must say so.
  bytes[2 * 512] = std::byte{0};
  findings.clear();
  EXPECT_FALSE(find_fat_by_id(*memory_source(bytes, "x"), findings));
  EXPECT_TRUE(findings.empty());
}

// fsstat's "FAT CONTENTS" of the file system made here has one used cluster for the file and
// none behind it.
TEST(FatVolume, CountsClustersInUseBehindAnOffset) {
  SKIP_WITHOUT_TOOL("mformat");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.img").string();
  const std::string file = folder.write("three.bin", std::vector<std::byte>(3 * 512));
  ASSERT_TRUE(tests::run("mformat -C -f 1440 -i " + path + " :: && mcopy -i " + path + " " + file +
                         " ::/"));
  const auto source = memory_source(tests::file_bytes(path), "x");
  Findings findings;
  const auto fat = find_fat(*source, 0, findings);
  ASSERT_TRUE(fat);
  // Clusters 2, 3 and 4 are the sectors 33, 34 and 35.
  EXPECT_EQ(clusters_in_use_from(*source, 0, *fat, 0), 3U);
  EXPECT_EQ(clusters_in_use_from(*source, 0, *fat, 33 * 512), 3U);
  EXPECT_EQ(clusters_in_use_from(*source, 0, *fat, 34 * 512 - 1), 3U);
  EXPECT_EQ(clusters_in_use_from(*source, 0, *fat, 34 * 512), 2U);
  EXPECT_EQ(clusters_in_use_from(*source, 0, *fat, 36 * 512), 0U);
}

class FatByMkfs : public testing::TestWithParam<std::tuple<int, int, std::string>> {};

TEST_P(FatByMkfs, HasTheSizeItWasMadeWith) {
  SKIP_WITHOUT_TOOL("mkfs.fat");
  const auto& [bits, kib, extra] = GetParam();
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.img").string();
  ASSERT_TRUE(tests::run("mkfs.fat -C -F " + std::to_string(bits) + " " + extra + " " + path + " " +
                         std::to_string(kib)));
  Findings findings;
  const auto source = memory_source(tests::file_bytes(path), "x");
  const auto fat = find_fat(*source, 0, findings);
  ASSERT_TRUE(fat);
  EXPECT_EQ(fat->bits(), bits);
  EXPECT_LE(fat->size(), source->size());
  EXPECT_TRUE(findings.empty());
}

INSTANTIATE_TEST_SUITE_P(All, FatByMkfs,
                         testing::Values(std::tuple(12, 1440, ""), std::tuple(12, 8192, "-s 4"),
                                         std::tuple(16, 32768, ""), std::tuple(16, 9000, "-f 1"),
                                         std::tuple(32, 66000, ""), std::tuple(32, 40000, ""),
                                         std::tuple(12, 2048, "-S 4096")));

}  // namespace
}  // namespace discern
