// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "corpus.h"
#include "discern/image.h"
#include "tool.h"

namespace discern {
namespace {

using tests::TemporaryFolder;

std::string shown(const Image& image) {
  std::string text;
  for (const View& view : image.views)
    text += view.name + " " + std::to_string(view.source->size()) + "\n";
  return text;
}

void put_entry(std::vector<std::byte>& disk, std::size_t slot, std::uint32_t first,
               std::uint32_t sectors) {
  std::byte* const entry = disk.data() + 446 + 16 * slot;
  entry[4] = std::byte{0x83};
  for (int byte = 0; byte < 4; ++byte) {
    entry[8 + byte] = static_cast<std::byte>(first >> (8 * byte));
    entry[12 + byte] = static_cast<std::byte>(sectors >> (8 * byte));
  }
  disk[510] = std::byte{0x55};
  disk[511] = std::byte{0xAA};
}

TEST(VolumeViews, CoverVolumesAndWhatNoneClaims) {
  std::vector<std::byte> disk(1000 * 512 + 5);
  put_entry(disk, 0, 100, 200);
  put_entry(disk, 1, 300, 400);
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", disk));
  ASSERT_TRUE(image);
  EXPECT_EQ(shown(*image),
            "media 512005\nvolume 1 102400\nvolume 2 204800\nunpartitioned 1 51200\n"
            "unpartitioned 2 153600\ntail 5\n");
  const View* second = image->find_view("unpartitioned 2");
  EXPECT_EQ(second->source->locate(0).offset, 700U * 512);
  EXPECT_FALSE(second->derivation.empty());
}

TEST(VolumeViews, AreNoneOfAMediumThatIsOneVolume) {
  const auto path = tests::corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  const auto image = open_image(path.string());
  ASSERT_TRUE(image);
  EXPECT_EQ(shown(*image), "media 1474560\n");
}

// mkfs.fat leaves the last 8 of 360 sectors outside of the file system.
TEST(VolumeViews, ShowWhatLiesBehindAFileSystem) {
  SKIP_WITHOUT_TOOL("mkfs.fat");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.img").string();
  ASSERT_TRUE(tests::run("mkfs.fat -C -F 12 " + path + " 180 && printf tail >> " + path));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  EXPECT_EQ(shown(*image), "media 184324\nvolume 1 180224\nslack 1 4096\ntail 4\n");
  const auto tail = read_exactly(*image->find_view("tail")->source, 0, 4);
  EXPECT_EQ(as_text(*tail), "tail");
}

TEST(VolumeViews, ShowTheSlackOfAPartition) {
  SKIP_WITHOUT_TOOL("mkfs.ext2");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.img").string();
  std::vector<std::byte> disk(2048 * 512);
  put_entry(disk, 0, 8, 2040);
  folder.write("a.img", disk);
  ASSERT_TRUE(tests::run("mkfs.ext2 -q -b 1024 " + path + ".fs 500 && dd if=" + path +
                         ".fs of=" + path + " bs=512 seek=8 conv=notrunc"));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  EXPECT_EQ(shown(*image),
            "media 1048576\nvolume 1 1044480\nslack 1 532480\nunpartitioned 1 4096\n");
}

TEST(VolumeViews, OfAHostileTableAreBounded) {
  // Logical partitions, each with its own table, all claiming everything behind them.
  constexpr std::uint32_t kSectors = 1200;
  std::vector<std::byte> disk(kSectors * 512);
  const auto put = [&](std::size_t at, std::initializer_list<std::uint32_t> entry) {
    std::byte* const place = disk.data() + at;
    const std::uint32_t* value = entry.begin();
    place[4] = static_cast<std::byte>(value[0]);
    for (int byte = 0; byte < 4; ++byte) {
      place[8 + byte] = static_cast<std::byte>(value[1] >> (8 * byte));
      place[12 + byte] = static_cast<std::byte>(value[2] >> (8 * byte));
    }
  };
  put(446, {5, 1, kSectors});
  for (std::uint32_t sector = 0; sector < 1000; ++sector) {
    if (sector > 0) {
      put(sector * 512 + 446, {0x83, 1, kSectors});
      put(sector * 512 + 462, {5, sector, kSectors});
    }
    disk[sector * 512 + 510] = std::byte{0x55};
    disk[sector * 512 + 511] = std::byte{0xAA};
  }
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", disk));
  ASSERT_TRUE(image);
  EXPECT_GT(image->volumes.size(), 900U);
  std::uint64_t bytes = 0;
  for (const View& view : image->views) bytes += view.source->size();
  EXPECT_LE(image->views.size(), 130U);
  EXPECT_LE(bytes, 3 * disk.size());
  EXPECT_EQ(image->findings.back().code, "volume.views-left-out");
}

TEST(Overlay, StatesTheBytesThatItReplaces) {
  const auto path = tests::corpus("floppy/freedos.boot.disk.360K.img");
  SKIP_WITHOUT(path);
  auto bytes = tests::file_bytes(path);
  bytes[510] = std::byte{0x12};
  bytes[511] = std::byte{0x34};
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", bytes));
  ASSERT_TRUE(image);
  const View* overlay = image->find_view("overlay");
  ASSERT_NE(overlay, nullptr);
  EXPECT_EQ(&image->file_system_view(), overlay);
  EXPECT_NE(overlay->derivation.find("offset 510, 2 bytes: 1234 became 55aa"), std::string::npos)
      << overlay->derivation;
  EXPECT_EQ(read_head(*image->main_view().source, bytes.size()), bytes);
}

TEST(Proofs, NameTheBytesInTheFile) {
  const auto path = tests::corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  const auto image = open_image(path.string());
  ASSERT_TRUE(image);
  const auto bytes = tests::file_bytes(path);
  ASSERT_GE(image->proofs.size(), 4U);
  for (const Proof& proof : image->proofs) {
    EXPECT_EQ(proof.file, path.string());
    const auto there = slice(bytes, proof.offset, proof.value.size());
    ASSERT_TRUE(there);
    EXPECT_TRUE(std::equal(there->begin(), there->end(), proof.value.begin())) << proof.meaning;
  }
}

TEST(Proofs, NameTheViewWhereBytesAreInNoFile) {
  const auto path = tests::corpus("floppy/demo.imz");
  SKIP_WITHOUT(path);
  const auto image = open_image(path.string());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->proofs.front().view, "");  // the container's
  EXPECT_EQ(image->proofs.back().view, "media");
}

}  // namespace
}  // namespace discern
