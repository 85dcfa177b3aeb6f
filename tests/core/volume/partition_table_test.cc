// SPDX-License-Identifier: Apache-2.0
#include "volume/partition_table.h"

#include <gtest/gtest.h>

#include <string>

#include "corpus.h"
#include "tool.h"

namespace discern {
namespace {

using tests::TemporaryFolder;

struct Slot {
  int status;
  int type;
  std::uint32_t first;
  std::uint32_t sectors;
};

void put_table(std::vector<std::byte>& disk, std::size_t sector, const std::vector<Slot>& slots) {
  std::byte* table = disk.data() + sector * 512;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    std::byte* entry = table + 446 + 16 * i;
    entry[0] = static_cast<std::byte>(slots[i].status);
    entry[4] = static_cast<std::byte>(slots[i].type);
    for (std::size_t byte = 0; byte < 4; ++byte) {
      entry[8 + byte] = static_cast<std::byte>(slots[i].first >> (8 * byte));
      entry[12 + byte] = static_cast<std::byte>(slots[i].sectors >> (8 * byte));
    }
  }
  table[510] = std::byte{0x55};
  table[511] = std::byte{0xAA};
}

std::optional<Mbr> mbr_of(const std::vector<std::byte>& disk, Findings& findings) {
  return read_mbr(*memory_source(disk, "disk"), 512, findings);
}

std::vector<std::byte> empty_disk(std::size_t sectors = 1000) {
  return std::vector<std::byte>(sectors * 512);
}

TEST(Mbr, ReadsPrimaryPartitionsInOrderOfTheirStart) {
  auto disk = empty_disk();
  put_table(disk, 0, {{0x80, 0x83, 500, 100}, {0, 0x06, 63, 200}});
  Findings findings;
  const auto mbr = mbr_of(disk, findings);
  ASSERT_TRUE(mbr);
  ASSERT_EQ(mbr->partitions.size(), 2U);
  EXPECT_EQ(mbr->partitions[0].start, 63U * 512);
  EXPECT_EQ(mbr->partitions[0].size, 200U * 512);
  EXPECT_EQ(mbr->partitions[0].type, "mbr 0x06");
  EXPECT_EQ(mbr->partitions[1].type, "mbr 0x83");
  EXPECT_TRUE(findings.empty());
}

TEST(Mbr, FollowsTheChainOfLogicalPartitions) {
  auto disk = empty_disk();
  put_table(disk, 0, {{0, 0x0F, 100, 800}});
  put_table(disk, 100, {{0, 0x07, 10, 50}, {0, 0x05, 200, 100}});  // next EBR: 100 + 200
  put_table(disk, 300, {{0, 0x0B, 10, 60}});
  Findings findings;
  const auto mbr = mbr_of(disk, findings);
  ASSERT_TRUE(mbr);
  ASSERT_EQ(mbr->partitions.size(), 2U);
  EXPECT_EQ(mbr->partitions[0].start, 110U * 512);
  EXPECT_EQ(mbr->partitions[1].start, 310U * 512);
  EXPECT_TRUE(findings.empty());
}

// The expectation is what was ordered from sfdisk.
TEST(Mbr, FollowsTheChainThatSfdiskWrites) {
  SKIP_WITHOUT_TOOL("sfdisk");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "disk.img").string();
  ASSERT_TRUE(tests::run("truncate -s 8M " + path +
                         " && printf 'label: dos\\nstart=100, size=1000, type=6\\nstart=2000, "
                         "size=12000, type=5\\nstart=2063, size=3000, type=83\\nstart=6000, "
                         "size=2000, type=82\\nstart=9000, size=4000, type=b\\n' > " +
                         path + ".in && sfdisk --force " + path + " < " + path + ".in"));
  Findings findings;
  const auto mbr = mbr_of(tests::file_bytes(path), findings);
  ASSERT_TRUE(mbr);
  std::string shown;
  for (const Partition& each : mbr->partitions)
    shown += std::to_string(each.start / 512) + "+" + std::to_string(each.size / 512) + " " +
             each.type + "\n";
  EXPECT_EQ(shown,
            "100+1000 mbr 0x06\n2063+3000 mbr 0x83\n6000+2000 mbr 0x82\n9000+4000 mbr 0x0b\n");
  EXPECT_TRUE(findings.empty());
}

