// SPDX-License-Identifier: Apache-2.0
#include "discern/tsk_content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "corpus.h"
#include "discern/digest.h"
#include "discern/tsk_walk.h"

namespace discern {
namespace {

using ::testing::HasSubstr;

struct Walked {
  std::shared_ptr<const Image> image;
  std::vector<Entry> entries;
  const Entry& find(std::string_view path) const {
    return *std::ranges::find(entries, path, &Entry::path);
  }
};

TskImage open(const std::shared_ptr<const Image>& image) {
  return *open_tsk_image(image, image->main_view());
}

Walked walk(const std::string& path) {
  Walked walked{std::make_shared<const Image>(*open_image(path)), {}};
  TskImage tsk = open(walked.image);
  Findings findings;
  EXPECT_TRUE(walk_file_systems(
      tsk, {},
      [&](Entry&& entry) {
        walked.entries.push_back(std::move(entry));
        return true;
      },
      findings));
  return walked;
}

std::vector<std::byte> whole(const ByteSource& source) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(source.size()));
  EXPECT_TRUE(source.read(0, bytes).complete());
  return bytes;
}

const char* const kFloppy = "floppy/freedos.boot.disk.1.4MB.img";

// libtsk reads where its own runs say: two ways through it, one result.
TEST(TskContents, DeliversFilesAsTheirRunsHoldThem) {
  const auto path = tests::corpus(kFloppy);
  SKIP_WITHOUT(path);
  const Walked walked = walk(path);
  const auto disk = tests::file_bytes(path);
  const TskContents contents(open(walked.image));
  int compared = 0;
  for (const Entry& entry : walked.entries) {
    if (entry.type != 'r' || entry.size == 0 || entry.runs.empty()) continue;
    const auto content = contents.open(entry);
    ASSERT_TRUE(content) << entry.path;
    ASSERT_EQ((*content)->size(), entry.size);
    std::vector<std::byte> bytes(entry.size);
    const ReadResult got = (*content)->read(0, bytes);
    const std::uint64_t end = entry.runs.back().file_offset + entry.runs.back().length;
    EXPECT_EQ(total_length(got.bad), entry.size - end) << entry.path;
    for (const auto& run : entry.runs)
      ASSERT_TRUE(std::ranges::equal(*slice(bytes, run.file_offset, run.length),
                                     *slice(disk, *run.view_offset, run.length)))
          << entry.path;
    const Location place = (*content)->locate(0);
    EXPECT_EQ(place.offset, entry.runs.front().view_offset);
    ++compared;
  }
  EXPECT_GT(compared, 5);
}

TEST(TskContents, RefusesWhatHasNoContent) {
  const auto path = tests::corpus(kFloppy);
  SKIP_WITHOUT(path);
  const TskContents contents(open(std::make_shared<const Image>(*open_image(path))));
  for (const char* id : {"", "x", "5-", "5-6", "5-1-2-3", "99999999999999999999", "5-1-70000"})
    EXPECT_EQ(contents.open(Entry{.path = "/f", .id = id}).error().code, Errc::missing) << id;
  EXPECT_EQ(contents.open(Entry{.path = "/f", .id = "4000000000"}).error().code, Errc::corrupt);
  Entry elsewhere{.path = "/f", .id = "5"};
  elsewhere.volume_start = 1 << 20;
  EXPECT_THAT(contents.open(elsewhere).error().text, HasSubstr("libtsk"));
}

// A file whose second sector cannot be read: neither zeros nor a shorter file.
TEST(TskContents, CallsRangesWithUnreadableSectorsBad) {
  const auto path = tests::corpus(kFloppy);
  SKIP_WITHOUT(path);
  const Walked walked = walk(path);
  const auto entry = std::ranges::find_if(walked.entries, [](const Entry& candidate) {
    return candidate.type == 'r' && candidate.size > 4096 && candidate.runs.size() == 1;
  });
  ASSERT_NE(entry, walked.entries.end());
  auto damaged = std::make_shared<Image>(*walked.image);
  damaged->views.front().source =
      holed_source(walked.image->main_view().source, {{*entry->runs[0].view_offset + 512, 512}});
  const TskContents contents(open(damaged));
  const auto content = contents.open(*entry);
  ASSERT_TRUE(content);
  std::vector<std::byte> buffer(4096);
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE((*content)->read(0, buffer).complete());
    EXPECT_FALSE((*content)->read(600, std::span(buffer).first(7)).complete());
  }
  EXPECT_TRUE((*content)->read(1024, std::span(buffer).first(1000)).complete());
}

TEST(TskContents, ServesSeveralThreads) {
  const auto path = tests::corpus(kFloppy);
  SKIP_WITHOUT(path);
  const Walked walked = walk(path);
  const TskContents contents(open(walked.image));
  const Entry* entry = nullptr;
  for (const Entry& candidate : walked.entries)
    if (candidate.type == 'r' && candidate.size > 20'000) entry = &candidate;
  ASSERT_NE(entry, nullptr);
  const auto content = contents.open(*entry);
  ASSERT_TRUE(content);
  const std::string expected = hex_digest(Algorithm::md5, whole(**content));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const auto own = contents.open(*entry);
        ASSERT_TRUE(own);
        EXPECT_EQ(hex_digest(Algorithm::md5, whole(**own)), expected);
      }
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace discern
