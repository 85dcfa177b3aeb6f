// SPDX-License-Identifier: Apache-2.0
// Sets that we write, read by libewf's own tools and by our reader.
#include "convert/ewf_set.h"

#include <gtest/gtest.h>

#include <random>

#include "corpus.h"
#include "discern/pass.h"
#include "tool.h"

namespace discern {
namespace {

using tests::corpus;
using tests::run;
using tests::TemporaryFolder;

constexpr std::size_t kChunk = 32768;
const CaseData kCase = {.case_number = "2024-17",
                        .evidence_number = "3",
                        .examiner =
                            "Jane D\xC3\xB6"
                            "e",
                        .description = "a disk",
                        .notes = "from the desk"};

// Text, noise and zeros in turn, a chunk each.
std::vector<std::byte> medium(std::size_t size) {
  std::mt19937 random(7);
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    if (i / kChunk % 3 == 0) bytes[i] = static_cast<std::byte>('a' + i / 100 % 26);
    if (i / kChunk % 3 == 1) bytes[i] = static_cast<std::byte>(random());
  }
  return bytes;
}

class WrittenEwf : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  bool shows(const std::string& set, const std::string& pattern) const {
    return run("ewfinfo " + path(set) + " | grep -q '" + pattern + "'");
  }
  Result<EwfSet> write(const Image& image, const View& view, EwfFlavour flavour,
                       int threads = 2) const {
    return write_ewf_set(image, view, flavour, path("x"), kCase, threads, {});
  }
  TemporaryFolder folder_;
};

TEST_F(WrittenEwf, PassesEwfverifyWithStoredDigestsAndCaseData) {
  SKIP_WITHOUT_TOOL("ewfverify");
  // Sizes around batches (128 chunks) and chunks.
  for (const std::size_t size :
       {std::size_t{512}, kChunk, kChunk + 512, 128 * kChunk, 129 * kChunk - 512, 300 * kChunk}) {
    const auto image = open_image(folder_.write("a.img", medium(size)));
    ASSERT_TRUE(image);
    const auto set = write(*image, image->main_view(), EwfFlavour::encase6);
    ASSERT_TRUE(set) << describe(set.error());
    EXPECT_EQ(set->segments, std::vector<std::string>{path("x.E01")});
    EXPECT_TRUE(run("ewfverify -q -d sha1 " + path("x.E01"))) << size;
    EXPECT_TRUE(run("md5sum " + path("a.img") + " | grep -q ^" + set->digests[0].hex));
    EXPECT_TRUE(run("sha256sum " + path("a.img") + " | grep -q ^" + set->digests[2].hex));
    EXPECT_TRUE(shows("x.E01", "EnCase 6"));
    EXPECT_TRUE(shows("x.E01", "Case number:.*2024-17"));
    EXPECT_TRUE(shows("x.E01", "Evidence number:.*3"));
    EXPECT_TRUE(shows("x.E01", "Examiner name:.*Jane"));
    EXPECT_TRUE(shows("x.E01", "Description:.*a disk"));
    EXPECT_TRUE(shows("x.E01", "Notes:.*from the desk"));
    EXPECT_TRUE(shows("x.E01", "MD5:.*" + set->digests[0].hex));
    EXPECT_TRUE(shows("x.E01", "SHA1:.*" + set->digests[1].hex));
    std::filesystem::remove(path("x.E01"));
  }
}

TEST_F(WrittenEwf, StoresTheSha256InEwfx) {
  SKIP_WITHOUT_TOOL("ewfverify");
  const auto image = open_image(folder_.write("a.img", medium(10 * kChunk)));
  ASSERT_TRUE(image);
  const auto set = write(*image, image->main_view(), EwfFlavour::ewfx);
  ASSERT_TRUE(set) << describe(set.error());
  EXPECT_EQ(set->segments, std::vector<std::string>{path("x.e01")});
  EXPECT_TRUE(run("ewfverify -q -d sha1,sha256 " + path("x.e01")));
  EXPECT_TRUE(shows("x.e01", "SHA256:.*" + set->digests[2].hex));
}

