// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "corpus.h"
#include "discern/volume.h"
#include "tool.h"

namespace discern {
namespace {

using tests::TemporaryFolder;

FoundVolumes volumes_in(std::vector<std::byte> bytes) {
  return find_volumes({.name = "media", .source = memory_source(std::move(bytes), "disk")});
}

const Finding* find(const FoundVolumes& found, std::string_view code) {
  for (const Finding& finding : found.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

// A floppy by mformat with a file on it; empty when mtools are not installed.
std::vector<std::byte> floppy(const std::string& options) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.img").string();
  const std::string file = folder.write("hello.txt", as_bytes("hello evidence\n"));
  if (!tests::run("mformat -C " + options + " -i " + path + " :: && mcopy -i " + path + " " + file +
                  " ::/"))
    return {};
  return tests::file_bytes(path);
}

#define SKIP_WITHOUT_FLOPPY(bytes) \
  if ((bytes).empty()) GTEST_SKIP() << "mtools are not installed"

void put(std::vector<std::byte>& bytes, std::size_t offset, std::string_view text) {
  std::copy(as_bytes(text).begin(), as_bytes(text).end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

struct Sample {
  const char* options;
  Geometry geometry;
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.options; }
class Floppies : public testing::TestWithParam<Sample> {};

// What was ordered from mformat is what is found.
TEST_P(Floppies, HaveTheGeometryTheyWereMadeWith) {
  const auto bytes = floppy(GetParam().options);
  SKIP_WITHOUT_FLOPPY(bytes);
  const FoundVolumes found = volumes_in(bytes);
  ASSERT_EQ(found.volumes.size(), 1U);
  EXPECT_EQ(found.volumes[0].filesystem, "fat12");
  EXPECT_EQ(found.volumes[0].type, "superfloppy");
  EXPECT_EQ(found.volumes[0].size, bytes.size());
  ASSERT_TRUE(found.geometry);
  EXPECT_EQ(found.geometry->cylinders, GetParam().geometry.cylinders);
  EXPECT_EQ(found.geometry->heads, GetParam().geometry.heads);
  EXPECT_EQ(found.geometry->sectors_per_track, GetParam().geometry.sectors_per_track);
  EXPECT_TRUE(found.boot_sector.empty());
  EXPECT_FALSE(found.proofs.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Floppies,
    testing::Values(Sample{"-f 160", {40, 1, 8, 512}}, Sample{"-f 180", {40, 1, 9, 512}},
                    Sample{"-f 320", {40, 2, 8, 512}}, Sample{"-f 360", {40, 2, 9, 512}},
                    Sample{"-t 40 -h 1 -s 10", {40, 1, 10, 512}},
                    Sample{"-t 80 -h 1 -s 9", {80, 1, 9, 512}},
                    Sample{"-t 80 -h 2 -s 8", {80, 2, 8, 512}},
                    Sample{"-t 80 -h 2 -s 10", {80, 2, 10, 512}}, Sample{"-f 720", {80, 2, 9, 512}},
                    Sample{"-f 1200", {80, 2, 15, 512}}, Sample{"-f 1440", {80, 2, 18, 512}},
                    Sample{"-t 80 -h 2 -s 19", {80, 2, 19, 512}},            // XDF, 5.25 inch
                    Sample{"-t 80 -h 2 -s 21 -c 4 -r 1", {80, 2, 21, 512}},  // DMF
                    Sample{"-t 80 -h 2 -s 21 -c 2 -r 1", {80, 2, 21, 512}},  // DMF 1024
                    Sample{"-t 80 -h 2 -s 21", {80, 2, 21, 512}},            // 1.68M
                    Sample{"-t 82 -h 2 -s 21", {82, 2, 21, 512}},            // 1.72M
                    Sample{"-t 80 -h 2 -s 22", {80, 2, 22, 512}},            // 1.76M
                    Sample{"-t 80 -h 2 -s 23", {80, 2, 23, 512}},            // XDF, 3.5 inch
                    Sample{"-f 2880", {80, 2, 36, 512}}));

class BootSectors : public testing::TestWithParam<const char*> {};

// A floppy of DOS 1.x has code where later ones have the BPB: the layout follows from the FAT id.
TEST_P(BootSectors, AreMadeFromTheFatWhereTheyLackABpb) {
  const auto original = floppy(std::string("-f ") + GetParam());
  SKIP_WITHOUT_FLOPPY(original);
  for (const bool marked : {true, false}) {
    auto bytes = original;
    std::fill_n(bytes.begin() + 11, 51, std::byte{0xF6});
    if (!marked) bytes[510] = bytes[511] = std::byte{0};
    const FoundVolumes found = volumes_in(bytes);
    ASSERT_EQ(found.volumes.size(), 1U);
    EXPECT_EQ(found.volumes[0].filesystem, "fat12");
    EXPECT_NE(find(found, "fat.no-bpb"), nullptr);
    ASSERT_EQ(found.boot_sector.size(), 512U);
    // mformat's own BPB, from bytes per sector to heads; code behind it is left alone.
    EXPECT_TRUE(std::equal(found.boot_sector.begin() + 11, found.boot_sector.begin() + 28,
                           original.begin() + 11));
    EXPECT_TRUE(std::equal(found.boot_sector.begin() + 62, found.boot_sector.begin() + 510,
                           original.begin() + 62));
    EXPECT_EQ(found.boot_sector[510], std::byte{0x55});
  }
}

INSTANTIATE_TEST_SUITE_P(All, BootSectors,
                         testing::Values("160", "180", "320", "360", "720", "1200", "1440",
                                         "2880"));

TEST(Floppy, WithoutBpbIsKnownWithBytesBehindItOrCut) {
  auto bytes = floppy("-f 360");
  SKIP_WITHOUT_FLOPPY(bytes);
  std::fill_n(bytes.begin(), 512, std::byte{0});
  auto longer = bytes;
  longer.resize(bytes.size() + 777);
  FoundVolumes found = volumes_in(longer);
  ASSERT_EQ(found.volumes.size(), 1U);
  EXPECT_EQ(found.volumes[0].size, 368640U);
  EXPECT_NE(find(found, "volume.slack"), nullptr);

  bytes.resize(200000);
  found = volumes_in(bytes);
  ASSERT_EQ(found.volumes.size(), 1U);
  EXPECT_EQ(found.volumes[0].size, 368640U);
  EXPECT_NE(find(found, "volume.partial"), nullptr);
}

// 1.44M and 2.88M share FAT id and FAT size.
TEST(Floppy, WithoutBpbCutWhereTwoFormatsFitIsNotDecided) {
  auto bytes = floppy("-f 1440");
  SKIP_WITHOUT_FLOPPY(bytes);
  std::fill_n(bytes.begin(), 512, std::byte{0});
  bytes.resize(100000);
  const FoundVolumes found = volumes_in(bytes);
  EXPECT_TRUE(found.volumes.empty());
  const Finding* finding = find(found, "fat.ambiguous");
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->text.find("1.44M, 2.88M"), std::string::npos) << finding->text;
}

// What an Atari ST writes on disks that boot nothing: no jump, no mark.
TEST(Floppy, WithNeitherJumpNorMarkIsFatWhenSizeAndFatsAgree) {
  auto bytes = floppy("-f 720");
  SKIP_WITHOUT_FLOPPY(bytes);
  std::fill_n(bytes.begin(), 8, std::byte{0});
  bytes[510] = bytes[511] = std::byte{0};
  FoundVolumes found = volumes_in(bytes);
  ASSERT_EQ(found.volumes.size(), 1U);
  EXPECT_EQ(found.volumes[0].filesystem, "fat12");
  EXPECT_NE(find(found, "fat.no-boot-mark"), nullptr);
  bytes[4 * 512 + 100] = std::byte{1};  // the second FAT, in another place
  bytes[512 + 20] = std::byte{7};
  found = volumes_in(bytes);
  EXPECT_NE(find(found, "fat.no-bpb"), nullptr);
}

TEST(Floppy, WhoseFatsAreWipedIsKnownByItsRootDirectory) {
  auto bytes = floppy("-f 1440");
  SKIP_WITHOUT_FLOPPY(bytes);
  std::fill_n(bytes.begin() + 512, 18 * 512, std::byte{0});
  FoundVolumes found = volumes_in(bytes);
  ASSERT_EQ(found.volumes.size(), 1U);
  const Finding* finding = find(found, "fat.table-damaged");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::damage);
  // Not so when there is no file in it, or one that cannot be.
  bytes[19 * 512 + 11] = std::byte{0xC0};
  EXPECT_NE(find(volumes_in(bytes), "fat.no-table"), nullptr);
  std::fill_n(bytes.begin() + 19 * 512, 32, std::byte{0});
  found = volumes_in(bytes);
  EXPECT_NE(find(found, "fat.no-table"), nullptr);
  // What is left is mformat's entry for the whole floppy in its boot sector.
  ASSERT_EQ(found.volumes.size(), 1U);
  EXPECT_EQ(found.volumes[0].filesystem, "");
}

// mkfs.fat 4.2 writes media byte F8 and 2 heads of 16 sectors on 160K, and leaves 8 sectors of 180K
// outside.
TEST(Floppy, ByMkfsFatHasTheGeometryOfItsSize) {
  SKIP_WITHOUT_TOOL("mkfs.fat");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.img").string();
  ASSERT_TRUE(tests::run("mkfs.fat -C -F 12 " + path + " 180"));
  const FoundVolumes found = volumes_in(tests::file_bytes(path));
  ASSERT_TRUE(found.geometry);
  EXPECT_EQ(found.geometry->cylinders, 40U);
  EXPECT_EQ(found.geometry->heads, 1U);
  EXPECT_EQ(found.geometry->sectors_per_track, 9U);
  EXPECT_NE(find(found, "floppy.geometry-disagrees"), nullptr);
  EXPECT_NE(find(found, "floppy.media-byte"), nullptr);
  EXPECT_EQ(found.volumes[0].size, 180224U);
}

TEST(Floppy, BehindAnUnknownHeaderIsFound) {
  const auto whole = floppy("-f 1440");
  SKIP_WITHOUT_FLOPPY(whole);
  std::vector<std::byte> bytes(84 + whole.size());
  std::copy(whole.begin(), whole.end(), bytes.begin() + 84);
  const FoundVolumes found = volumes_in(bytes);
  ASSERT_EQ(found.volumes.size(), 1U);
  EXPECT_EQ(found.volumes[0].start, 84U);
  EXPECT_EQ(found.volumes[0].filesystem, "fat12");
  EXPECT_NE(find(found, "medium.header-in-front"), nullptr);
}

TEST(Floppy, OfASizeThatSystemsDivideDifferentlyHasNoGeometry) {
  FoundVolumes found = volumes_in(std::vector<std::byte>(819200));
  EXPECT_FALSE(found.geometry);
  const Finding* finding = find(found, "floppy.ambiguous-size");
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->text.find("Macintosh"), std::string::npos);
  found = volumes_in(std::vector<std::byte>(1474560));
  EXPECT_TRUE(found.geometry);
  EXPECT_NE(find(found, "floppy.ambiguous-size"), nullptr);
}

TEST(Floppy, WithoutFileSystemIsSaidToBeBlankPatternOrData) {
  std::vector<std::byte> bytes(737280, std::byte{0xF6});
  const auto text = [&] { return find(volumes_in(bytes), "medium.no-file-system")->text; };
  EXPECT_NE(text().find("blank"), std::string::npos);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i / 512);
  EXPECT_NE(text().find("test pattern"), std::string::npos);
  bytes[5] = std::byte{9};
  EXPECT_NE(text().find("1 of 1440 sectors"), std::string::npos);
}

// Signatures from the sources named in file_system.cc.
TEST(Floppy, OfOtherSystemsIsNamedByItsSignature) {
  const struct {
    const char* name;
    std::size_t size;
    std::vector<std::pair<std::size_t, std::string>> parts;
  } kSystems[] = {
      {"amiga", 901120, {{0, std::string("DOS\0", 4)}}},
      {"amiga", 901120, {{0, "DOS\7"}}},
      {"roland", 1474560, {{4, "S770 MR25A"}}},
      {"ensoniq", 819200, {{550, "ID"}, {1052, "OS"}}},
      {"mfs", 409600, {{1024, "\xD2\xD7"}, {1024 + 20, std::string("\0\0\4\0", 4)}}},
  };
  for (const auto& system : kSystems) {
    std::vector<std::byte> bytes(system.size);
    for (const auto& [offset, text] : system.parts) put(bytes, offset, text);
    const FoundVolumes found = volumes_in(bytes);
    ASSERT_EQ(found.volumes.size(), 1U) << system.name;
    EXPECT_EQ(found.volumes[0].filesystem, system.name);
    ASSERT_FALSE(found.proofs.empty());
    EXPECT_EQ(found.proofs[0].view, "media");  // bytes in memory are in no file
    put(bytes, system.parts[0].first, "\x7F");
    EXPECT_TRUE(volumes_in(bytes).volumes.empty()) << system.name;
  }
}

// fdisk on a floppy that was formatted first: both may be meant.
TEST(Floppy, WithAFlawlessPartitionTableIsListedAsBoth) {
  auto bytes = floppy("-f 1440");
  SKIP_WITHOUT_FLOPPY(bytes);
  std::fill_n(bytes.begin() + 446, 64, std::byte{0});
  put(bytes, 446, std::string("\x80\1\1\0\1\0\0\0\x40\0\0\0\0\4\0\0", 16));  // 64, 1024 sectors
  FoundVolumes found = volumes_in(bytes);
  ASSERT_EQ(found.volumes.size(), 2U);
  EXPECT_EQ(found.volumes[0].type, "superfloppy");
  EXPECT_EQ(found.volumes[1].type, "mbr 0x01");
  EXPECT_EQ(found.volumes[1].start, 64U * 512);
  EXPECT_NE(find(found, "volume.ambiguous"), nullptr);
  put(bytes, 446 + 12, std::string("\0\0\1\0", 4));  // 65536 sectors: behind the end
  found = volumes_in(bytes);
  EXPECT_EQ(found.volumes.size(), 1U);
  EXPECT_EQ(find(found, "volume.ambiguous"), nullptr);
}

}  // namespace
}  // namespace discern
