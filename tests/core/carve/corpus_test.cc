// SPDX-License-Identifier: Apache-2.0
// DFTT image 8, "JPEG Search Test #1" (Brian Carrier, 2004): an NTFS file system of 10 MB with
// pictures. Sizes and MD5 digests are those of the test's description, offsets those of TSK's
// istat (cluster times 512). Not whole on the medium: file10 (in a gzip file), file11 (not at the
// start of a sector), file12 (in a Word document), file13 (its second cluster run is elsewhere).
#include "corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "discern/digest.h"
#include "samples.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;

class JpegSearchImage : public testing::Test {
 protected:
  void SetUp() override {
    const auto archive = corpus("filesystem/dftt-8-jpeg-search.zip");
    SKIP_WITHOUT(archive);
    const std::string command = "unzip -q -j " + archive.string() +
                                " 8-jpeg-search/8-jpeg-search.dd -d " + folder_.path().string() +
                                " 2>/dev/null";
    if (std::system(command.c_str()) != 0) GTEST_SKIP() << "no unzip";
    bytes_ = file_bytes(folder_.path() / "8-jpeg-search.dd");
    ASSERT_EQ(hex_digest(Algorithm::md5, bytes_), "9bdb9c76b80e90d155806a1fc7846db5");
  }

  std::vector<std::string> found(SourcePtr source) const {
    CarveOptions options;
    options.types = {"jpeg", "zip"};
    const auto files = carve_view({"media", 512, std::move(source)}, options);
    EXPECT_TRUE(files);
    std::vector<std::string> lines;
    for (const CarvedFile& file : *files) {
      const Bytes part = *slice(bytes_, file.offset, file.size);
      lines.push_back(file.type + " " + std::to_string(file.offset / 512) + " " +
                      std::to_string(file.size) + " " + std::string(name_of(file.soundness)) + " " +
                      hex_digest(Algorithm::md5, part));
      EXPECT_EQ(file.sha256, hex_digest(Algorithm::sha256, part));
    }
    return lines;
  }

  TemporaryFolder folder_;
  std::vector<std::byte> bytes_;
};

auto what_is_whole() {
  return ElementsAre("jpeg 530 274260 complete 75b8d00568815a36c3809b46fc84ba6d",
                     "jpeg 1066 326859 complete 0c452c5800fcfa7c66027ae89c4f068a",
                     "jpeg 1705 175630 complete afd55222024a4e22f7f5a3a665320763",
                     testing::StartsWith("jpeg 6688 5120 first fragment "),
                     "jpeg 10056 26081 complete de5d83153339931371719f4e5c924eba",
                     "zip 10810 335371 complete d41b56e0a9f84eb2825e73c24cedd963",
                     "zip 11466 294124 complete 73c3029066aee9416a5aeb98a5c55321");
}

TEST_F(JpegSearchImage, GivesTheFilesThatLieInOnePiece) {
  const auto file = MappedFile::open((folder_.path() / "8-jpeg-search.dd").string());
  ASSERT_TRUE(file);
  EXPECT_THAT(found(*file), what_is_whole());
}

TEST_F(JpegSearchImage, GivesTheSameFromMemoryAndFromARawDisc) {
  EXPECT_THAT(found(memory_source(bytes_, "x")), what_is_whole());
  EXPECT_THAT(found(std::make_shared<RawDiscData>(as_text(bytes_))), what_is_whole());
}

}  // namespace
}  // namespace discern
