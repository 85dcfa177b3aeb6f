// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "corpus.h"
#include "discern/pass.h"

namespace discern {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::array kTwo = {Algorithm::md5, Algorithm::crc32};

std::shared_ptr<const MappedFile> open(const std::string& path) {
  auto file = MappedFile::open(path);
  EXPECT_TRUE(file);
  return *file;
}

// A disc as the openers describe one: a file, its sectors in place, data, sessions and tracks.
struct DiscImage {
  tests::TemporaryFolder folder;
  Image image{"disc.cue", "cue"};
  DiscImage() {
    const std::vector<std::byte> sectors(std::size_t{2352} * 40, std::byte{0x5a});
    image.files.push_back({"descriptor", open(folder.write("disc.cue", as_bytes("FILE")))});
    image.files.push_back({"image", open(folder.write("disc.bin", sectors))});
    const SourcePtr bin = image.files[1].source;
    image.views.push_back({"data", 2048, window_source(bin, 16, 2048 * 10)});
    image.views.push_back({"raw", 2352, bin});
    image.views.push_back({"session 1", 2352, window_source(bin, 0, 2352 * 20)});
    image.views.push_back({"track 12", 2352, window_source(bin, 2352 * 20, 2352 * 20)});
  }
};

std::vector<std::string> names(const std::vector<DigestSet>& sets) {
  std::vector<std::string> result;
  for (const DigestSet& set : sets) result.push_back(set.object);
  return result;
}

TEST(HashJob, NamesFilesViewsSessionsAndTracks) {
  const DiscImage disc;
  Findings findings;
  const auto sets = hash_image(disc.image, kTwo, {1}, findings);
  ASSERT_TRUE(sets);
  EXPECT_THAT(names(*sets), ElementsAre("file:disc.cue", "file:disc.bin", "view:data", "view:raw",
                                        "session:1", "track:12"));
  EXPECT_EQ((*sets)[5].size, 2352U * 20);
  EXPECT_THAT(findings, IsEmpty());
}

TEST(HashJob, HashesBytesThatAreInPlaceOnce) {
  const DiscImage disc;
  HashJob job = hash_job(disc.image, kTwo);
  EXPECT_THAT(job.streams, SizeIs(5));
  ASSERT_TRUE(run_pass(job.streams, {2}));
  const auto sets = job.finish();
  EXPECT_EQ(sets[3].same_as, "file:disc.bin");
  EXPECT_EQ(sets[3].digests[0].hex, sets[1].digests[0].hex);
  EXPECT_THAT(sets[3].digests, SizeIs(2));
  EXPECT_EQ(sets[2].same_as, "");
}

TEST(HashJob, FindsTheStreamOfAnObjectThroughSameAs) {
  const DiscImage disc;
  HashJob job = hash_job(disc.image, kTwo);
  ASSERT_NE(job.stream_of("view:raw"), nullptr);
  EXPECT_EQ(job.stream_of("view:raw"), job.stream_of("file:disc.bin"));
  EXPECT_EQ(job.stream_of("view:raw")->unit % 2352, 0U);  // whole sectors, for the sector checks
  EXPECT_EQ(job.stream_of("view:raw")->unit % 512, 0U);
  EXPECT_EQ(job.stream_of("view:overlay"), nullptr);
}

TEST(HashJob, TakesMoreConsumers) {
  const DiscImage disc;
  HashJob job = hash_job(disc.image, kTwo);
  std::uint64_t seen = 0;
  job.stream_of("view:raw")->consumers.push_back({[&](const Block& block) {
    seen += block.bytes.size();
  }});
  ASSERT_TRUE(run_pass(job.streams, {2}));
  EXPECT_EQ(seen, 2352U * 40);
}

TEST(HashJob, NamesFilesOfTheSameNameByTheirPaths) {
  const tests::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "a");
  Image image{"x", "raw"};
  for (const char* name : {"a/1.bin", "1.bin", "2.bin"})
    image.files.push_back({"image", open(folder.write(name, as_bytes(name)))});
  image.files.push_back({"image", open(image.files[1].path())});
  HashJob job = hash_job(image, kTwo);
  const std::string base = folder.path().string();
  EXPECT_THAT(names(job.finish()),
              ElementsAre("file:" + base + "/a/1.bin", "file:" + base + "/1.bin", "file:2.bin",
                          "file:" + base + "/1.bin#2"));
}

TEST(HashJob, OfAnEmptyFileHasTheDigestsOfNothing) {
  const tests::TemporaryFolder folder;
  Image image{"x", "raw"};
  image.files.push_back({"image", open(folder.write("empty.img", {}))});
  image.views.push_back({"media", 512, image.files[0].source});
  Findings findings;
  const auto sets = hash_image(image, kTwo, {2}, findings);
  ASSERT_TRUE(sets);
  EXPECT_EQ(*(*sets)[0].find(Algorithm::md5), "d41d8cd98f00b204e9800998ecf8427e");  // RFC 1321 A.5
  EXPECT_EQ(*(*sets)[1].find(Algorithm::crc32), "00000000");
}

TEST(HashJob, RefusesNothingOfAnImageWithoutObjects) {
  Findings findings;
  const auto sets = hash_image(Image{"x", "raw"}, kTwo, {}, findings);
  ASSERT_TRUE(sets);
  EXPECT_THAT(*sets, IsEmpty());
}

