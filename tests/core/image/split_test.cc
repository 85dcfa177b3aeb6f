// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "corpus.h"
#include "discern/image.h"
#include "tool.h"

namespace discern {
namespace {

using tests::TemporaryFolder;

// 10000 bytes that differ everywhere.
std::vector<std::byte> pattern() {
  std::vector<std::byte> bytes(10000);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>((i * 7 + i / 256) & 0xFF);
  return bytes;
}

const Finding* find(const Image& image, std::string_view code) {
  for (const Finding& finding : image.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

std::vector<std::byte> media_of(const Image& image) {
  const auto bytes = read_exactly(*image.main_view().source, 0, image.main_view().source->size());
  return bytes ? *bytes : std::vector<std::byte>();
}

// Writes the pattern in segments of 4096 bytes under `names`, by split(1)'s rule.
void write_segments(const TemporaryFolder& folder, const std::vector<std::string>& names) {
  const auto bytes = pattern();
  for (std::size_t i = 0; i < names.size(); ++i)
    folder.write(names[i], Bytes(bytes).subspan(
                               i * 4096, std::min<std::size_t>(4096, bytes.size() - i * 4096)));
}

class SplitNames : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(SplitNames, JoinToTheWhole) {
  const TemporaryFolder folder;
  write_segments(folder, GetParam());
  folder.write("disk.img", as_bytes("another file"));
  folder.write("disk.txt", as_bytes("a log"));
  const auto image = open_image((folder.path() / GetParam().front()).string());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, "split");
  EXPECT_TRUE(media_of(*image) == pattern());
  ASSERT_EQ(image->files.size(), 3U);
  EXPECT_EQ(image->files[1].role, "segment");
  EXPECT_EQ(image->files[1].name(), GetParam()[1]);
  // A byte of the second segment is traced to it.
  const Location where = image->main_view().source->locate(5000);
  EXPECT_EQ(where.file, image->files[1].path());
  EXPECT_EQ(where.offset, 904U);
}

INSTANTIATE_TEST_SUITE_P(
    All, SplitNames,
    testing::Values(std::vector<std::string>{"disk.001", "disk.002", "disk.003"},
                    std::vector<std::string>{"disk.000", "disk.001", "disk.002"},
                    std::vector<std::string>{"disk.0001", "disk.0002", "disk.0003"},
                    std::vector<std::string>{"disk.dd.aa", "disk.dd.ab", "disk.dd.ac"},
                    std::vector<std::string>{"disk.AAA", "disk.AAB", "disk.AAC"}));

TEST(Split, JoinsWhatSplitMakes) {
  SKIP_WITHOUT_TOOL("split");
  const TemporaryFolder folder;
  const std::string path = folder.write("d.img", pattern());
  ASSERT_TRUE(tests::run("split -b 300 " + path + " " + path + "."));  // .aa to .bh
  const auto image = open_image(path + ".aa");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->files.size(), 34U);
  EXPECT_TRUE(media_of(*image) == pattern());
}

TEST(Split, CountsOnFrom999To1000) {
  const TemporaryFolder folder;
  for (int i = 1; i <= 1001; ++i) {
    std::string number = std::to_string(i);
    while (number.size() < 3) number.insert(number.begin(), '0');
    folder.write("d." + number, as_bytes("ab"));
  }
  const auto image = open_image((folder.path() / "d.001").string());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->main_view().source->size(), 2002U);
}

TEST(Split, MakesAMissingSegmentUnreadableNotZero) {
  const TemporaryFolder folder;
  write_segments(folder, {"disk.001", "disk.002", "disk.003"});
  std::filesystem::remove(folder.path() / "disk.002");
  const auto image = open_image((folder.path() / "disk.001").string());
  ASSERT_TRUE(image);
  const Finding* missing = find(*image, "split.missing-segment");
  ASSERT_NE(missing, nullptr);
  EXPECT_EQ(missing->severity, Severity::damage);
  EXPECT_EQ(missing->where.file, (folder.path() / "disk.002").string());
  ASSERT_EQ(image->main_view().source->size(), 10000U);

  std::vector<std::byte> bytes(10000);
  const ReadResult read = image->main_view().source->read(0, bytes);
  EXPECT_EQ(read.bytes, 10000U);
  EXPECT_EQ(read.bad, (std::vector<ByteRange>{{4096, 4096}}));
  const auto expected = pattern();
  EXPECT_TRUE(std::equal(bytes.begin() + 8192, bytes.end(), expected.begin() + 8192));
}

TEST(Split, ReportsSegmentsOfUnequalSize) {
  const TemporaryFolder folder;
  folder.write("disk.001", std::vector<std::byte>(1024));
  folder.write("disk.002", std::vector<std::byte>(512));
  folder.write("disk.003", std::vector<std::byte>(1024));
  const auto image = open_image((folder.path() / "disk.001").string());
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "split.uneven"), nullptr);
  EXPECT_EQ(image->main_view().source->size(), 2560U);
}

TEST(Split, TakesALoneSegmentForRaw) {
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("disk.001", std::vector<std::byte>(512)));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, "raw");
  EXPECT_TRUE(image->findings.empty());
}

TEST(Split, WarnsWhenALaterSegmentIsNamed) {
  const TemporaryFolder folder;
  write_segments(folder, {"disk.001", "disk.002", "disk.003"});
  const auto image = open_image((folder.path() / "disk.002").string());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, "raw");
  EXPECT_NE(find(*image, "raw.one-segment"), nullptr);
}

TEST(Split, LeavesOutFilesFarBehindInTheCounter) {
  const TemporaryFolder folder;
  write_segments(folder, {"disk.001", "disk.002"});
  folder.write("disk.2024", as_bytes("notes of 2024"));
  const auto image = open_image((folder.path() / "disk.001").string());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->files.size(), 2U);
}

TEST(Split, ForcedOnALoneSegmentIsRefused) {
  const TemporaryFolder folder;
  const auto image =
      open_image(folder.write("disk.001", std::vector<std::byte>(512)), {.format = "split"});
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::not_this);
}

}  // namespace
}  // namespace discern
