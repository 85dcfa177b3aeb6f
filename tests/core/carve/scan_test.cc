// SPDX-License-Identifier: Apache-2.0
// From blocks of a view to carved files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "discern/carve_range.h"
#include "discern/digest.h"
#include "samples.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

View view_of(SourcePtr source, std::uint32_t sector_size = 512) {
  return {"media", sector_size, std::move(source)};
}
View view_of(const std::string& text) { return view_of(memory_source(bytes_of(text), "x")); }

std::vector<CarvedFile> carved(const View& view, CarveOptions options = {},
                               std::size_t block = 1 << 20) {
  CarveScan scan(view, std::move(options));
  const Consumer consumer = scan.consumer();
  std::vector<std::byte> buffer;
  for (std::uint64_t at = 0; at < view.source->size(); at += block) {
    buffer.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(block, view.source->size() - at)));
    const ReadResult got = view.source->read(at, buffer);
    consumer.consume({at, buffer, got.bad});
  }
  auto files = scan.carve();
  EXPECT_TRUE(files);
  return files ? *std::move(files) : std::vector<CarvedFile>();
}

std::string in_sectors(const std::string& text, std::size_t sector = 512) {
  return text + std::string((sector - text.size() % sector) % sector, '\0');
}

std::string medium(std::size_t sector = 512) {
  std::string text = std::string(4096, '\0');
  for (const std::string& file : {png(3000), jpeg(9000), gif(), pdf(), zip(), png(7)})
    text += in_sectors(file, sector) + noise(4096);
  return text;
}

std::vector<std::string> digests(const std::vector<CarvedFile>& files) {
  std::vector<std::string> result;
  for (const CarvedFile& file : files) result.push_back(file.sha256);
  return result;
}
std::string sha256(const std::string& text) {
  return hex_digest(Algorithm::sha256, as_bytes(text));
}
auto all_of_medium() {
  return ElementsAre(sha256(png(3000)), sha256(jpeg(9000)), sha256(gif()), sha256(pdf()),
                     sha256(zip()), sha256(png(7)));
}

TEST(CarveScan, FindsEveryFileOfAMedium) {
  const auto files = carved(view_of(medium()));
  EXPECT_THAT(digests(files), all_of_medium());
  ASSERT_FALSE(files.empty());
  EXPECT_EQ(files[0].type, "png");
  EXPECT_EQ(files[0].extension, "png");
  EXPECT_EQ(files[0].offset, 4096u);
  EXPECT_EQ(files[0].size, png(3000).size());
  EXPECT_EQ(files[0].soundness, Soundness::complete);
  EXPECT_EQ(files[0].end_reason, "IEND chunk");
  EXPECT_EQ(files[1].extension, "jpg");
}

TEST(CarveScan, DoesNotDependOnBlocksOrThreads) {
  const std::string text = medium();
  for (const std::size_t block : {512, 1024, 4096, 1 << 20})
    for (const int threads : {1, 2, 7}) {
      CarveOptions options;
      options.threads = threads;
      EXPECT_THAT(digests(carved(view_of(text), options, block)), all_of_medium());
    }
}

TEST(CarveScan, FindsHeadersAtTheVeryEndOfABlock) {
  CarveOptions options;
  options.step = 1;
  const std::string text = std::string(509, 'x') + png(100) + std::string(100, 'x');
  for (std::size_t block = 505; block < 530; ++block)
    EXPECT_THAT(digests(carved(view_of(text), options, block)), ElementsAre(sha256(png(100))));
}

TEST(CarveScan, LooksAtSectorStartsOnly) {
  EXPECT_THAT(carved(view_of(std::string(100, 'x') + png())), IsEmpty());
  const std::string text = std::string(512, 'x') + png();
  EXPECT_EQ(carved(view_of(text)).size(), 1u);
  const View disc = view_of(memory_source(bytes_of(text), "x"), 2048);
  EXPECT_THAT(carved(disc), IsEmpty());
  CarveOptions options;
  options.step = 512;
  EXPECT_EQ(carved(disc, options).size(), 1u);
  // 2352 is no multiple of 512: sectors of raw views say nothing about where files begin.
  EXPECT_EQ(carved(view_of(memory_source(bytes_of(text), "x"), 2352)).size(), 1u);
}

TEST(CarveScan, CarvesChosenTypesOnly) {
  CarveOptions options;
  options.types = {"gif", "pdf"};
  EXPECT_THAT(digests(carved(view_of(medium()), options)),
              ElementsAre(sha256(gif()), sha256(pdf())));
}

