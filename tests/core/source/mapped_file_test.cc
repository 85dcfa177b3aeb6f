// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <numeric>
#include <thread>

#include "corpus.h"
#include "discern/source.h"

namespace discern {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::TemporaryFolder;

std::vector<std::byte> noise(std::size_t length) {
  std::vector<std::byte> bytes(length);
  std::uint32_t state = 1;
  for (std::byte& byte : bytes) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

std::shared_ptr<const MappedFile> open_or_die(const std::string& path) {
  auto file = MappedFile::open(path);
  EXPECT_TRUE(file) << describe(file.error());
  return *file;
}

TEST(MappedFile, ReadsAndViewsTheBytesOfTheFile) {
  const TemporaryFolder folder;
  const auto bytes = noise(100'001);
  const auto file = open_or_die(folder.write("a.img", bytes));
  EXPECT_EQ(file->size(), 100'001u);
  std::vector<std::byte> buffer(70'000);
  const ReadResult got = file->read(50'000, buffer);
  EXPECT_EQ(got.bytes, 50'001u);
  EXPECT_THAT(got.bad, IsEmpty());
  EXPECT_TRUE(std::equal(bytes.begin() + 50'000, bytes.end(), buffer.begin()));
  const auto view = file->view(4095, 4097);
  ASSERT_TRUE(view);
  EXPECT_TRUE(std::equal(view->begin(), view->end(), bytes.begin() + 4095));
  EXPECT_FALSE(file->view(100'000, 2));
  EXPECT_EQ(file->locate(77).offset, 77u);
  EXPECT_FALSE(file->changed());
}

TEST(MappedFile, OpensAnEmptyFile) {
  const TemporaryFolder folder;
  const auto file = open_or_die(folder.write("empty.img", {}));
  EXPECT_EQ(file->size(), 0u);
  std::vector<std::byte> buffer(10);
  EXPECT_EQ(file->read(0, buffer).bytes, 0u);
}

TEST(MappedFile, SaysWhyItCannotOpen) {
  const TemporaryFolder folder;
  EXPECT_EQ(MappedFile::open((folder.path() / "none.img").string()).error().code, Errc::missing);
  const auto is_folder = MappedFile::open(folder.path().string());
  EXPECT_EQ(is_folder.error().code, Errc::unsupported);
  EXPECT_THAT(describe(is_folder.error()), HasSubstr("is a folder"));
}

TEST(MappedFile, RefusesAPipeWithoutHanging) {
  const TemporaryFolder folder;
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(MappedFile::open(pipe).error().code, Errc::unsupported);
}

TEST(MappedFile, LeavesTheAccessTimeOfEvidenceAlone) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.img", noise(8192));
  const timespec old[2] = {{1'000'000, 0}, {1'000'000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), old, 0), 0);
  const auto file = open_or_die(path);
  std::vector<std::byte> buffer(8192);
  file->read(0, buffer);
  struct stat status = {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_TRUE(file->facts().atime_kept);
  EXPECT_EQ(status.st_atim.tv_sec, 1'000'000);
}

TEST(MappedFile, ReportsBytesBehindACutAsBadAndDeliversTheRest) {
  const TemporaryFolder folder;
  const auto bytes = noise(100'000);
  const std::string path = folder.write("a.img", bytes);
  const auto file = open_or_die(path);
  ASSERT_EQ(truncate(path.c_str(), 40'960 + 100), 0);
  std::vector<std::byte> buffer(100'000, std::byte{0x55});
  const ReadResult got = file->read(0, buffer);
  EXPECT_EQ(got.bytes, 100'000u);
  EXPECT_THAT(got.bad, ElementsAre(ByteRange{41'060, 58'940}));
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + 41'060, buffer.begin()));
  EXPECT_THAT(*file->changed(), HasSubstr("size was 100000"));
}

// A cut inside a page raises no signal; only the file's size tells.
TEST(MappedFile, NoticesACutInsideAPage) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.img", noise(4096));
  const auto file = open_or_die(path);
  ASSERT_EQ(truncate(path.c_str(), 1000), 0);
  std::vector<std::byte> buffer(4096);
  EXPECT_THAT(file->read(0, buffer).bad, ElementsAre(ByteRange{1000, 3096}));
  EXPECT_THAT(file->failed({0, 500}), IsEmpty());
}

TEST(MappedFile, SurvivesACutUnderAViewThatIsBeingRead) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.img", noise(1 << 20));
  const auto file = open_or_die(path);
  const auto view = file->view(0, 1 << 20);
  ASSERT_TRUE(view);
  ASSERT_EQ(truncate(path.c_str(), 8192), 0);
  std::vector<std::thread> readers;
  std::atomic<unsigned> sum = 0;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      for (std::size_t at = 0; at < view->size(); at += 512)
        sum += std::to_integer<unsigned>((*view)[at]);
    });
  for (std::thread& reader : readers) reader.join();
  EXPECT_THAT(file->failed({0, 1 << 20}), ElementsAre(ByteRange{8192, (1 << 20) - 8192}));
  EXPECT_FALSE(file->view(8192, 512)) << "pages known to be bad are no view";
  EXPECT_TRUE(file->view(0, 8192));
}

TEST(MappedFile, TellsWhenTheFileWasWrittenTo) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.img", noise(4096));
  const auto file = open_or_die(path);
  std::ofstream(path, std::ios::binary | std::ios::in) << "x";
  EXPECT_TRUE(file->changed());
}

// A SIGBUS that is not about evidence must still end the process.
TEST(MappedFileDeathTest, LeavesForeignBusErrorsAlone) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
  GTEST_SKIP() << "a sanitizer's own handler may be the one that had SIGBUS before";
#endif
  const TemporaryFolder folder;
  const auto file = open_or_die(folder.write("a.img", noise(4096)));
  EXPECT_EXIT((signal(SIGBUS, SIG_DFL), raise(SIGBUS)), testing::KilledBySignal(SIGBUS), "");
  EXPECT_EXIT(raise(SIGBUS), testing::KilledBySignal(SIGBUS), "");
}

struct LoopDevice {
  std::string name;
  explicit LoopDevice(const std::string& file) {
    if (FILE* pipe = popen(("losetup -f --show -r " + file + " 2>/dev/null").c_str(), "r")) {
      char line[64] = {};
      if (fgets(line, sizeof line, pipe)) name = std::string(line, strcspn(line, "\n"));
      if (pclose(pipe) != 0) name.clear();
    }
  }
  ~LoopDevice() {
    if (!name.empty() && system(("losetup -d " + name).c_str()) != 0) perror("losetup -d");
  }
};

// The backing file is cut under a loop device: its sectors then answer EIO, as a bad disk does.
TEST(MappedFile, ReportsUnreadableSectorsOfABlockDevice) {
  const TemporaryFolder folder;
  const auto bytes = noise(64 * 1024);
  const std::string path = folder.write("disk.img", bytes);
  const LoopDevice loop(path);
  if (loop.name.empty()) GTEST_SKIP() << "no loop device to be had";
  const auto file = open_or_die(loop.name);
  EXPECT_TRUE(file->facts().block_device);
  EXPECT_TRUE(file->facts().write_protected);
  EXPECT_EQ(file->size(), 64u * 1024);
  ASSERT_EQ(truncate(path.c_str(), 32 * 1024 + 1024), 0);
  std::vector<std::byte> buffer(64 * 1024);
  const ReadResult got = file->read(0, buffer);
  ASSERT_FALSE(got.bad.empty());
  EXPECT_EQ(got.bad.back().end(), 64u * 1024);
  EXPECT_GE(got.bad.front().offset, 32u * 1024);
  EXPECT_TRUE(std::equal(bytes.begin(),
                         bytes.begin() + static_cast<std::ptrdiff_t>(got.bad.front().offset),
                         buffer.begin()));
}

}  // namespace
}  // namespace discern