TEST(Mbr, StopsAChainThatRunsInACircle) {
  auto disk = empty_disk();
  put_table(disk, 0, {{0, 0x05, 100, 800}});
  put_table(disk, 100, {{0, 0x07, 10, 50}, {0, 0x05, 200, 100}});
  put_table(disk, 300, {{0, 0x0B, 10, 60}, {0, 0x05, 200, 100}});
  Findings findings;
  const auto mbr = mbr_of(disk, findings);
  ASSERT_TRUE(mbr);
  EXPECT_EQ(mbr->partitions.size(), 2U);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "mbr.extended-chain");
}

TEST(Mbr, ReportsAChainThatLeadsNowhere) {
  auto disk = empty_disk();
  put_table(disk, 0, {{0, 0x05, 100, 800}, {0, 0x06, 10, 20}});
  Findings findings;
  const auto mbr = mbr_of(disk, findings);
  ASSERT_TRUE(mbr);
  EXPECT_EQ(mbr->partitions.size(), 1U);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "mbr.extended-chain");
}

TEST(Mbr, LeavesOutEntriesBehindTheEnd) {
  auto disk = empty_disk();
  put_table(disk, 0, {{0, 0x06, 10, 20}, {0, 0x06, 1000, 20}});
  Findings findings;
  const auto mbr = mbr_of(disk, findings);
  ASSERT_TRUE(mbr);
  EXPECT_EQ(mbr->partitions.size(), 1U);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "mbr.outside");
}

TEST(Mbr, ReportsOverlappingEntries) {
  auto disk = empty_disk();
  put_table(disk, 0, {{0, 0x06, 10, 20}, {0, 0x06, 29, 20}});
  Findings findings;
  const auto mbr = mbr_of(disk, findings);
  ASSERT_TRUE(mbr);
  EXPECT_EQ(mbr->partitions.size(), 2U);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "mbr.overlap");
}

TEST(Mbr, TakesAnEntryFromSectorZeroForNoPartition) {
  auto disk = empty_disk();
  put_table(disk, 0, {{0x80, 0x01, 0, 1000}});
  Findings findings;
  const auto mbr = mbr_of(disk, findings);
  ASSERT_TRUE(mbr);
  EXPECT_TRUE(mbr->whole);
  EXPECT_TRUE(mbr->partitions.empty());
}

TEST(Mbr, RefusesWhatIsBootCode) {
  Findings findings;
  auto disk = empty_disk();
  EXPECT_FALSE(mbr_of(disk, findings));  // no mark
  put_table(disk, 0, {});
  EXPECT_FALSE(mbr_of(disk, findings));  // no entry
  put_table(disk, 0, {{0, 0x06, 10, 20}, {0x7F, 0x06, 40, 20}});
  EXPECT_FALSE(mbr_of(disk, findings));  // a status that is none
  EXPECT_FALSE(mbr_of({disk.begin(), disk.begin() + 511}, findings));
  EXPECT_TRUE(findings.empty());
}

// parted writes GPT as the UEFI specification asks; the expectation is what was ordered from it.
class Gpt : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::run("command -v sfdisk")) GTEST_SKIP() << "not installed: sfdisk";
    const std::string path = (folder_.path() / "gpt.img").string();
    ASSERT_TRUE(tests::run("truncate -s 4M " + path +
                           " && printf 'label: gpt\\n"
                           "start=2048, size=1000, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4\\n"
                           "start=4096, size=2048, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\\n' "
                           "> " +
                           path + ".in && sfdisk " + path + " < " + path + ".in"));
    disk_ = tests::file_bytes(path);
  }
  std::optional<PartitionTable> partitions() {
    findings_.clear();
    return read_gpt(*memory_source(disk_, "disk"), 512, findings_);
  }
  void expect_both() {
    const auto found = partitions();
    ASSERT_TRUE(found);
    ASSERT_EQ(found->partitions.size(), 2U);
    EXPECT_EQ(found->partitions[0].start, 2048U * 512);
    EXPECT_EQ(found->partitions[0].size, 1000U * 512);
    EXPECT_EQ(found->partitions[0].type, "gpt 0fc63daf-8483-4772-8e79-3d69d8477de4");
    EXPECT_EQ(found->partitions[1].type, "gpt ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");
  }

  TemporaryFolder folder_;
  std::vector<std::byte> disk_;
  Findings findings_;
};

TEST_F(Gpt, IsReadAsWritten) {
  expect_both();
  EXPECT_TRUE(findings_.empty());
}

TEST_F(Gpt, FallsBackToItsCopy) {
  disk_[512 + 60] ^= std::byte{1};  // in the header
  expect_both();
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, "gpt.primary-damaged");
  std::fill_n(disk_.begin() + 512, 512, std::byte{0});  // the header is gone
  expect_both();
  EXPECT_EQ(findings_.size(), 1U);
}

