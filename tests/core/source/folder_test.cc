// SPDX-License-Identifier: Apache-2.0
#include "discern/folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace discern {
namespace {

namespace fs = std::filesystem;

class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/folder_test.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    fs::create_directories(folder_ + "/b/deep/deeper");
    fs::create_directory(folder_ + "/empty");
    for (const char* file : {"/z", "/a", "/b/deep/x", "/b/deep/deeper/y"})
      std::ofstream(folder_ + file) << "text";
    fs::create_symlink("/etc", folder_ + "/link");
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string folder_;
};

TEST_F(FolderTest, NamesEverythingInOrder) {
  const auto names = names_in(folder_);
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, (std::vector<std::string>{"a", "b", "empty", "link", "z"}));
}

TEST_F(FolderTest, SaysThatThereIsNone) {
  const auto names = names_in(folder_ + "/none");
  ASSERT_FALSE(names);
  EXPECT_EQ(names.error().code, Errc::missing);
  EXPECT_EQ(names_in(folder_ + "/a").error().code, Errc::io);
}

TEST_F(FolderTest, FindsFilesBelowAndFollowsNoLink) {
  const FolderTree tree = files_below(folder_);
  EXPECT_TRUE(tree.unread.empty());
  EXPECT_EQ(tree.files,
            (std::vector<std::string>{"a", "b/deep/deeper/y", "b/deep/x", "link", "z"}));
}

TEST_F(FolderTest, NamesWhatItCannotRead) {
  ASSERT_EQ(files_below(folder_ + "/none").unread.size(), 1U);
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  fs::permissions(folder_ + "/b", fs::perms::none);
  const FolderTree tree = files_below(folder_);
  fs::permissions(folder_ + "/b", fs::perms::owner_all);
  ASSERT_EQ(tree.unread.size(), 1U);
  EXPECT_EQ(tree.unread.front().file, folder_ + "/b");
  EXPECT_EQ(tree.files, (std::vector<std::string>{"a", "link", "z"}));
}

TEST_F(FolderTest, RemovesAFileALinkAndAFolderWithAllThatIsInIt) {
  EXPECT_TRUE(remove_whole(folder_ + "/a"));
  EXPECT_TRUE(remove_whole(folder_ + "/b"));
  EXPECT_TRUE(remove_whole(folder_ + "/link"));
  EXPECT_TRUE(remove_whole(folder_ + "/none"));
  EXPECT_EQ(*names_in(folder_), (std::vector<std::string>{"empty", "z"}));
  EXPECT_TRUE(fs::exists("/etc/passwd"));
  EXPECT_FALSE(remove_whole(folder_ + "/z/below"));
}

}  // namespace
}  // namespace discern
