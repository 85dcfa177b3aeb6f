// SPDX-License-Identifier: Apache-2.0
// Boot sectors and superblocks by the layouts that cluster_size.cc names.
#include "discern/cluster_size.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace discern {
namespace {

using namespace tests;

std::string with(std::string bytes, std::size_t offset, const std::string& value) {
  return bytes.replace(offset, value.size(), value);
}

std::string head() { return std::string(65536, '\0'); }

std::vector<ClusterArea> areas_of(const std::string& bytes, std::vector<Volume> volumes = {}) {
  Image image;
  image.views.push_back(
      {.name = "media", .sector_size = 512, .source = memory_source(bytes_of(bytes), "disk")});
  image.volumes = std::move(volumes);
  return cluster_areas(image, image.views.front());
}

std::uint32_t cluster_of(const std::string& bytes) {
  const auto areas = areas_of(bytes);
  return areas.empty() ? 0 : areas.front().cluster;
}

std::string fat() {
  std::string boot = with(head(), 0, "\xEB\x3C\x90");
  boot = with(boot, 11,
              little(512, 2) + little(4, 1) + little(1, 2) + little(2, 1) + little(224, 2) +
                  little(2880, 2) + "\xF0" + little(9, 2) + little(18, 2) + little(2, 2));
  return with(boot, 510, "\x55\xAA");
}

std::string ntfs(int sectors) {
  return with(with(head(), 3, "NTFS    "), 11,
              little(512, 2) + little(static_cast<unsigned>(sectors), 1));
}

TEST(ClusterSize, IsReadFromEachFileSystem) {
  EXPECT_EQ(cluster_of(fat()), 2048u);
  EXPECT_EQ(cluster_of(ntfs(8)), 4096u);
  EXPECT_EQ(cluster_of(ntfs(256 - 8)), 131072u) << "256 sectors, as a power of two";
  EXPECT_EQ(cluster_of(with(with(head(), 3, "EXFAT   "), 108, "\x09\x08")), 131072u);
  EXPECT_EQ(cluster_of(with(with(head(), 1080, "\x53\xEF"), 1048, little(2, 4))), 4096u);
  EXPECT_EQ(cluster_of(with(with(head(), 32769, "CD001"), 32896, little(2048, 2))), 2048u);
}

TEST(ClusterSize, IsUnknownWithoutFileSystemOrWithAnImpossibleOne) {
  EXPECT_EQ(cluster_of(head()), 0u);
  EXPECT_EQ(cluster_of(std::string(600, '\0')), 0u);
  EXPECT_EQ(cluster_of(ntfs(3)), 0u);
  EXPECT_EQ(cluster_of(ntfs(0)), 0u);
  EXPECT_EQ(cluster_of(with(with(head(), 1080, "\x53\xEF"), 1048, little(60, 4))), 0u);
}

TEST(ClusterSize, IsOfEachVolume) {
  const std::string bytes = head() + fat() + ntfs(8);
  const auto areas =
      areas_of(bytes, {{.start = 131072, .size = 65536, .type = {}, .filesystem = {}},
                       {.start = 65536, .size = 65536, .type = {}, .filesystem = {}},
                       {.start = 1 << 20, .size = 512, .type = {}, .filesystem = {}}});
  ASSERT_EQ(areas.size(), 2u);
  EXPECT_EQ(areas[0].range, (ByteRange{65536, 65536}));
  EXPECT_EQ(areas[0].cluster, 2048u);
  EXPECT_EQ(areas[1].cluster, 4096u);
}

}  // namespace
}  // namespace discern
