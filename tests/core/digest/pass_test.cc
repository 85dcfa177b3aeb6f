// SPDX-License-Identifier: Apache-2.0
#include "discern/pass.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <random>
#include <thread>

#include "corpus.h"

namespace discern {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Cheap, so that sanitizers do not make the tests long; no two blocks are alike.
std::vector<std::byte> random_bytes(std::size_t size, std::uint64_t seed = 1) {
  std::vector<std::uint64_t> words(size / 8 + 1);
  for (std::uint64_t& word : words)
    word = seed = seed * 6364136223846793005U + 1442695040888963407U;
  const auto bytes = std::as_bytes(std::span(words)).first(size);
  return {bytes.begin(), bytes.end()};
}

// Writes down what a consumer must see: blocks in order, without gap, one at a time.
struct Recorder {
  std::vector<std::byte> bytes;
  std::vector<std::uint64_t> starts;
  std::vector<ByteRange> bad;
  bool in_order = true;
  bool alone = true;
  std::atomic<bool> running = false;

  Consumer consumer() {
    return {[this](const Block& block) {
      if (running.exchange(true)) alone = false;
      if (block.offset != bytes.size() || block.bytes.empty()) in_order = false;
      starts.push_back(block.offset);
      bytes.insert(bytes.end(), block.bytes.begin(), block.bytes.end());
      bad.insert(bad.end(), block.bad.begin(), block.bad.end());
      running = false;
    }};
  }
};

// A source over `bytes` that can fail in the ways evidence does.
struct FailingSource final : ByteSource {
  std::vector<std::byte> bytes;
  std::vector<ByteRange> unreadable;          // what read() finds
  bool in_place = false;                      // view() delivers
  mutable std::atomic<bool> noticed = false;  // failed() knows of `unreadable`

  std::uint64_t size() const override { return bytes.size(); }
  std::vector<ByteRange> inside(ByteRange range) const {
    std::vector<ByteRange> result;
    for (const ByteRange& bad : unreadable) {
      const auto from = std::max(bad.offset, range.offset);
      const auto to = std::min(bad.end(), range.end());
      if (from < to) result.push_back({from, to - from});
    }
    return result;
  }
  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), buffer.size(), buffer.begin());
    const auto bad = inside({offset, buffer.size()});
    for (const ByteRange& range : bad)
      std::fill_n(buffer.begin() + static_cast<std::ptrdiff_t>(range.offset - offset), range.length,
                  std::byte{0});
    return {buffer.size(), bad};
  }
  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (!in_place) return std::nullopt;
    return slice(bytes, offset, length);
  }
  std::vector<ByteRange> failed(ByteRange range) const override {
    return noticed ? inside(range) : std::vector<ByteRange>{};
  }
  Location locate(std::uint64_t offset) const override {
    return {"x", offset, size() - offset, {}};
  }
};

constexpr std::size_t kMiB = std::size_t{1} << 20;

class Threads : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Count, Threads, testing::Values(1, 2, 8));

TEST_P(Threads, EveryConsumerSeesEachByteOnceAndInOrder) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{511}, kMiB - 1, kMiB,
                                 kMiB + 1, 5 * kMiB + 123}) {
    const auto bytes = random_bytes(size);
    for (const std::uint32_t unit : {0U, 512U, 2352U, 3U << 20}) {
      std::vector<Recorder> recorders(3);
      std::vector<Stream> streams{{"s", memory_source(bytes, "m"), unit}};
      for (Recorder& recorder : recorders) streams[0].consumers.push_back(recorder.consumer());
      ASSERT_TRUE(run_pass(streams, {GetParam()}));
      for (const Recorder& recorder : recorders) {
        EXPECT_TRUE(recorder.in_order && recorder.alone);
        EXPECT_TRUE(recorder.bytes == bytes) << size << " unit " << unit;
        for (const std::uint64_t start : recorder.starts)
          EXPECT_EQ(start % std::max(unit, 1U), 0U) << size << " unit " << unit;
      }
    }
  }
}

