// SPDX-License-Identifier: Apache-2.0
#include "image/point_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "core/image/container_builder.h"
#include "corpus.h"
#include "image/imz.h"

namespace discern {
namespace {

namespace fs = std::filesystem;

using tests::build_gzip;
using tests::build_zip;
using tests::file_bytes;
using tests::read_all;
using tests::sample_payload;
using tests::TemporaryFolder;

const std::string& payload() {
  static const std::string text =
      sample_payload(300000) + std::string(200000, '\0') + sample_payload(77777);
  return text;
}

class PointCacheTest : public testing::Test {
 protected:
  PointCacheTest() { (void)evidence(build_zip({{.payload = payload()}}).bytes); }

  std::string evidence(const std::string& bytes) {
    return path_ = folder_.write("big.imz", as_bytes(bytes));
  }
  std::string cache_folder() const { return (folder_.path() / "cache").string(); }
  std::vector<fs::path> files() const {
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto& each : fs::directory_iterator(cache_folder(), none))
      files.push_back(each.path());
    return files;
  }
  Result<Image> open() const { return open_in(cache_folder()); }
  Result<Image> open_in(const std::string& folder) const {
    auto file = MappedFile::open(path_);
    const PointCache cache(folder, *file);
    PayloadLimits limits{.whole = 100000, .memory = 1U << 24U, .spacing = 1U << 16U};
    limits.cache = &cache;
    return open_imz(*file, path_, {}, limits);
  }
  static std::string note(const Image& image) {
    for (const Finding& finding : image.findings)
      if (finding.code.starts_with("imz.points")) return finding.code;
    return {};
  }
  static bool reads(const Image& image) { return read_all(*image.main_view().source) == payload(); }

  TemporaryFolder folder_;
  std::string path_;
};

TEST_F(PointCacheTest, GivesTheSamePayloadTheSecondTime) {
  for (const std::string& bytes :
       {build_zip({{.payload = payload()}}).bytes, build_gzip(payload())}) {
    (void)evidence(bytes);
    fs::remove_all(cache_folder());
    const auto first = open();
    ASSERT_TRUE(first);
    EXPECT_EQ(note(*first), "");
    ASSERT_EQ(files().size(), 1U);
    const auto second = open();
    ASSERT_TRUE(second);
    EXPECT_EQ(note(*second), "imz.points-kept");
    EXPECT_NE(second->main_view().derivation.find("of a cache (CRC-32 taken 20"),
              std::string::npos);
    EXPECT_EQ(second->stored_digests[0].value, first->stored_digests[0].value);
    EXPECT_TRUE(reads(*second));
  }
}

TEST_F(PointCacheTest, IsReadableByItsOwnerOnly) {
  ASSERT_TRUE(open());
  struct stat status {};
  ASSERT_EQ(stat(files().at(0).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(stat(cache_folder().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(PointCacheTest, IsNotUsedForAFileThatWasTouchedOrReplaced) {
  ASSERT_TRUE(open());
  const auto written = fs::last_write_time(path_);
  fs::last_write_time(path_, written + std::chrono::seconds(2));
  EXPECT_EQ(note(*open()), "");
  EXPECT_EQ(note(*open()), "imz.points-kept");
  fs::copy_file(path_, path_ + ".copy");
  fs::rename(path_ + ".copy", path_);
  EXPECT_EQ(note(*open()), "");
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(PointCacheTest, IsNeverTheFolderOfTheEvidence) {
  const auto image = open_in(folder_.path().string());
  ASSERT_TRUE(image);
  EXPECT_EQ(note(*image), "imz.points-not-kept");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
  EXPECT_TRUE(reads(*image));
}

TEST_F(PointCacheTest, ThatCannotBeWrittenIsANote) {
  (void)folder_.write("file", as_bytes("x"));
  const auto image = open_in((folder_.path() / "file").string());
  ASSERT_TRUE(image);
  EXPECT_EQ(note(*image), "imz.points-not-kept");
  EXPECT_TRUE(reads(*image));
}

TEST_F(PointCacheTest, KeepsNothingOfDamagedStreams) {
  std::string bytes = build_zip({{.payload = payload()}}).bytes;
  (void)evidence(bytes.substr(0, bytes.size() / 2));
  ASSERT_TRUE(open());
  EXPECT_TRUE(files().empty());
}

TEST_F(PointCacheTest, KeepsNothingOfTheFirstOfSeveralMembers) {
  (void)evidence(build_gzip(payload()) + build_gzip(payload()));
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(read_all(*open()->main_view().source) == payload() + payload());
  EXPECT_TRUE(files().empty());
}

TEST_F(PointCacheTest, IsIgnoredWhenCutAnywhere) {
  ASSERT_TRUE(open());
  const fs::path file = files().at(0);
  const auto good = file_bytes(file);
  for (std::size_t length = 0; length < good.size(); length += length < 700 ? 1 : 4099) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(good.data()), static_cast<std::streamsize>(length));
    const auto image = open();
    ASSERT_TRUE(image);
    ASSERT_EQ(note(*image), "") << length;
    ASSERT_TRUE(reads(*image)) << length;
  }
}

TEST_F(PointCacheTest, WithAnyByteChangedCostsNoData) {
  ASSERT_TRUE(open());
  const fs::path file = files().at(0);
  const auto good = file_bytes(file);
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    auto bad = good;
    const std::size_t at = i < 180 ? static_cast<std::size_t>(i) : random() % bad.size();
    bad[at] ^= std::byte{static_cast<unsigned char>(1U << (random() % 8))};
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bad.data()), static_cast<std::streamsize>(bad.size()));
    const auto image = open();
    ASSERT_TRUE(image);
    // A window is not part of the checksum: the piece decoded with it tells, and all points are
    // made anew.
    ASSERT_TRUE(reads(*image)) << at;
  }
}

TEST_F(PointCacheTest, DoesNotHideThatTheEvidenceChanged) {
  ASSERT_TRUE(open());
  const auto image = open();
  ASSERT_EQ(note(*image), "imz.points-kept");
  std::string bytes = build_zip({{.payload = payload()}}).bytes;
  bytes[20000] ^= 1;
  {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  std::string text(payload().size(), '?');
  const ReadResult got =
      image->main_view().source->read(0, std::as_writable_bytes(std::span(text)));
  EXPECT_FALSE(got.complete());
}

}  // namespace
}  // namespace discern
