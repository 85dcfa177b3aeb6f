// SPDX-License-Identifier: Apache-2.0
#include "mount_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carved_files.h"
#include "discern/run_source.h"
#include "image_tree.h"

namespace discern {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names(const MountTree& tree, MountTree::Id folder) {
  std::vector<std::string> result;
  for (const MountTree::Id id : tree.find(folder)->children) result.push_back(tree.find(id)->name);
  return result;
}

TEST(MountTree, MakesFoldersOnTheWay) {
  MountTree tree;
  tree.add_file("files/a/b.txt", {.size = 3});
  tree.add_folder("files/a", 7);
  const auto files = tree.child(MountTree::kRoot, "files");
  const auto a = tree.child(files, "a");
  EXPECT_EQ(tree.find(a)->file.mtime_ns, 7);
  EXPECT_EQ(tree.find(tree.child(a, "b.txt"))->file.size, 3);
  EXPECT_EQ(tree.find(a)->parent, files);
  EXPECT_EQ(tree.child(a, "c"), 0);
  EXPECT_EQ(tree.find(0), nullptr);
  EXPECT_EQ(tree.find(tree.size() + 1), nullptr);
}

TEST(MountTree, ReplacesNamesThatNoFileSystemHas) {
  MountTree tree;
  tree.add_file("../x", {});
  tree.add_file("..", {});
  tree.add_file("", {});
  tree.add_file(std::string(300, 'n'), {});
  EXPECT_THAT(names(tree, MountTree::kRoot),
              ElementsAre("_..", "_..~2", "_", std::string(255, 'n')));
}

TEST(MountTree, KeepsFilesOfTheSameName) {
  MountTree tree;
  const std::string longest(255, 'l');
  for (const char* id : {"5", "6", "6"}) tree.add_file("a", {}, id);
  for (int i = 0; i < 3; ++i) tree.add_file(longest, {});
  EXPECT_THAT(names(tree, MountTree::kRoot),
              ElementsAre("a", "a~6", "a~6~2", longest, std::string(253, 'l') + "~2",
                          std::string(253, 'l') + "~3"));
}

// Evidence may name a file as the folder of another one.
TEST(MountTree, PutsFilesBelowAFileIntoAFolderBesideIt) {
  MountTree tree;
  tree.add_file("a", {});
  tree.add_file("a/b", {});
  tree.add_file("a/c", {});
  EXPECT_THAT(names(tree, MountTree::kRoot), ElementsAre("a", "a~2"));
  EXPECT_THAT(names(tree, tree.child(MountTree::kRoot, "a~2")), ElementsAre("b", "c"));
}

TEST(MountTree, TakesManyFilesOfOneName) {
  MountTree tree;
  for (int i = 0; i < 200'000; ++i) tree.add_file("same", {}, "7");
  EXPECT_EQ(tree.size(), 200'001);
}

std::vector<std::byte> counting(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i);
  return bytes;
}

TEST(RunSource, PutsRunsTogetherAndCallsTheRestBad) {
  const SourcePtr view = partial_source(memory_source(counting(100), "view"), 120);
  Entry entry{.path = "/f", .size = 60};
  // Out of order; sparse 20-30; nothing says where 40-50 is; 50-60 lies behind the bytes there are.
  entry.runs = {{10, 10, 70}, {0, 10, 5}, {20, 10, std::nullopt}, {30, 10, 0}, {50, 10, 95}};
  const SourcePtr file = run_source(view, entry);
  ASSERT_EQ(file->size(), 60);
  std::vector<std::byte> got(80);
  const ReadResult result = file->read(0, got);
  EXPECT_EQ(result.bytes, 60);
  EXPECT_THAT(result.bad, ElementsAre(ByteRange{40, 10}, ByteRange{55, 5}));
  EXPECT_EQ(got[9], std::byte{14});
  EXPECT_EQ(got[10], std::byte{70});
  EXPECT_EQ(got[25], std::byte{0});
  EXPECT_EQ(got[39], std::byte{9});
  EXPECT_EQ(got[54], std::byte{99});
  std::vector<std::byte> few(3);
  EXPECT_TRUE(file->read(19, few).complete());
  EXPECT_EQ(few[0], std::byte{79});
  EXPECT_EQ(file->read(60, few).bytes, 0);
}

TEST(RunSource, CallsRunsBehindTheViewBad) {
  const SourcePtr view = memory_source(counting(10), "view");
  Entry entry{.path = "/f", .size = 20};
  entry.runs = {{0, 20, 5}};
  std::vector<std::byte> got(20);
  const ReadResult result = run_source(view, entry)->read(0, got);
  EXPECT_EQ(result.bytes, 20);
  EXPECT_THAT(result.bad, ElementsAre(ByteRange{5, 15}));
  entry.runs = {{0, 20, ~std::uint64_t{0} - 3}};
  EXPECT_THAT(run_source(view, entry)->read(0, got).bad, ElementsAre(ByteRange{0, 20}));
}

TEST(RunSource, SaysWhereBytesComeFrom) {
  const SourcePtr view = memory_source(counting(100), "view");
  Entry entry{.path = "/f", .size = 30};
  entry.runs = {{0, 10, 50}, {20, 10, std::nullopt}};
  const SourcePtr file = run_source(view, entry);
  EXPECT_EQ(file->locate(3).file, "view");
  EXPECT_EQ(file->locate(3).length, 7);
  EXPECT_FALSE(file->locate(12).offset);
}

std::shared_ptr<const Image> small_disk() {
  auto image = std::make_shared<Image>();
  image->path = "d.img";
  image->views.push_back({.name = "media", .source = memory_source(counting(1000), "d.img")});
  return image;
}

std::string line(std::string_view fields) {
  return R"({"schema":"discern/carve/1",)" + std::string(fields) + "}\n";
}

TEST(CarvedFiles, ShowsRunsOfAViewAsFiles) {
  MountTree tree;
  const std::string digest(64, 'a');
  const std::string list =
      line(
          R"("size":30,"sha256":")" + digest +
          R"(","view":"media","offset":100,"file":"carved/1.png","runs":[{"offset":100,"length":10},{"offset":50,"length":20}])") +
      "\n" + line(R"("size":0,"view":"media","offset":7,"type":"gif","runs":[],"file":null)") +
      line(
          R"("size":1,"view":"media","offset":999,"file":"../1.png","runs":[{"offset":999,"length":1}])");
  ASSERT_TRUE(add_carved(tree, small_disk(), list, "list"));
  const auto folder = tree.child(MountTree::kRoot, "carved");
  EXPECT_THAT(names(tree, folder), ElementsAre("1.png", "7.gif", "1.png~2", "SHA256SUMS"));
  const auto file = tree.find(tree.child(folder, "1.png"))->file.open({});
  ASSERT_TRUE(file);
  std::vector<std::byte> got(40);
  EXPECT_EQ((*file)->read(0, got).bytes, 30);
  EXPECT_EQ(got[0], std::byte{100});
  EXPECT_EQ(got[10], std::byte{50});
  const auto sums = tree.find(tree.child(folder, "SHA256SUMS"))->file.open({});
  ASSERT_TRUE(sums);
  std::vector<std::byte> text((*sums)->size());
  (*sums)->read(0, text);
  EXPECT_EQ(as_text(text), digest + "  1.png\n");
}

TEST(CarvedFiles, RefusesListsOfOtherImagesAndWhatIsNoList) {
  const auto code = [](const std::string& list) {
    MountTree tree;
    const Status status = add_carved(tree, small_disk(), list, "list");
    return status
               ? ""
               : std::to_string(static_cast<int>(status.error().code)) + describe(status.error());
  };
  const auto is = [](Errc wanted) {
    return ::testing::StartsWith(std::to_string(static_cast<int>(wanted)));
  };
  const std::string good =
      line(R"("size":1,"view":"media","offset":0,"runs":[{"offset":0,"length":1}])");
  EXPECT_EQ(code(good), "");
  EXPECT_THAT(code(good + "{"),
              ::testing::AllOf(is(Errc::corrupt), ::testing::HasSubstr("list:2:1")));
  for (const char* fields :
       {R"("view":"media","offset":0,"runs":[])", R"("size":1,"view":"media","runs":[])",
        R"("size":1,"view":"media","offset":0)", R"("size":1,"view":"media","offset":0,"runs":[])",
        R"("size":1,"view":"media","offset":0,"runs":[1])",
        R"("size":1,"view":"media","offset":0,"runs":[{"offset":0}])",
        R"("size":1,"view":"media","offset":0,"runs":[{"length":1}])",
        R"("size":1,"view":"media","offset":0,"runs":[{"offset":-1,"length":1}])",
        R"("size":1,"view":"media","offset":0,"runs":[{"offset":0,"length":2}])"})
    EXPECT_THAT(code(line(fields)), is(Errc::corrupt)) << fields;
  EXPECT_THAT(code("[]\n"), is(Errc::corrupt));
  EXPECT_THAT(code(R"({"schema":"discern/info/1"})"), is(Errc::corrupt));
  for (
      const char* fields :
      {R"("size":1,"view":"data","offset":0,"runs":[{"offset":0,"length":1}])",
       R"("size":2,"view":"media","offset":0,"runs":[{"offset":999,"length":2}])",
       R"("size":2,"view":"media","offset":0,"runs":[{"offset":18446744073709551615,"length":2}])"})
    EXPECT_THAT(code(line(fields)), is(Errc::missing)) << fields;
}

TEST(ImageTree, NamesFilesByTheirViews) {
  Image disk{.path = "d.img", .format = "raw"};
  disk.views.push_back({.name = "media", .source = memory_source(counting(512), "d")});
  disk.views.push_back({.name = "volume 2", .source = memory_source(counting(512), "d")});
  EXPECT_EQ(file_name_of(disk, disk.views[0]), "media.raw");
  EXPECT_EQ(file_name_of(disk, disk.views[1]), "volume2.raw");
  Image disc{.path = "d.cue", .format = "cue"};
  const SourcePtr sectors = memory_source(counting(4096), "d");
  disc.views = {{"data", 2048, sectors},
                {"raw", 2352, sectors},
                {"session 2", 2048, sectors},
                {"track 1", 2352, sectors},
                {"track 2", 2352, sectors}};
  disc.disc = Disc{.sessions = {{.number = 1,
                                 .tracks = {{.number = 1, .mode = SectorMode::mode1},
                                            {.number = 2, .mode = SectorMode::audio}}}}};
  std::vector<std::string> found;
  for (const View& view : disc.views) found.push_back(file_name_of(disc, view));
  EXPECT_THAT(found,
              ElementsAre("data.iso", "raw.bin", "session2.iso", "track01.bin", "track02.wav"));
}

}  // namespace
}  // namespace discern