// Memory, as an inflated image has it, and user data of a raw disc, 2048 of each 2352 bytes.
TEST(CarveScan, FindsTheSameOnARawDisc) {
  const std::string text = medium(2048) + std::string(1000, '\0');
  const auto files = carved(view_of(std::make_shared<RawDiscData>(text), 2048));
  EXPECT_THAT(digests(files), all_of_medium());

  ASSERT_GT(files.size(), 1u);
  const CarvedFile& first = files[0];
  ASSERT_EQ(first.runs.size(), 3u) << "6276 bytes from the start of sector 2 on";
  EXPECT_EQ(first.runs[1].in_view, (ByteRange{6144, 2048}));
  EXPECT_EQ(first.runs[1].where.file, "disc.bin");
  EXPECT_EQ(first.runs[1].where.offset, 3u * 2352 + 16);
  EXPECT_EQ(first.runs[1].where.lba, 3);
  EXPECT_EQ(first.runs[1].where.length, 2048u);
  EXPECT_EQ(first.runs[2].in_view.end(), first.offset + first.size);
}

TEST(CarveScan, DropsFilesInsideCompleteOnes) {
  // A picture stored in an archive, at the start of a sector.
  const std::string name(512 - 30, 'n');
  const std::string archive = zip({{name, jpeg(5000)}});
  ASSERT_EQ(archive.find(jpeg(5000)), 512u);
  EXPECT_THAT(digests(carved(view_of(archive))), ElementsAre(sha256(archive)));

  // When the archive is not sound, the picture may be all that is left.
  std::string broken = archive;
  broken.resize(archive.size() - 10);
  broken += std::string(600, 'x');
  const auto files = carved(view_of(broken));
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].soundness, Soundness::truncated);
  EXPECT_EQ(files[1].sha256, sha256(jpeg(5000)));
}

// What ranges of `view` that begin at `seams` and 0 find, and what of it counts.
std::vector<std::string> in_ranges(const View& view, std::vector<std::uint64_t> seams) {
  seams.push_back(view.source->size());
  std::vector<RangeFile> all;
  std::uint64_t at = 0;
  for (const std::uint64_t seam : seams) {
    const auto files = carve_range(view, {at, seam - at}, {});
    EXPECT_TRUE(files);
    if (files) all.insert(all.end(), files->begin(), files->end());
    at = seam;
  }
  const std::vector<bool> found = found_by_all(all);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (found[i]) result.push_back(all[i].file.sha256);
  return result;
}

TEST(CarveRange, FindsTheSameWhereverTheSeamsAre) {
  const std::string text = medium();
  for (std::uint64_t seam = 1; seam < text.size(); seam += 509)
    EXPECT_THAT(in_ranges(view_of(text), {seam}), all_of_medium()) << seam;
  EXPECT_THAT(in_ranges(view_of(text), {512, 4096, 4097, 5000, 20000}), all_of_medium());
}

TEST(CarveRange, KnowsThatAFileOfTheRangeBeforeHoldsIts) {
  const std::string archive = zip({{std::string(512 - 30, 'n'), jpeg(5000)}});
  EXPECT_THAT(in_ranges(view_of(archive), {512}), ElementsAre(sha256(archive)));
  const auto alone = carve_range(view_of(archive), {512, archive.size() - 512}, {});
  ASSERT_TRUE(alone);
  ASSERT_EQ(alone->size(), 1u) << "a range does not see what is before it";
  EXPECT_EQ((*alone)[0].file.sha256, sha256(jpeg(5000)));
}

// A damaged file keeps what does not begin at a cluster, even of another range; once its other part
// is found, also what lies there, and no longer what lies between.
TEST(CarveRange, ChoosesBeforeAndAfterPartsAreJoined) {
  const Nesting broken{
      .offset = 0, .length = 20000, .soundness = Soundness::damaged, .cluster = 4096};
  Nesting joined = broken;
  joined.soundness = Soundness::complete;
  joined.length = 8192;
  joined.further = {{12288, 10000}};
  const auto at = [](std::uint64_t offset) { return Nesting{.offset = offset, .length = 100}; };
  std::vector<RangeFile> files = {{{}, broken, joined}};
  for (const std::uint64_t offset : {512U, 4096U, 8192U, 8704U, 12288U, 22288U})
    files.push_back({{}, at(offset), at(offset)});
  EXPECT_THAT(found_by_all(files), ElementsAre(true, false, false, true, false, false, true));
}

TEST(CarveScan, SaysWhatIsUnreadableInsideAFile) {
  // The segment's payload is stepped over, so that only the digest meets the gap.
  const std::string file = kSoi + jpeg_segment(0xE1, std::string(60000, 'x')) + jpeg_tables() +
                           jpeg_frame() + jpeg_scan(jpeg_data(500)) + kEoi;
  class Gap : public ByteSource {
   public:
    explicit Gap(SourcePtr base) : base_(std::move(base)) {}
    std::uint64_t size() const override { return base_->size(); }
    ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
      ReadResult result = base_->read(offset, buffer);
      for (std::uint64_t at = 5120; at < 5632; ++at)
        if (at >= offset && at < offset + result.bytes) {
          buffer[static_cast<std::size_t>(at - offset)] = std::byte{0};
          result.bad.push_back({at, 1});
        }
      result.bad = merged(std::move(result.bad));
      return result;
    }
    Location locate(std::uint64_t offset) const override { return base_->locate(offset); }

   private:
    SourcePtr base_;
  };
  const auto files = carved(view_of(std::make_shared<Gap>(memory_source(bytes_of(file), "x"))));
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].size, file.size());
  EXPECT_EQ(files[0].soundness, Soundness::damaged);
  EXPECT_EQ(files[0].end_reason, "EOI marker, 512 bytes on the way unreadable");
}

