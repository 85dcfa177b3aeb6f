// SPDX-License-Identifier: Apache-2.0
#include "discern/tsk_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tsk/libtsk.h>

#include <algorithm>
#include <numeric>
#include <thread>

namespace discern {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t kSize = 300'000;

std::vector<std::byte> pattern(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i % 251);
  return bytes;
}

std::shared_ptr<const Image> image_of(SourcePtr source, std::uint32_t sector_size = 512) {
  auto image = std::make_shared<Image>();
  image->path = "disk.imz";
  image->format = "imz";
  image->views.push_back({"media", sector_size, std::move(source)});
  return image;
}

// The first 100,000 bytes of 300,000 are there.
std::shared_ptr<const Image> cut_image() {
  return image_of(partial_source(memory_source(pattern(100'000), "disk.imz"), kSize));
}

TskImage opened(const std::shared_ptr<const Image>& image, const TskImageOptions& options = {}) {
  auto result = open_tsk_image(image, image->main_view(), options);
  EXPECT_TRUE(result) << describe(result.error());
  return *std::move(result);
}

TEST(TskImage, IsRawToTskAndNamedAsAsked) {
  const auto image = image_of(memory_source(pattern(1000), "disk.imz"));
  const TskImage tsk = opened(image, {"disk.imz#view=media"});
  EXPECT_EQ(tsk.info()->itype, TSK_IMG_TYPE_RAW);
  EXPECT_EQ(tsk.info()->size, 1000);
  EXPECT_EQ(tsk.info()->sector_size, 512U);
  ASSERT_EQ(tsk.info()->num_img, 1);
  EXPECT_STREQ(tsk.info()->images[0], "disk.imz#view=media");
}

TEST(TskImage, TakesTheViewsSectorSizeExceptOnDiscs) {
  Image image;
  image.path = "disk.imz";
  image.views.push_back({"media", 4096, memory_source(pattern(8192), "disk.imz")});
  image.views.push_back({"raw", 2352, memory_source(pattern(2352), "disk.imz")});
  image.views.push_back({"data", 2048, memory_source(pattern(2048), "disk.imz"), Lba{0}});
  const auto shared = std::make_shared<const Image>(std::move(image));
  const auto sector_size = [&](const char* view) {
    for (const View& one : shared->views)
      if (one.name == view) return open_tsk_image(shared, one)->info()->sector_size;
    return 0U;
  };
  EXPECT_EQ(sector_size("media"), 4096U);
  EXPECT_EQ(sector_size("raw"), 512U);
  EXPECT_EQ(sector_size("data"), 512U);
}

TEST(TskImage, RefusesSectorSizesThatTskCannotUse) {
  const auto image = image_of(memory_source(pattern(8192), "disk.imz"));
  const auto result = open_tsk_image(image, image->main_view(), {"", 2352});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::unsupported);
  EXPECT_THAT(result.error().text, HasSubstr("2352 is no multiple of 512"));
}

TEST(TskImage, RefusesViewsWithoutBytes) {
  const auto image = image_of(memory_source({}, "disk.imz"));
  const auto result = open_tsk_image(image, image->main_view());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::unsupported);
  EXPECT_EQ(result.error().file, "disk.imz");
}

TEST(TskImage, DeliversEveryLengthAtEveryPlace) {
  const auto bytes = pattern(200'000);
  const TskImage tsk = opened(image_of(memory_source(bytes, "disk.imz")));
  std::vector<char> buffer(140'000);
  for (const std::size_t length : {1u, 10u, 511u, 512u, 1000u, 2048u, 65536u, 70'000u, 131'072u})
    for (const std::size_t offset : {0u, 1u, 511u, 512u, 65'535u, 65'536u, 100'000u, 199'999u}) {
      const std::size_t there = std::min(length, bytes.size() - offset);
      const auto got =
          read_discern_image(tsk.info(), static_cast<std::int64_t>(offset), buffer.data(), length);
      ASSERT_EQ(got, static_cast<std::ptrdiff_t>(there)) << offset << " " << length;
      ASSERT_TRUE(
          std::equal(buffer.begin(), buffer.begin() + got, as_text(bytes).substr(offset).begin()))
          << offset << " " << length;
    }
}

TEST(TskImage, AnswersOffsetsOutsideWithAnError) {
  const TskImage tsk = opened(image_of(memory_source(pattern(1000), "disk.imz")));
  char byte = 0;
  for (const std::int64_t offset : {std::int64_t{-1}, std::int64_t{1000}, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(read_discern_image(tsk.info(), offset, &byte, 1), -1);
    EXPECT_EQ(tsk_error_get_errno(), std::uint32_t{TSK_ERR_IMG_READ_OFF});
  }
}

TEST(TskImage, AnswersUnreadableRangesWithAnErrorWhateverTheLength) {
  const TskImage tsk = opened(cut_image());
  std::vector<char> buffer(140'000, 'x');
  for (const std::size_t length : {10u, 1000u, 512u, 2048u, 70'000u, 131'072u}) {
    EXPECT_EQ(read_discern_image(tsk.info(), 100'000 - 5, buffer.data(), length), -1) << length;
    EXPECT_EQ(tsk_error_get_errno(), std::uint32_t{TSK_ERR_IMG_READ});
    EXPECT_THAT(tsk_error_get_errstr(), StartsWith("discern: disk.imz: "));
    EXPECT_THAT(tsk_error_get_errstr(), HasSubstr("media offset 100000"));
  }
  EXPECT_EQ(read_discern_image(tsk.info(), 100'000 - 5, buffer.data(), 5), 5);
}

// libtsk 4.11.1 passes these on; for other lengths it delivers zeros (see the next test).
TEST(TskImage, LetsTskReportUnreadableSectorsForMultiplesOfTheSectorSize) {
  const TskImage tsk = opened(cut_image());
  std::vector<char> buffer(140'000);
  for (const std::size_t length : {512u, 2048u, 131'072u}) {
    EXPECT_EQ(tsk_img_read(tsk.info(), 99'840, buffer.data(), length), -1) << length;
    EXPECT_THAT(tsk_error_get_errstr(), HasSubstr("cannot be read")) << length;
  }
}

TEST(TskImage, RemembersWhatWasUnreadableEvenWhenTskHidesIt) {
  const TskImage tsk = opened(cut_image());
  std::vector<char> buffer(140'000);
  EXPECT_TRUE(tsk.unreadable().empty());
  ASSERT_EQ(tsk_img_read(tsk.info(), 0, buffer.data(), 512), 512);
  (void)tsk_img_read(tsk.info(), 150'000, buffer.data(), 10);
  const auto unreadable = tsk.unreadable();
  ASSERT_FALSE(unreadable.empty());
  EXPECT_LE(unreadable.front().offset, 150'000U);
  EXPECT_GE(unreadable.front().end(), 150'010U);
  EXPECT_GE(unreadable.front().offset, 100'000U);
}

TEST(TskImage, TellsItsHandlesFromOthers) {
  const auto image = image_of(memory_source(pattern(1000), "disk.imz"));
  auto first = std::make_unique<TskImage>(opened(image));
  const TskImage second = opened(image);
  const TSK_IMG_INFO* const info = first->info();
  EXPECT_TRUE(is_discern_image(info));
  EXPECT_TRUE(is_discern_image(second.info()));
  EXPECT_FALSE(is_discern_image(nullptr));
  first.reset();
  EXPECT_FALSE(is_discern_image(info));
  EXPECT_TRUE(is_discern_image(second.info()));
}

TEST(TskImage, IsReadByManyThreadsAtOnce) {
  const auto bytes = pattern(1'000'000);
  const auto image = image_of(memory_source(bytes, "disk.imz"));
  const TskImage tsk = opened(image);
  std::vector<int> wrong(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t)
      threads.emplace_back([&, t] {
        std::vector<char> buffer(2048);
        for (std::size_t i = 0; i < 400; ++i) {
          const std::size_t offset = (i * 7919 + t * 104'729) % (bytes.size() - buffer.size());
          const TskImage other = opened(image);
          if (!is_discern_image(other.info()) ||
              read_discern_image(tsk.info(), static_cast<std::int64_t>(offset), buffer.data(),
                                 buffer.size()) != 2048 ||
              !std::ranges::equal(buffer, as_text(bytes).substr(offset, buffer.size())))
            ++wrong[t];
        }
      });
  }
  EXPECT_EQ(std::accumulate(wrong.begin(), wrong.end(), 0), 0);
}

}  // namespace
}  // namespace discern
