// SPDX-License-Identifier: Apache-2.0
#include "image/foreign.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "corpus.h"
#include "discern/image.h"
#include "tool.h"

namespace discern {
namespace {

using tests::corpus;
using tests::TemporaryFolder;

std::string name_in(const Result<Image>& image) {
  return image ? "opened as " + image->format : image.error().text;
}

struct Sample {
  const char* file;
  const char* name;
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.file; }
class ForeignSamples : public testing::TestWithParam<Sample> {};

TEST_P(ForeignSamples, AreNamedAndNotReadAsRaw) {
  const auto path = corpus(GetParam().file);
  SKIP_WITHOUT(path);
  const auto image = open_image(path.string());
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::unsupported);
  EXPECT_NE(name_in(image).find(GetParam().name), std::string::npos) << name_in(image);
  EXPECT_EQ(image.error().file, path.string());
}

INSTANTIATE_TEST_SUITE_P(
    Corpus, ForeignSamples,
    testing::Values(Sample{"floppy/sector_test_360k.td0", "Teledisk image (TD0)"},
                    Sample{"floppy/sector_test_360k.imd", "ImageDisk image (IMD)"},
                    Sample{"floppy/DRDOS1.IMD", "ImageDisk image (IMD)"},
                    Sample{"floppy/sector_test_360k.psi", "PCE sector image (PSI)"},
                    Sample{"floppy/sector_test_360k.86f", "86Box surface image (86F)"},
                    Sample{"optical/disc/videocd.nrg", "Nero image (NRG)"}));

// Made by the real packers from a raw floppy image.
TEST(Foreign, NamesPackedFilesMadeByRealTools) {
  const TemporaryFolder folder;
  const std::string raw = folder.write("a.img", std::vector<std::byte>(368640));
  const struct {
    const char* program;
    std::string command;
    const char* name;
  } kTools[] = {
      {"xz", "xz -kc " + raw + " > ", "xz file"},
      {"bzip2", "bzip2 -kc " + raw + " > ", "bzip2 file"},
      {"zstd", "zstd -qc " + raw + " > ", "Zstandard file"},
      {"7z", "cd " + folder.path().string() + " && 7z a b.7z a.img && mv b.7z ", "7-Zip archive"},
      {"qemu-img", "qemu-img convert -O qcow2 " + raw + " ", "QEMU disk (QCOW)"},
  };
  int tried = 0;
  for (const auto& tool : kTools) {
    if (!tests::run(std::string("command -v ") + tool.program)) continue;
    ++tried;
    const std::string path = (folder.path() / (std::string(tool.program) + ".img")).string();
    ASSERT_TRUE(tests::run(tool.command + path)) << tool.program;
    const auto image = open_image(path);
    ASSERT_FALSE(image) << tool.program;
    EXPECT_EQ(image.error().code, Errc::unsupported);
    EXPECT_NE(name_in(image).find(tool.name), std::string::npos) << name_in(image);
  }
  if (tried == 0) GTEST_SKIP() << "no packer is installed";
}

// Headers written from the formats' descriptions: what one must have at least.
std::vector<std::byte> image_with(
    std::size_t size, std::initializer_list<std::pair<std::size_t, std::string>> parts) {
  std::vector<std::byte> bytes(size);
  for (const auto& [offset, text] : parts) {
    const Bytes part = as_bytes(text);
    std::copy(part.begin(), part.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  return bytes;
}

std::string recognised(const std::vector<std::byte>& bytes) {
  const auto error = recognise_foreign(*memory_source(bytes, "x"), "x");
  if (!error) return "";
  EXPECT_EQ(error->code, Errc::unsupported);
  return error->text;
}

using std::string_literals::operator""s;

TEST(Foreign, ChecksDiskCopySizes) {
  // data 409600, no tags, magic 0100: header of 84 bytes and data make the file.
  const auto parts = {std::pair<std::size_t, std::string>{0,
                                                          "\x04"
                                                          "Disk"},
                      {64, "\x00\x06\x40\x00"s},
                      {82, "\x01\x00"s}};
  EXPECT_NE(recognised(image_with(84 + 409600, parts)).find("Disk Copy 4.2"), std::string::npos);
  EXPECT_EQ(recognised(image_with(409600, parts)), "");
}

TEST(Foreign, ChecksSaveDskFGeometry) {
  const std::pair<std::size_t, std::string> magic = {0, "\xAA\x59"s};
  const std::pair<std::size_t, std::string> shape = {4, "\x00\x02"s};
  const std::pair<std::size_t, std::string> geometry = {24, "\x50\x00\x02\x00\x12\x00"s};
  const std::pair<std::size_t, std::string> data = {38, "\x29\x00"s};
  EXPECT_NE(recognised(image_with(2048, {magic, shape, geometry, data})).find("SaveDskF"),
            std::string::npos);
  EXPECT_EQ(recognised(image_with(2048, {magic})), "");
}

TEST(Foreign, ChecksTheTeledisksCrc) {
  // The first 12 bytes of corpus/floppy/sector_test_360k.td0.
  const std::string header = "\x74\x64\x00\x0A\x15\x00\x01\x80\x00\x02\x4C\x59"s;
  EXPECT_NE(recognised(image_with(600, {{0, header}})).find("Teledisk"), std::string::npos);
  EXPECT_EQ(recognised(image_with(600, {{0, header}, {5, "\x01"}})), "");
}

TEST(Foreign, ChecksTheSumOfACopyQmHeader) {
  const std::string magic = "CQ\x14"s;  // 0x43 + 0x51 + 0x14 = 0xA8; 0x58 brings the sum to 0
  EXPECT_NE(recognised(image_with(600, {{0, magic}, {132, "\x58"}})).find("CopyQM"),
            std::string::npos);
  EXPECT_EQ(recognised(image_with(600, {{0, magic}})), "");
}

TEST(Foreign, ChecksTheSizeInAD88Header) {
  const std::pair<std::size_t, std::string> size = {28, "\x00\x10\x00\x00"s};
  const std::pair<std::size_t, std::string> track = {32, "\xB0\x02\x00\x00"s};
  EXPECT_NE(recognised(image_with(4096, {size, track})).find("D88"), std::string::npos);
  EXPECT_EQ(recognised(image_with(4097, {size, track})), "");
}

TEST(Foreign, ChecksTheGeometryOfAnAnex86Header) {
  // header 4096, data 1261568 = 1024 * 8 * 2 * 77
  const std::pair<std::size_t, std::string> header = {
      8, "\x00\x10\x00\x00\x00\x40\x13\x00\x00\x04\x00\x00\x08\x00\x00\x00\x02\x00\x00\x00\x4D"s};
  EXPECT_NE(recognised(image_with(4096 + 1261568, {header})).find("Anex86"), std::string::npos);
  EXPECT_EQ(recognised(image_with(4096 + 1261569, {header})), "");
}

TEST(Foreign, ChecksTheSuperCardHeader) {
  EXPECT_NE(recognised(image_with(1024, {{0, "SCP\x19\x80\x02\x00\x9F"s}})).find("SuperCard"),
            std::string::npos);
  EXPECT_EQ(recognised(image_with(1024, {{0, "SCP: a text file that begins so"s}})), "");
}

TEST(Foreign, ReadsTrailers) {
  EXPECT_NE(recognised(image_with(2048, {{1536, "conectix"}})).find("VHD"), std::string::npos);
  EXPECT_NE(recognised(image_with(2048, {{1536, "koly\x00\x00\x00\x04"s}})).find("DMG"),
            std::string::npos);
  EXPECT_NE(recognised(image_with(2048, {{2036, "NER5"}})).find("NRG"), std::string::npos);
  EXPECT_NE(recognised(image_with(2048, {{2040, "\x06\x00\x00\x80\x10\x00\x00\x00"s}})).find("CDI"),
            std::string::npos);
}

TEST(Foreign, LetsOrdinaryDisksPass) {
  for (const char* file : {"floppy/freedos.boot.disk.160K.img", "floppy/freedos.boot.disk.180K.img",
                           "floppy/freedos.boot.disk.360K.img", "floppy/sector_test_1200k.img",
                           "floppy/freedos.boot.disk.1.4MB.img", "floppy/DRDOS1_IMD.img",
                           "floppy/sector_test_360k.img", "filesystem/joliet.iso",
                           "filesystem/udf102.iso", "optical/cue-lab/c_m1.bin"}) {
    const auto path = corpus(file);
    SKIP_WITHOUT(path);
    EXPECT_EQ(recognised(tests::file_bytes(path)), "") << file;
  }
  EXPECT_EQ(recognised({}), "");
  EXPECT_EQ(recognised(std::vector<std::byte>(1)), "");
  EXPECT_EQ(recognised(std::vector<std::byte>(4096)), "");
}

}  // namespace
}  // namespace discern
