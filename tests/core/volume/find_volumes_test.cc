// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "corpus.h"
#include "discern/volume.h"
#include "tool.h"

namespace discern {
namespace {

using tests::corpus;
using tests::TemporaryFolder;

FoundVolumes volumes_in(std::vector<std::byte> bytes) {
  return find_volumes({.name = "media", .source = memory_source(std::move(bytes), "disk")});
}

const Finding* find(const FoundVolumes& found, std::string_view code) {
  for (const Finding& finding : found.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

std::string shown(const FoundVolumes& found) {
  std::string text;
  for (const Volume& volume : found.volumes)
    text += std::to_string(volume.start) + "+" + std::to_string(volume.size) + " " + volume.type +
            " " + volume.filesystem + "\n";
  return text;
}

struct Sample {
  const char* file;
  const char* volumes;
  std::uint32_t cylinders;  // 0: no geometry
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.file; }
class CorpusVolumes : public testing::TestWithParam<Sample> {};

// Sizes of ISO volumes are isoinfo -d's "Volume size is" times 2048.
TEST_P(CorpusVolumes, AreFound) {
  const auto path = corpus(GetParam().file);
  SKIP_WITHOUT(path);
  const FoundVolumes found = volumes_in(tests::file_bytes(path));
  EXPECT_EQ(shown(found), GetParam().volumes);
  EXPECT_EQ(found.geometry ? found.geometry->cylinders : 0, GetParam().cylinders);
  EXPECT_TRUE(found.boot_sector.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Files, CorpusVolumes,
    testing::Values(Sample{"floppy/freedos.boot.disk.160K.img", "0+163840 superfloppy fat12\n", 40},
                    Sample{"floppy/freedos.boot.disk.180K.img", "0+184320 superfloppy fat12\n", 40},
                    Sample{"floppy/freedos.boot.disk.360K.img", "0+368640 superfloppy fat12\n", 40},
                    Sample{"floppy/freedos.boot.disk.1.4MB.img", "0+1474560 superfloppy fat12\n",
                           80},
                    Sample{"floppy/DRDOS1_IMD.img", "0+368640 superfloppy fat12\n", 40},
                    Sample{"floppy/sector_test_360k.img", "", 0},
                    Sample{"floppy/sector_test_1200k.img", "", 80},
                    Sample{"filesystem/joliet.iso", "0+405504 disc iso9660\n", 0},
                    Sample{"filesystem/copying.iso", "0+131072 disc iso9660\n", 0},
                    Sample{"filesystem/copying-rr.iso", "0+380928 disc iso9660\n", 0},
                    Sample{"filesystem/udf102.iso", "0+1245184 disc udf\n", 0}));

// The images of Brian Carrier's tests; the expectation is fsstat's (TSK 4.11.1) "File System Type"
// and range. 6-fat-undel.dd is one sector short: "Total Range: 0 - 12032, in Image: 0 - 12031".
TEST(FindVolumes, KnowsTheDigitalForensicsToolTestingImages) {
  SKIP_WITHOUT_TOOL("unzip");
  const struct {
    const char* zip;
    const char* image;
    const char* volume;
    bool partial;
  } kImages[] = {
      {"filesystem/dftt-2-kwsrch-fat.zip", "fat-img-kw.dd", "0+15728640 superfloppy fat16\n",
       false},
      {"filesystem/dftt-6-undel-fat.zip", "6-fat-undel.dd", "0+6160896 superfloppy fat16\n", true},
      {"filesystem/dftt-8-jpeg-search.zip", "8-jpeg-search.dd", "0+10289152 superfloppy ntfs\n",
       false},
      {"filesystem/dftt-14-iso9660-1.zip", "iso-dirtree1.iso", "0+374784 disc iso9660\n", false},
  };
  for (const auto& test : kImages) {
    const auto zip = corpus(test.zip);
    SKIP_WITHOUT(zip);
    const TemporaryFolder folder;
    ASSERT_TRUE(tests::run("unzip -j -d " + folder.path().string() + " " + zip.string()));
    const FoundVolumes found = volumes_in(tests::file_bytes(folder.path() / test.image));
    EXPECT_EQ(shown(found), test.volume) << test.image;
    EXPECT_EQ(find(found, "volume.partial") != nullptr, test.partial) << test.image;
  }
}

// mformat writes a partition table entry "from sector 0" into a floppy's boot sector, which mmls
// takes for a DOS partition table.
TEST(FindVolumes, SeesNoPartitionTableOnMformatsFloppies) {
  SKIP_WITHOUT_TOOL("mformat");
  const TemporaryFolder folder;
  for (const char* size : {"160", "180", "320", "360", "720", "1200", "1440", "2880"}) {
    const std::string path = (folder.path() / size).string();
    ASSERT_TRUE(tests::run(std::string("mformat -C -f ") + size + " -i " + path + " ::"));
    const auto bytes = tests::file_bytes(path);
    const FoundVolumes found = volumes_in(bytes);
    EXPECT_EQ(shown(found), "0+" + std::to_string(bytes.size()) + " superfloppy fat12\n");
    EXPECT_TRUE(found.findings.empty()) << size;
    EXPECT_TRUE(found.geometry) << size;
  }
}

// DMF: 21 sectors, clusters of four, 16 root entries; found by its boot sector.
TEST(FindVolumes, KnowsOddFloppyFormats) {
  SKIP_WITHOUT_TOOL("mformat");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "dmf").string();
  ASSERT_TRUE(tests::run("mformat -C -t 80 -h 2 -s 21 -c 4 -r 1 -i " + path + " ::"));
  const FoundVolumes found = volumes_in(tests::file_bytes(path));
  EXPECT_EQ(shown(found), "0+1720320 superfloppy fat12\n");
  ASSERT_TRUE(found.geometry);
  EXPECT_EQ(found.geometry->sectors_per_track, 21U);
}

TEST(FindVolumes, MakesABootSectorForFloppiesWithoutOne) {
  const auto path = corpus("floppy/freedos.boot.disk.360K.img");
  SKIP_WITHOUT(path);
  auto bytes = tests::file_bytes(path);
  const auto original = bytes;
  bytes[510] = bytes[511] = std::byte{0};
  FoundVolumes found = volumes_in(bytes);
  EXPECT_NE(find(found, "fat.no-boot-mark"), nullptr);
  EXPECT_TRUE(std::equal(found.boot_sector.begin(), found.boot_sector.end(), original.begin()));

  std::fill_n(bytes.begin(), 512, std::byte{0});
  found = volumes_in(bytes);
  EXPECT_EQ(shown(found), "0+368640 superfloppy fat12\n");
  EXPECT_NE(find(found, "fat.no-bpb"), nullptr);
  // The original's BPB, from bytes per sector to heads.
  ASSERT_EQ(found.boot_sector.size(), 512U);
  EXPECT_TRUE(std::equal(found.boot_sector.begin() + 11, found.boot_sector.begin() + 28,
                         original.begin() + 11));
}

TEST(FindVolumes, ListsPartitionsWithTheirFileSystems) {
  SKIP_WITHOUT_TOOL("sfdisk");
  SKIP_WITHOUT_TOOL("mkfs.fat");
  SKIP_WITHOUT_TOOL("mkfs.ext2");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "disk.img").string();
  ASSERT_TRUE(tests::run("truncate -s 8M " + path +
                         " && printf 'start=63, size=4000, type=1\\nstart=5000, size=8000, "
                         "type=83\\n' > " +
                         path + ".in && sfdisk --force " + path + " < " + path + ".in"));
  ASSERT_TRUE(tests::run("mkfs.fat -C " + path + ".fat 2000 && mkfs.ext2 -q " + path + ".ext 4000" +
                         " && dd if=" + path + ".fat of=" + path + " bs=512 seek=63 conv=notrunc" +
                         " && dd if=" + path + ".ext of=" + path +
                         " bs=512 seek=5000 conv=notrunc"));
  FoundVolumes found = volumes_in(tests::file_bytes(path));
  EXPECT_EQ(shown(found), "32256+2048000 mbr 0x01 fat12\n2560000+4096000 mbr 0x83 ext\n");
  EXPECT_TRUE(found.findings.empty());
  EXPECT_FALSE(found.geometry);

  auto bytes = tests::file_bytes(path);
  bytes.resize(5000000);
  found = volumes_in(bytes);
  EXPECT_EQ(found.volumes.size(), 2U);
  const Finding* partial = find(found, "volume.partial");
  ASSERT_NE(partial, nullptr);
  EXPECT_EQ(partial->severity, Severity::damage);
}

TEST(FindVolumes, WarnsOfAProtectiveTableWithoutGpt) {
  SKIP_WITHOUT_TOOL("sfdisk");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "gpt.img").string();
  ASSERT_TRUE(tests::run("truncate -s 4M " + path + " && echo 'label: gpt' > " + path +
                         ".in && sfdisk " + path + " < " + path + ".in"));
  auto bytes = tests::file_bytes(path);
  EXPECT_TRUE(volumes_in(bytes).findings.empty());
  std::fill(bytes.begin() + 512, bytes.end(), std::byte{0});
  EXPECT_NE(find(volumes_in(bytes), "gpt.missing"), nullptr);
}

TEST(FindVolumes, ReadsAGptOfLargeSectors) {
  SKIP_WITHOUT_TOOL("fdisk");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "gpt.img").string();
  ASSERT_TRUE(tests::run("truncate -s 16M " + path +
                         " && printf 'g\\nn\\n1\\n256\\n767\\nw\\n' > " + path +
                         ".in && sh -c 'fdisk -b 4096 " + path + " < " + path + ".in'"));
  EXPECT_EQ(shown(volumes_in(tests::file_bytes(path))),
            "1048576+2097152 gpt 0fc63daf-8483-4772-8e79-3d69d8477de4 \n");
}

// Bootable images for both discs and sticks: the partition table of xorriso's isohybrid stands in
// the unused first sector of the ISO 9660 volume.
TEST(FindVolumes, ListsPartitionsBesideTheDiscTheyLieOn) {
  SKIP_WITHOUT_TOOL("xorriso");
  SKIP_WITHOUT_TOOL("mkfs.ext2");
  const TemporaryFolder folder;
  folder.write("a.txt", as_bytes("text"));
  const std::string base = folder.path().string();
  ASSERT_TRUE(tests::run("mkfs.ext2 -q " + base + "/part.ext 512 && xorriso -as mkisofs -o " +
                         base + "/h.iso -append_partition 2 0x83 " + base + "/part.ext " + base +
                         "/a.txt"));
  const FoundVolumes found = volumes_in(tests::file_bytes(base + "/h.iso"));
  ASSERT_EQ(found.volumes.size(), 2U) << shown(found);
  EXPECT_EQ(found.volumes[0].filesystem, "iso9660");
  EXPECT_EQ(found.volumes[0].type, "disc");
  EXPECT_EQ(found.volumes[1].type, "mbr 0x83");
  EXPECT_EQ(found.volumes[1].filesystem, "ext");
}

// Volume structures from the specifications that file_system.cc names.
std::vector<std::byte> disk_with(
    std::initializer_list<std::pair<std::size_t, std::string_view>> parts) {
  std::vector<std::byte> bytes(200 * 512);
  for (const auto& [offset, text] : parts)
    std::memcpy(bytes.data() + offset, text.data(), text.size());
  return bytes;
}

using std::string_view_literals::operator""sv;

TEST(FindVolumes, KnowsFileSystemsByTheirStructures) {
  EXPECT_EQ(shown(volumes_in(disk_with({{3, "EXFAT   "}, {72, "\x64"}, {108, "\x09"}}))),
            "0+51200 superfloppy exfat\n");
  EXPECT_EQ(shown(volumes_in(disk_with({{3, "EXFAT   "}, {72, "\x64"}, {108, "\x40"}}))), "");
  EXPECT_EQ(
      shown(volumes_in(disk_with({{1024, "H+\x00\x04"sv}, {1064, "\0\0\x10\0\0\0\0\x10"sv}}))),
      "0+65536 superfloppy hfs+\n");
  EXPECT_EQ(shown(volumes_in(disk_with({{1024, "HX\x00\x05"sv}, {1064, "\0\0\x10\1"sv}}))), "");
  EXPECT_EQ(shown(volumes_in(disk_with({{1024, "BD"}, {1044, "\0\0\2\0"sv}}))),
            "0+102400 superfloppy hfs\n");
  EXPECT_EQ(shown(volumes_in(disk_with({{1024, "BD"}, {1044, "\0\0\2\0"sv}, {1148, "H+"}}))),
            "0+102400 superfloppy hfs+\n");
  EXPECT_EQ(shown(volumes_in(disk_with({{1024, "BD"}, {1044, "\0\0\2\1"sv}}))), "");
  // 64-bit block count: high half 1.
  EXPECT_EQ(shown(volumes_in(
                disk_with({{1028, "\x64"}, {1080, "\x53\xEF"}, {1120, "\x80"}, {1360, "\x01"}}))),
            "0+" + std::to_string(((1ULL << 32) + 100) * 1024) + " superfloppy ext\n");
}

// A bridge disc carries both.
TEST(FindVolumes, ListsBothFileSystemsOfABridgeDisc) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const TemporaryFolder folder;
  folder.write("a.txt", as_bytes("text"));
  const std::string iso = folder.path().string() + ".iso";
  ASSERT_TRUE(tests::run("genisoimage -udf -o " + iso + " " + folder.path().string()));
  const FoundVolumes found = volumes_in(tests::file_bytes(iso));
  std::filesystem::remove(iso);
  ASSERT_EQ(found.volumes.size(), 2U);
  EXPECT_EQ(found.volumes[0].filesystem, "iso9660");
  EXPECT_EQ(found.volumes[1].filesystem, "udf");
}

TEST(FindVolumes, TracesFindingsToTheEvidenceFile) {
  const auto path = corpus("floppy/sector_test_1200k.img");
  SKIP_WITHOUT(path);
  const auto file = MappedFile::open(path.string());
  ASSERT_TRUE(file);
  const FoundVolumes found = find_volumes({.name = "media", .source = *file});
  const Finding* finding = find(found, "fat.no-table");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->where.file, path.string());
  EXPECT_EQ(finding->where.offset, 512U);
}

TEST(FindVolumes, FindsNothingInNothing) {
  EXPECT_TRUE(volumes_in({}).volumes.empty());
  for (std::size_t size : {1U, 511U, 512U, 4096U, 100000U})
    EXPECT_TRUE(volumes_in(std::vector<std::byte>(size)).volumes.empty());
}

TEST(FindVolumes, SurvivesEveryCutOfADisc) {
  const auto path = corpus("filesystem/udf102.iso");
  SKIP_WITHOUT(path);
  const auto whole = tests::file_bytes(path);
  for (std::size_t length = 1; length < whole.size(); length += 4093)
    (void)volumes_in({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)});
}

}  // namespace
}  // namespace discern