// Bytes that fail only when touched read as zeros first; the verdict about them is void.
TEST(CarveScan, JudgesAgainWhenPagesFailMeanwhile) {
  class Failing : public ByteSource {
   public:
    explicit Failing(std::string text) : text_(std::move(text)) {
      blank_ = text_;
      std::fill(blank_.begin() + 1024, blank_.begin() + 1536, '\0');
    }
    std::uint64_t size() const override { return text_.size(); }
    ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
      const Bytes part = as_bytes(blank_).subspan(static_cast<std::size_t>(offset));
      const std::size_t length = std::min(part.size(), buffer.size());
      std::copy_n(part.begin(), length, buffer.begin());
      ReadResult result{length};
      if (offset < 1536 && offset + length > 1024) {
        const std::uint64_t from = std::max<std::uint64_t>(offset, 1024);
        result.bad.push_back({from, std::min<std::uint64_t>(offset + length, 1536) - from});
      }
      return result;
    }
    std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
      if (touched_ && offset < 1536 && offset + length > 1024) return std::nullopt;
      return slice(as_bytes(blank_), offset, length);
    }
    std::vector<ByteRange> failed(ByteRange range) const override {
      asked_ += 1;
      if (asked_ > 2) touched_ = true;  // after the first view was handed out
      if (touched_ && range.offset < 1536 && range.end() > 1024) return {{1024, 512}};
      return {};
    }
    Location locate(std::uint64_t offset) const override {
      return {"x", offset, text_.size() - offset};
    }

   private:
    std::string text_;
    std::string blank_;
    mutable bool touched_ = false;
    mutable int asked_ = 0;
  };
  const auto files = carved(view_of(std::make_shared<Failing>(png(3000))), {.threads = 1});
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].soundness, Soundness::truncated);
  EXPECT_EQ(files[0].end_reason, "unreadable bytes");
  EXPECT_EQ(files[0].size, 1024u);
}

TEST(CarveScan, StopsWhenProgressSaysSo) {
  // Long enough that the report, due every 100 ms, comes.
  const std::string picture = in_sectors(png(500000));
  std::string text;
  for (int i = 0; i < 200; ++i) text += picture;
  const View view = view_of(text);
  int calls = 0;
  CarveOptions options;
  options.threads = 1;
  options.progress = [&](std::string_view what, std::uint64_t done, std::uint64_t total) {
    ++calls;
    EXPECT_EQ(what, "carving");
    EXPECT_LE(done, total);
    return false;
  };
  CarveScan scan(view, options);
  scan.consumer().consume({0, *view.source->view(0, text.size()), {}});
  const auto files = scan.carve();
  if (calls == 0) GTEST_SKIP() << "done before the first report";
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, Errc::cancelled);
}

// A header in every sector whose structure leads through all of the view: each hit alone is cheap,
// all of them read everything again and again unless the budget is shared.
TEST(CarveScan, EndsSoonWhenEverySectorIsAHostileHeader) {
  const std::string head = kPngSignature + png_header();
  std::string png_bomb;
  std::string pdf_bomb;
  for (int i = 0; i < 8192; ++i) {
    png_bomb += head + big(0x00400000, 4) + "IDAT" + std::string(512 - head.size() - 8, 'x');
    pdf_bomb += "%PDF-1.4\n1 0 obj\n" + std::string(512 - 17 - 7, 'x') + "stream\n";
  }
  for (const std::string& bomb : {png_bomb, pdf_bomb}) {
    const auto files = carved(view_of(bomb));
    std::uint64_t digested = 0;
    for (const CarvedFile& file : files)
      if (!file.sha256.empty()) digested += file.size;
    EXPECT_LE(digested, 16 * bomb.size());
    for (const CarvedFile& file : files) EXPECT_LE(file.offset + file.size, bomb.size());
  }
}

TEST(CarveScan, GivesALargeFileTheBudgetItNeeds) {
  const std::string large = png(2 << 20);
  std::string text = in_sectors(large);
  for (int i = 0; i < 3000; ++i) text += in_sectors(gif());
  const auto files = carved(view_of(text));
  ASSERT_EQ(files.size(), 3001u);
  EXPECT_EQ(files[0].size, large.size());
  EXPECT_EQ(files[0].soundness, Soundness::complete);
}

TEST(CarveView, ScansAndCarvesInOnePass) {
  const auto files = carve_view(view_of(medium()), {});
  ASSERT_TRUE(files);
  EXPECT_THAT(digests(*files), all_of_medium());
  const auto nothing = carve_view(view_of(""), {});
  ASSERT_TRUE(nothing);
  EXPECT_THAT(*nothing, IsEmpty());
}

}  // namespace
}  // namespace discern
