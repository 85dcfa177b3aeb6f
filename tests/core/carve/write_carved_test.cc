// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "corpus.h"
#include "samples.h"

namespace discern {
namespace {

using namespace tests;

class WriteCarved : public testing::Test {
 protected:
  std::size_t files_in_folder() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_.path()), {}));
  }
  const std::string text_ = noise(3'000'000);
  const View view_ = {"media", 512, memory_source(bytes_of(text_), "x")};
  const TemporaryFolder folder_;
  const std::string path_ = (folder_.path() / "carved.png").string();
};

CarvedFile file_at(std::uint64_t offset, std::uint64_t size) {
  CarvedFile file;
  file.offset = offset;
  file.size = size;
  return file;
}

TEST_F(WriteCarved, WritesTheBytesOfTheView) {
  ASSERT_TRUE(write_carved(view_, file_at(1000, 2'500'000), path_));
  EXPECT_EQ(as_text(file_bytes(path_)), text_.substr(1000, 2'500'000));
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(WriteCarved, RefusesAnExistingFile) {
  folder_.write("carved.png", as_bytes("mine"));
  const Status status = write_carved(view_, file_at(0, 100), path_);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::io);
  EXPECT_EQ(status.error().file, path_);
  EXPECT_EQ(as_text(file_bytes(path_)), "mine");
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(WriteCarved, RefusesADanglingLink) {
  std::filesystem::create_symlink(folder_.path() / "elsewhere", path_);
  EXPECT_FALSE(write_carved(view_, file_at(0, 100), path_));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "elsewhere"));
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(WriteCarved, SaysWhenTheFolderIsMissing) {
  const Status status =
      write_carved(view_, file_at(0, 100), (folder_.path() / "none" / "x").string());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::io);
}

TEST_F(WriteCarved, LeavesNothingBehindWhenTheViewIsTooShort) {
  EXPECT_FALSE(write_carved(view_, file_at(2'999'999, 2), path_));
  EXPECT_EQ(files_in_folder(), 0u);
}

}  // namespace
}  // namespace discern
