// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "corpus.h"
#include "discern/image.h"
#include "tool.h"

namespace discern {
namespace {

using tests::corpus;
using tests::TemporaryFolder;

const Finding* find(const Image& image, std::string_view code) {
  for (const Finding& finding : image.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

TEST(Raw, ShowsTheFileItselfAsMedia) {
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", std::vector<std::byte>(1024)));
  ASSERT_TRUE(image);
  ASSERT_EQ(image->files.size(), 1U);
  EXPECT_EQ(image->files[0].role, "image");
  EXPECT_EQ(image->files[0].name(), "a.img");
  // The same object, so that a pass sees that both hash to the same value.
  EXPECT_EQ(image->main_view().source, image->files[0].source);
  EXPECT_EQ(image->main_view().name, "media");
  EXPECT_EQ(image->main_view().sector_size, 512U);
  // Nothing but that there is no file system.
  ASSERT_EQ(image->findings.size(), 1U);
  EXPECT_EQ(image->findings[0].code, "medium.no-file-system");
}

TEST(Raw, KeepsBytesBehindTheLastWholeSector) {
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", std::vector<std::byte>(1474561)));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->main_view().source->size(), 1474561U);
  const Finding* odd = find(*image, "raw.odd-size");
  ASSERT_NE(odd, nullptr);
  EXPECT_EQ(odd->where.offset, 1474560U);
}

// 77 tracks of 26 sectors of 128 bytes (IBM 3740) are no multiple of 512 and not odd.
TEST(Raw, KnowsFloppiesOfSmallSectors) {
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", std::vector<std::byte>(256256)));
  ASSERT_TRUE(image);
  EXPECT_EQ(find(*image, "raw.odd-size"), nullptr);
  ASSERT_TRUE(image->geometry);
  EXPECT_EQ(image->geometry->bytes_per_sector, 128U);
}

// TSK opens a 1.44M floppy cut to 40960 bytes: "Total Range 0-2879, in Image 0-79".
TEST(Raw, SaysWhichSectorsACutFloppyLacks) {
  const auto path = corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  auto bytes = tests::file_bytes(path);
  bytes.resize(40960);
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", bytes));
  ASSERT_TRUE(image);
  const Finding* partial = find(*image, "volume.partial");
  ASSERT_NE(partial, nullptr);
  EXPECT_EQ(partial->severity, Severity::damage);
  EXPECT_NE(partial->text.find("2880 sectors of 512 bytes"), std::string::npos) << partial->text;
  EXPECT_NE(partial->text.find("sectors 80 to 2879"), std::string::npos) << partial->text;
}

// WinImage can cut an image behind the last used cluster; that loses nothing.
TEST(Raw, TellsACutThatLostNoClusterInUse) {
  SKIP_WITHOUT_TOOL("mformat");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.ima").string();
  ASSERT_TRUE(tests::run("mformat -C -f 720 -i " + path + " :: && echo text > " + path +
                         ".txt && mcopy -i " + path + " " + path +
                         ".txt ::/ && truncate -s 30000 " + path));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  const Finding* partial = find(*image, "volume.partial");
  ASSERT_NE(partial, nullptr);
  EXPECT_EQ(partial->severity, Severity::warning);
}

TEST(Raw, ReportsBytesBehindTheVolume) {
  const auto path = corpus("floppy/freedos.boot.disk.360K.img");
  SKIP_WITHOUT(path);
  auto bytes = tests::file_bytes(path);
  bytes.resize(bytes.size() + 1024);
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", bytes));
  ASSERT_TRUE(image);
  const Finding* slack = find(*image, "volume.slack");
  ASSERT_NE(slack, nullptr);
  EXPECT_EQ(slack->where.offset, 368640U);
  EXPECT_EQ(slack->severity, Severity::note);
}

TEST(Raw, OpensAReal360KFloppyAtEveryLength) {
  const auto path = corpus("floppy/freedos.boot.disk.160K.img");
  SKIP_WITHOUT(path);
  const auto whole = tests::file_bytes(path);
  const TemporaryFolder folder;
  for (std::size_t length = 1; length < whole.size(); length += length < 2048 ? 37 : length / 3) {
    const auto image = open_image(folder.write("cut.img", Bytes(whole).first(length)));
    ASSERT_TRUE(image) << length;
    EXPECT_EQ(image->main_view().source->size(), length);
  }
}

}  // namespace
}  // namespace discern
