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
                    std::vector<std::string>{"disk.AAA", "disk.AAB", "disk.AAC"},
                    std::vector<std::string>{"disk.img.1", "disk.img.2", "disk.img.3"},
                    std::vector<std::string>{"disk.0", "disk.1", "disk.2"},
                    std::vector<std::string>{"disk.00", "disk.01", "disk.02"},
                    std::vector<std::string>{"disk.1of3", "disk.2of3", "disk.3of3"},
                    std::vector<std::string>{"disk_000", "disk_001", "disk_002"},
                    std::vector<std::string>{"disk_aaa", "disk_aab", "disk_aac"},
                    std::vector<std::string>{"xaa", "xab", "xac"},
                    std::vector<std::string>{"disk001.asb", "disk002.asb", "disk003.asb"},
                    std::vector<std::string>{"disk.dmg", "disk.002.dmgpart", "disk.003.dmgpart"}));

// Sorted as text, .10 would come before .2.
TEST(Split, OrdersByNumberNotByText) {
  const TemporaryFolder folder;
  std::string whole;
  for (int i = 1; i <= 12; ++i) {
    folder.write("d." + std::to_string(i), as_bytes(std::string(512, static_cast<char>('a' + i))));
    whole += std::string(512, static_cast<char>('a' + i));
  }
  const auto image = open_image((folder.path() / "d.1").string());
  ASSERT_TRUE(image);
  EXPECT_EQ(as_text(media_of(*image)), whole);
}

TEST(Split, KnowsFromTheNamesThatTheEndIsMissing) {
  const TemporaryFolder folder;
  write_segments(folder, {"disk.1of4", "disk.2of4"});
  const auto image = open_image((folder.path() / "disk.1of4").string());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->main_view().source->size(), 4U * 4096);
  EXPECT_NE(find(*image, "split.missing-segment"), nullptr);
  EXPECT_EQ(image->main_view().source->failed({0, 4 * 4096}),
            (std::vector<ByteRange>{{8192, 8192}}));
}

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

// What lies behind a segment that was cut must not move.
TEST(Split, MakesWhatAShortSegmentLacksUnreadable) {
  const TemporaryFolder folder;
  write_segments(folder, {"disk.001", "disk.002", "disk.003"});
  std::filesystem::resize_file(folder.path() / "disk.002", 1000);
  const auto image = open_image((folder.path() / "disk.001").string());
  ASSERT_TRUE(image);
  const Finding* cut = find(*image, "split.short-segment");
  ASSERT_NE(cut, nullptr);
  EXPECT_EQ(cut->severity, Severity::damage);
  EXPECT_EQ(cut->where.file, (folder.path() / "disk.002").string());
  std::vector<std::byte> bytes(10000);
  const ReadResult read = image->main_view().source->read(0, bytes);
  EXPECT_EQ(read.bytes, 10000U);
  EXPECT_EQ(read.bad, (std::vector<ByteRange>{{5096, 3096}}));
  const auto expected = pattern();
  EXPECT_TRUE(std::equal(bytes.begin() + 8192, bytes.end(), expected.begin() + 8192));
}

TEST(Split, KnowsAShortFirstSegmentByTheOthers) {
  const TemporaryFolder folder;
  folder.write("disk.001", std::vector<std::byte>(512));
  folder.write("disk.002", std::vector<std::byte>(1024));
  folder.write("disk.003", std::vector<std::byte>(1024));
  folder.write("disk.004", std::vector<std::byte>(100));
  const auto image = open_image((folder.path() / "disk.001").string());
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "split.short-segment"), nullptr);
  EXPECT_EQ(image->main_view().source->size(), 3U * 1024 + 100);
}

TEST(Split, JoinsSegmentsOfManySizesAsTheyAre) {
  const TemporaryFolder folder;
  for (int i = 1; i <= 5; ++i)
    folder.write("disk.00" + std::to_string(i),
                 std::vector<std::byte>(static_cast<std::size_t>(i) * 512));
  const auto image = open_image((folder.path() / "disk.001").string());
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "split.uneven"), nullptr);
  EXPECT_EQ(image->main_view().source->size(), 15U * 512);
}

TEST(Split, IsRawWhenNeighboursHaveOtherNames) {
  const TemporaryFolder folder;
  for (const char* name : {"disk.dmg", "other.002.dmgpart", "note_aa", "notes_ab", "xaa", "yab"})
    folder.write(name, std::vector<std::byte>(512));
  for (const char* name : {"disk.dmg", "note_aa", "xaa"}) {
    const auto image = open_image((folder.path() / name).string());
    ASSERT_TRUE(image);
    EXPECT_EQ(image->format, "raw") << name;
  }
}

// Without an extension that says so, files of many sizes are no segments.
TEST(Split, IsRawWhenNeighboursHaveSizesOfTheirOwn) {
  const TemporaryFolder folder;
  folder.write("boot_000", std::vector<std::byte>(512));
  folder.write("boot_001", std::vector<std::byte>(1024));
  const auto image = open_image((folder.path() / "boot_000").string());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, "raw");
}

TEST(Split, TakesALoneSegmentForRaw) {
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("disk.001", std::vector<std::byte>(512)));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, "raw");
  ASSERT_EQ(image->findings.size(), 1U);
  EXPECT_EQ(image->findings[0].code, "medium.no-file-system");
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