// The expected value is the corpus manifest's, written by sha256sum.
TEST(HashJob, GivesTheManifestsDigestForAnyNumberOfThreads) {
  const auto path = tests::corpus("floppy/sector_test_360k.img");
  SKIP_WITHOUT(path);
  for (const int threads : {1, 2, 8}) {
    Image image{path.string(), "raw"};
    image.files.push_back({"image", open(path.string())});
    image.views.push_back({"media", 512, image.files[0].source});
    Findings findings;
    const auto sets = hash_image(image, all_algorithms(), {threads}, findings);
    ASSERT_TRUE(sets);
    EXPECT_EQ(*(*sets)[1].find(Algorithm::sha256),
              "0e61e0e0a01d799f87566621a96882d1020b6e9445af0096949a03e31d457668");
    EXPECT_THAT((*sets)[1].digests, SizeIs(all_algorithms().size()));
    EXPECT_THAT(findings, IsEmpty());
  }
}

TEST(HashJob, StopsWhenProgressSaysSo) {
  const DiscImage disc;
  Findings findings;
  const auto sets =
      hash_image(disc.image, kTwo, {1, [](auto, auto, auto) { return false; }}, findings);
  ASSERT_FALSE(sets);
  EXPECT_EQ(sets.error().code, Errc::cancelled);
}

TEST(HashJob, ReportsAFileThatChangedWhileItWasRead) {
  const DiscImage disc;
  HashJob job = hash_job(disc.image, kTwo);
  ASSERT_TRUE(run_pass(job.streams, {1}));
  disc.folder.write("disc.cue", as_bytes("FILE and more"));
  const auto findings = job.findings();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].code, "file.changed");
  EXPECT_EQ(findings[0].severity, Severity::damage);
  EXPECT_EQ(findings[0].where.file, disc.image.files[0].path());
  EXPECT_THAT(findings[0].text, HasSubstr("while it was read"));
}

TEST(HashJob, ReportsAFileThatChangedBeforeItWasRead) {
  const DiscImage disc;
  disc.folder.write("disc.cue", as_bytes("FILE and more"));
  Findings findings;
  ASSERT_TRUE(hash_image(disc.image, kTwo, {1}, findings));
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings[0].text, HasSubstr("before it was read"));
}

// What a cut file leaves unread is told once, at its place in the file, though views share it.
TEST(HashJob, ReportsUnreadableRangesWhereTheyLieInTheFile) {
  const DiscImage disc;
  std::filesystem::resize_file(disc.image.files[1].path(), 2352 * 30);
  Findings findings;
  const auto sets = hash_image(disc.image, kTwo, {2}, findings);
  ASSERT_TRUE(sets);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0].code, "file.changed");
  EXPECT_EQ(findings[1].code, "read.bad-range");
  EXPECT_EQ(findings[1].severity, Severity::damage);
  EXPECT_EQ(findings[1].where.file, disc.image.files[1].path());
  EXPECT_EQ(findings[1].where.offset, 2352U * 30);
  EXPECT_THAT((*sets)[1].bad, ElementsAre(ByteRange{2352 * 30, 2352 * 10}));
  EXPECT_THAT((*sets)[5].bad, ElementsAre(ByteRange{2352 * 10, 2352 * 10}));
}

TEST(HashJob, ReportsWhatAViewMissesThoughItsFileIsWhole) {
  const tests::TemporaryFolder folder;
  Image image{"x", "imz"};
  image.files.push_back({"image", open(folder.write("x.imz", as_bytes("PK")))});
  image.views.push_back(
      {"media", 512,
       partial_source(memory_source(std::vector<std::byte>(512), image.files[0].path()), 2048)});
  Findings findings;
  const auto sets = hash_image(image, kTwo, {1}, findings);
  ASSERT_TRUE(sets);
  EXPECT_THAT((*sets)[1].bad, ElementsAre(ByteRange{512, 1536}));
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].code, "read.bad-range");
  EXPECT_THAT(findings[0].text, HasSubstr("view:media: 1536 bytes from offset 512"));
}

// Every second sector of a medium is unreadable.
struct Striped final : ByteSource {
  std::uint64_t size() const override { return std::uint64_t{512} * 2 * 1500; }
  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    std::fill(buffer.begin(), buffer.end(), std::byte{0});
    ReadResult result{buffer.size()};
    for (std::uint64_t at = offset; at < offset + buffer.size(); at += 512)
      if (at / 512 % 2 == 1) result.bad.push_back({at, 512});
    return result;
  }
  Location locate(std::uint64_t offset) const override {
    return {"/dev/x", offset, size() - offset, {}};
  }
};

TEST(HashJob, TellsAThousandRangesOneByOneAndCountsTheRest) {
  Image image{"x", "raw"};
  image.views.push_back({"media", 512, std::make_shared<Striped>()});
  Findings findings;
  const auto sets = hash_image(image, kTwo, {2}, findings);
  ASSERT_TRUE(sets);
  EXPECT_THAT((*sets)[0].bad, SizeIs(1500));
  ASSERT_THAT(findings, SizeIs(1001));
  EXPECT_EQ(findings[999].where.offset, 512U * 1999);
  EXPECT_THAT(findings[1000].text, HasSubstr("500 more ranges of 256000 bytes"));
}

}  // namespace
}  // namespace discern