TEST_P(Threads, BlocksAreThoseOfOneThread) {
  const auto blocks = [](int threads) {
    std::vector<Recorder> recorders(3);
    std::vector<Stream> streams{{"raw", memory_source(random_bytes(6 * kMiB + 7), "m"), 2352},
                                {"data", memory_source(random_bytes(4 * kMiB + 9), "m"), 2048},
                                {"cue", memory_source(random_bytes(100), "m"), 1}};
    for (std::size_t i = 0; i < 3; ++i) streams[i].consumers = {recorders[i].consumer()};
    EXPECT_TRUE(run_pass(streams, {threads}));
    std::vector<std::vector<std::uint64_t>> starts;
    for (const Recorder& recorder : recorders) starts.push_back(recorder.starts);
    return starts;
  };
  EXPECT_EQ(blocks(GetParam()), blocks(1));
}

TEST_P(Threads, DigestsAreThoseOfTheWholeStream) {
  std::mt19937 random(7);
  for (int round = 0; round < 6; ++round) {
    std::vector<std::vector<std::byte>> contents;
    std::vector<Stream> streams;
    std::vector<std::vector<Hasher>> hashers;
    for (unsigned i = 0; i < 4; ++i) {
      contents.push_back(random_bytes(random() % (3 * kMiB), i));
      auto source = std::make_shared<FailingSource>();
      source->bytes = contents.back();
      source->in_place = i % 2 == 0;
      auto& mine = hashers.emplace_back();
      for (const Algorithm algorithm : all_algorithms()) mine.emplace_back(algorithm);
      streams.push_back({"s", source, 1 + static_cast<std::uint32_t>(random() % 5000)});
    }
    for (std::size_t i = 0; i < streams.size(); ++i)
      for (Hasher& hasher : hashers[i])
        streams[i].consumers.push_back(
            {[&hasher](const Block& block) { hasher.update(block.bytes); }, 2.0});
    ASSERT_TRUE(run_pass(streams, {GetParam()}));
    for (std::size_t i = 0; i < streams.size(); ++i)
      for (Hasher& hasher : hashers[i])
        EXPECT_EQ(hasher.finish(), hex_digest(hasher.algorithm(), contents[i]));
  }
}

TEST_P(Threads, UnreadableRangesReachConsumersAndTheStream) {
  auto source = std::make_shared<FailingSource>();
  source->bytes = random_bytes(3 * kMiB);
  source->unreadable = {{512, 512}, {kMiB - 512, 1024}, {3 * kMiB - 512, 512}};
  Recorder recorder;
  std::vector<Stream> streams{{"s", source, 512, {recorder.consumer()}}};
  ASSERT_TRUE(run_pass(streams, {GetParam()}));
  EXPECT_EQ(streams[0].bad, source->unreadable);
  // A block ends inside the second range.
  EXPECT_THAT(recorder.bad, ElementsAre(ByteRange{512, 512}, ByteRange{kMiB - 512, 512},
                                        ByteRange{kMiB, 512}, ByteRange{3 * kMiB - 512, 512}));
  EXPECT_EQ(recorder.bytes[600], std::byte{0});
}

TEST_P(Threads, PagesThatFailWhenTouchedAreReadAgainBeforeConsumersSeeThem) {
  auto source = std::make_shared<FailingSource>();
  source->bytes = random_bytes(2 * kMiB);
  source->unreadable = {{kMiB + 512, 512}};
  source->in_place = true;
  source->noticed = true;
  Recorder recorder;
  std::vector<Stream> streams{{"s", source, 512, {recorder.consumer()}}};
  ASSERT_TRUE(run_pass(streams, {GetParam()}));
  EXPECT_EQ(streams[0].bad, source->unreadable);
  EXPECT_EQ(recorder.bad, source->unreadable);
}