TEST_F(Gpt, NoticesDamagedEntries) {
  disk_[1024 + 130] ^= std::byte{1};
  expect_both();
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, "gpt.primary-damaged");
  EXPECT_NE(findings_[0].text.find("CRC of the entries"), std::string::npos);
}

TEST_F(Gpt, ReportsADamagedCopy) {
  disk_[disk_.size() - 512 + 60] ^= std::byte{1};
  expect_both();
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, "gpt.backup-damaged");
}

TEST_F(Gpt, IsNoneWhenBothAreDamaged) {
  disk_[512 + 60] ^= std::byte{1};
  disk_[disk_.size() - 512 + 60] ^= std::byte{1};
  EXPECT_FALSE(partitions());
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, "gpt.damaged");
}

TEST_F(Gpt, OfACutImageKeepsWhatStartsInside) {
  disk_.resize(3000 * 512);
  const auto found = partitions();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->partitions.size(), 1U);
  ASSERT_EQ(findings_.size(), 2U);
  EXPECT_EQ(findings_[0].code, "gpt.backup-damaged");
  EXPECT_EQ(findings_[1].code, "gpt.outside");
}

TEST_F(Gpt, CutAnywhereIsReadOrNone) {
  const auto whole = disk_;
  for (std::size_t length = 0; length < 40 * 512; length += 173) {
    disk_.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const auto found = partitions();
    EXPECT_TRUE(!found || found->partitions.empty()) << length;
  }
}

// The map that genisoimage writes on a hybrid disc.
TEST(AppleMap, ReadsTheMapOfAHybridDisc) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const TemporaryFolder folder;
  folder.write("a.txt", as_bytes("text"));
  const std::string iso = (folder.path() / "hybrid.iso").string();
  if (!tests::run("genisoimage -hfs -part -map /dev/null -o " + iso + " " +
                  folder.path().string()) &&
      !tests::run("genisoimage -hfs -part -o " + iso + " " + folder.path().string()))
    GTEST_SKIP() << "genisoimage without HFS";
  Findings findings;
  const auto found = read_apple_map(*memory_source(tests::file_bytes(iso), "disc"), findings);
  ASSERT_TRUE(found);
  ASSERT_FALSE(found->partitions.empty());
  EXPECT_EQ(found->partitions.back().type, "apple Apple_HFS");
  EXPECT_TRUE(findings.empty());
}

std::vector<std::byte> apple_disk(int entries) {
  auto disk = empty_disk(64);
  const auto put = [&](std::size_t at, std::string_view text) {
    std::memcpy(disk.data() + at, text.data(), text.size());
  };
  put(0, "ER");
  for (int i = 1; i <= entries; ++i) {
    const std::size_t at = 512 * static_cast<std::size_t>(i);
    put(at, "PM");
    disk[at + 7] = static_cast<std::byte>(entries);
    disk[at + 11] = std::byte{10};  // first block
    disk[at + 15] = std::byte{5};   // blocks
    put(at + 48, i == 1 ? "Apple_partition_map" : "Apple_HFS");
  }
  return disk;
}

TEST(AppleMap, ReadsEntriesAndNoticesAMissingOne) {
  auto disk = apple_disk(3);
  Findings findings;
  auto found = read_apple_map(*memory_source(disk, "disc"), findings);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->partitions.size(), 2U);
  EXPECT_EQ(found->partitions.front().start, 5120U);
  EXPECT_EQ(found->partitions.front().size, 2560U);
  EXPECT_TRUE(findings.empty());

  disk[3 * 512] = std::byte{0};
  found = read_apple_map(*memory_source(disk, "disc"), findings);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->partitions.size(), 1U);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "apple.map-cut");

  disk[2 * 512 + 11] = std::byte{200};
  findings.clear();
  found = read_apple_map(*memory_source(disk, "disc"), findings);
  EXPECT_EQ(findings.front().code, "apple.outside");
}

TEST(AppleMap, IsNoneWithoutItsSignatures) {
  Findings findings;
  auto disk = apple_disk(1);
  disk[0] = std::byte{0};
  EXPECT_FALSE(read_apple_map(*memory_source(disk, "disc"), findings));
  disk = apple_disk(0);
  EXPECT_FALSE(read_apple_map(*memory_source(disk, "disc"), findings));
  EXPECT_FALSE(read_apple_map(*memory_source({}, "disc"), findings));
}

}  // namespace
}  // namespace discern