TEST_F(WrittenEwf, ReadsBackByOurReaderWithEveryNumberOfThreads) {
  const auto expected = medium(200 * kChunk + 1024);
  const auto image = open_image(folder_.write("a.img", expected));
  ASSERT_TRUE(image);
  for (const int threads : {1, 2, 5}) {
    const auto set = write(*image, image->main_view(), EwfFlavour::ewfx, threads);
    ASSERT_TRUE(set) << describe(set.error());
    const auto back = open_image(path("x.e01"));
    ASSERT_TRUE(back) << describe(back.error());
    const auto bytes = read_exactly(*back->main_view().source, 0, expected.size());
    ASSERT_TRUE(bytes);
    EXPECT_TRUE(*bytes == expected);
    ASSERT_EQ(back->stored_digests.size(), 3u);
    std::filesystem::remove(path("x.e01"));
  }
}

TEST_F(WrittenEwf, TellsUnreadableSectorsAsAcquisitionErrors) {
  SKIP_WITHOUT_TOOL("ewfinfo");
  const std::string raw = folder_.write("a.img", medium(4 * kChunk));
  // A map of ddrescue: 3 sectors from 80 on were not read.
  folder_.write("a.map", as_bytes("0 ? 1\n0x0 0xA000 +\n0xA000 0x600 -\n0xA600 0x15A00 +\n"));
  const auto image = open_image(raw);
  ASSERT_TRUE(image);
  const auto set = write(*image, image->main_view(), EwfFlavour::encase6);
  ASSERT_TRUE(set) << describe(set.error());
  EXPECT_EQ(set->bad, (std::vector<ByteRange>{{0xA000, 0x600}}));
  EXPECT_TRUE(shows("x.E01", "80 - 82 number: 3"));
  EXPECT_TRUE(shows("x.E01", "Error granularity:.*1"));
  const auto back = open_image(path("x.E01"));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->main_view().fillers, (std::vector<ByteRange>{{0xA000, 0x600}}));
  std::vector<std::byte> sector(512, std::byte{1});
  back->main_view().source->read(0xA000, sector);
  EXPECT_TRUE(sector == std::vector<std::byte>(512));
}

TEST_F(WrittenEwf, HoldsTheSectorsAndSessionsOfADisc) {
  SKIP_WITHOUT_TOOL("ewfverify");
  const auto cue = corpus("optical/disc/isofs-m1.cue");
  SKIP_WITHOUT(cue);
  const auto image = open_image(cue.string());
  ASSERT_TRUE(image) << describe(image.error());
  const auto set = write(*image, *image->find_view("data"), EwfFlavour::encase6);
  ASSERT_TRUE(set) << describe(set.error());
  EXPECT_TRUE(run("ewfverify -q -d sha1 " + path("x.E01")));
  EXPECT_TRUE(shows("x.E01", "optical disk"));
  EXPECT_TRUE(shows("x.E01", "Bytes per sector:.*2048"));
  EXPECT_TRUE(shows("x.E01", "at sector(s): 0 - 301 number: 302"));
}

TEST_F(WrittenEwf, RefusesWhatItCannotHold) {
  const auto odd = open_image(folder_.write("a.img", medium(1000)), {.format = "raw"});
  ASSERT_TRUE(odd);
  const auto set = write(*odd, odd->main_view(), EwfFlavour::encase6);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().code, Errc::unsupported);

  const auto image = open_image(folder_.write("b.img", medium(kChunk)));
  ASSERT_TRUE(image);
  CaseData data;
  data.notes = "two\tcolumns";
  const auto tab =
      write_ewf_set(*image, image->main_view(), EwfFlavour::encase6, path("x"), data, 1, {});
  ASSERT_FALSE(tab);
  EXPECT_EQ(tab.error().code, Errc::unsupported);
  const auto nowhere =
      write_ewf_set(*image, image->main_view(), EwfFlavour::encase6, path("no/x"), kCase, 1, {});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Errc::io);
  const auto stopped = write_ewf_set(*image, image->main_view(), EwfFlavour::encase6, path("y"),
                                     kCase, 1, [](auto, auto, auto) { return false; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::cancelled);
}

}  // namespace
}  // namespace discern