TEST_P(Threads, PagesThatFailWhileConsumersRunAreReported) {
  auto source = std::make_shared<FailingSource>();
  source->bytes = random_bytes(2 * kMiB);
  source->unreadable = {{4096, 4096}};
  source->in_place = true;
  Recorder recorder;
  std::vector<Stream> streams{{"s", source}};
  streams[0].consumers = {recorder.consumer(),
                          {[&](const Block&) { source->noticed = true; }, 0.1}};
  ASSERT_TRUE(run_pass(streams, {GetParam()}));
  EXPECT_THAT(recorder.bad, IsEmpty());
  EXPECT_EQ(streams[0].bad, source->unreadable);
}

TEST_P(Threads, FileCutDuringThePassEndsInBadRanges) {
  const tests::TemporaryFolder folder;
  const auto bytes = random_bytes(32 * kMiB);
  const auto path = folder.write("cut.img", bytes);
  const auto opened = MappedFile::open(path);
  ASSERT_TRUE(opened);
  Recorder recorder;
  std::vector<Stream> streams{{"s", *opened}};
  streams[0].consumers = {recorder.consumer(), {[&](const Block& block) {
                            if (block.offset == 0)
                              std::filesystem::resize_file(path, kMiB / 2 + 100);
                          }}};
  ASSERT_TRUE(run_pass(streams, {GetParam()}));
  // Blocks in flight when the file is cut may have been read before; everything later is bad.
  ASSERT_FALSE(streams[0].bad.empty());
  EXPECT_EQ(streams[0].bad.back().end(), bytes.size());
  EXPECT_GE(streams[0].bad.front().offset, kMiB / 2 + 100);
  EXPECT_LE(streams[0].bad.front().offset, 8 * kMiB);
  EXPECT_EQ(recorder.bytes.size(), bytes.size());
  EXPECT_EQ(recorder.bytes.back(), std::byte{0});
  EXPECT_TRUE((*opened)->changed());
}

TEST_P(Threads, WhatAConsumerThrowsReachesTheCaller) {
  std::vector<Stream> streams{{"s", memory_source(random_bytes(8 * kMiB), "m")}};
  streams[0].consumers = {{[](const Block&) {}},
                          {[](const Block& block) {
                            if (block.offset >= 3 * kMiB) throw std::bad_alloc();
                          }},
                          {[](const Block&) {}}};
  EXPECT_THROW((void)run_pass(streams, {GetParam()}), std::bad_alloc);
}

TEST_P(Threads, WhatProgressThrowsReachesTheCaller) {
  std::vector<Stream> streams{{"s", memory_source(random_bytes(kMiB), "m")}};
  streams[0].consumers = {{[](const Block&) {}}};
  const Progress progress = [](auto, auto, auto) -> bool { throw std::runtime_error("stop"); };
  EXPECT_THROW((void)run_pass(streams, {GetParam(), progress}), std::runtime_error);
}

TEST_P(Threads, ProgressIsToldOnTheCallersThreadUntilAllIsDone) {
  std::vector<Stream> streams{{"a", memory_source(random_bytes(6 * kMiB), "m")},
                              {"b", memory_source(random_bytes(kMiB), "m")}};
  for (Stream& stream : streams)
    stream.consumers = {
        {[](const Block&) { std::this_thread::sleep_for(std::chrono::milliseconds(60)); }}};
  std::vector<std::uint64_t> told;
  const auto caller = std::this_thread::get_id();
  const Progress progress = [&](std::string_view, std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(total, 7 * kMiB);
    told.push_back(done);
    return true;
  };
  ASSERT_TRUE(run_pass(streams, {GetParam(), progress}));
  ASSERT_GE(told.size(), 2U);
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), 7 * kMiB);
  EXPECT_LT(told[told.size() - 2], 7 * kMiB);
}

