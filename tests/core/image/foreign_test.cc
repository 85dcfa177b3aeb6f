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
    testing::Values(Sample{"floppy/sector_test_360k.psi", "PCE sector image (PSI)"},
                    Sample{"floppy/sector_test_360k.86f", "86Box surface image (86F)"}));

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

TEST(Foreign, ChecksTheSizeInAD88Header) {
  const std::pair<std::size_t, std::string> size = {28, "\x00\x10\x00\x00"s};
  const std::pair<std::size_t, std::string> track = {32, "\xB0\x02\x00\x00"s};
  EXPECT_NE(recognised(image_with(4096, {size, track})).find("D88"), std::string::npos);
  EXPECT_EQ(recognised(image_with(4097, {size, track})), "");
}

// Headers of the formats that Aaru describes and no real sample of which is at hand.
TEST(Foreign, ChecksEveryFieldOfFormatsWithoutASignature) {
  std::string hd_copy("\x4F\x12", 2);  // 80 cylinders, 18 sectors
  hd_copy += std::string(4, '\1') + std::string(160, '\0');
  EXPECT_NE(recognised(image_with(5000, {{0, hd_copy}})).find("HD-Copy"), std::string::npos);
  EXPECT_NE(
      recognised(image_with(5000, {{0, "\xFF\x18 a label   "}, {14, hd_copy}})).find("HD-Copy"),
      std::string::npos);
  EXPECT_EQ(recognised(image_with(5000, {{0, hd_copy}, {100, "\2"}})), "");

  const std::string ciscopy = "\7" + std::string(159, '\x4C') + "\xFA" + std::string(1, '\0');
  EXPECT_NE(recognised(image_with(5000, {{0, ciscopy}})).find("CisCopy"), std::string::npos);
  EXPECT_EQ(recognised(image_with(5000, {{0, ciscopy}, {5, "x"}})), "");

  const std::string maxidisk("\0\4\2\x50\2\x12\0\0", 8);  // 2 heads, 80 cylinders, 512, 18
  EXPECT_NE(recognised(image_with(8 + 1474560, {{0, maxidisk}})).find("MaxiDisk"),
            std::string::npos);
  EXPECT_EQ(recognised(image_with(1474560, {{0, maxidisk}})), "");
  EXPECT_NE(recognised(image_with(600, {{171, "DIFC HEADER  "}})).find("DIM"), std::string::npos);
  EXPECT_NE(recognised(image_with(600, {{0,
                                         "\x1A"
                                         "FDF"}}))
                .find("FDF"),
            std::string::npos);
  EXPECT_NE(recognised(image_with(600, {{0, "IMAGEWTY"}})).find("Allwinner"), std::string::npos);
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