TEST_P(Threads, ProgressStopsThePass) {
  std::atomic<int> blocks = 0;
  std::vector<Stream> streams{{"s", memory_source(std::vector<std::byte>(40 * kMiB), "m")}};
  streams[0].consumers = {{[&](const Block&) {
    ++blocks;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }}};
  const auto status = run_pass(streams, {GetParam(), [](auto, auto, auto) { return false; }});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::cancelled);
  EXPECT_LT(blocks, 40);
}

TEST_P(Threads, StreamsAdvanceSideBySide) {
  std::mutex mutex;
  std::vector<double> share(2);
  double apart = 0;
  std::vector<Stream> streams{{"raw", memory_source(std::vector<std::byte>(40 * kMiB), "m")},
                              {"data", memory_source(std::vector<std::byte>(20 * kMiB), "m")}};
  for (std::size_t i = 0; i < 2; ++i)
    streams[i].consumers = {{[&, i](const Block& block) {
                               const std::scoped_lock lock(mutex);
                               share[i] = static_cast<double>(block.offset) /
                                          static_cast<double>(streams[i].source->size());
                               apart = std::max(apart, std::abs(share[0] - share[1]));
                             },
                             i == 0 ? 9.0 : 0.1}};
  ASSERT_TRUE(run_pass(streams, {GetParam()}));
  EXPECT_LE(apart, 5.0 / 40);
}

// Every view is hashed near the place where the file is, not at its own share of the pass.
TEST_P(Threads, TracksAreReadTogetherWithTheirPlaceInTheFile) {
  const tests::TemporaryFolder folder;
  const auto opened = MappedFile::open(folder.write("disc.bin", std::vector<std::byte>(40 * kMiB)));
  ASSERT_TRUE(opened);
  std::atomic<std::uint64_t> file_at = 0;
  std::atomic<std::uint64_t> furthest = 0;
  std::vector<Stream> streams{{"file", *opened}};
  streams[0].consumers = {{[&](const Block& block) { file_at = block.offset; }}};
  for (std::uint64_t track = 0; track < 8; ++track) {
    const std::uint64_t start = track * 5 * kMiB;
    streams.push_back({"track", window_source(*opened, start, 5 * kMiB)});
    streams.back().consumers = {{[&, start](const Block& block) {
      const std::uint64_t at = start + block.offset;
      const std::uint64_t apart = std::max(at, file_at.load()) - std::min(at, file_at.load());
      if (apart > furthest) furthest = apart;
    }}};
  }
  ASSERT_TRUE(run_pass(streams, {GetParam()}));
  EXPECT_LE(furthest, 6 * kMiB);
}

TEST_P(Threads, StreamWithoutConsumersIsReadForItsBadRanges) {
  auto source = std::make_shared<FailingSource>();
  source->bytes = random_bytes(3 * kMiB);
  source->unreadable = {{kMiB, 512}};
  std::vector<Stream> streams{{"s", source}};
  ASSERT_TRUE(run_pass(streams, {GetParam()}));
  EXPECT_EQ(streams[0].bad, source->unreadable);
}

TEST(Pass, OneThreadIsTheCallers) {
  const auto caller = std::this_thread::get_id();
  std::vector<Stream> streams{{"s", memory_source(random_bytes(3 * kMiB), "m")}};
  for (int i = 0; i < 3; ++i)
    streams[0].consumers.push_back(
        {[&](const Block&) { EXPECT_EQ(std::this_thread::get_id(), caller); }});
  ASSERT_TRUE(run_pass(streams, {1}));
}

TEST(Pass, UsesAllThreadsOfTheMachineWhenNoneAreAskedFor) {
  Recorder recorder;
  std::vector<Stream> streams{{"s", memory_source(random_bytes(kMiB), "m")}};
  streams[0].consumers = {recorder.consumer()};
  ASSERT_TRUE(run_pass(streams, {}));
  EXPECT_EQ(recorder.bytes.size(), kMiB);
}

TEST(Pass, OfNoStreamsIsDone) { EXPECT_TRUE(run_pass({}, {})); }

}  // namespace
}  // namespace discern
