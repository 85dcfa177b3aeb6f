// SPDX-License-Identifier: Apache-2.0
// The adapter, compiled against the image layer of a libtsk newer than the one installed here.
#include <gtest/gtest.h>
#include <tsk/libtsk.h>

#include <cstdarg>
#include <cstring>
#include <string>
#include <type_traits>

#include "discern/tsk_image.h"

namespace {

// What 4.13.1 keeps behind the public part: a cache pointer, statistics, four callbacks.
struct PrivateImage {
  TSK_IMG_INFO info;
  void* cache;
  unsigned char statistics[560];
  ssize_t (*cache_read)(TSK_IMG_INFO*, TSK_OFF_T, char*, size_t);
  ssize_t (*read)(TSK_IMG_INFO*, TSK_OFF_T, char*, size_t);
  void (*close)(TSK_IMG_INFO*);
  void (*imgstat)(TSK_IMG_INFO*, FILE*);
};
static_assert(sizeof(PrivateImage) == 640);

std::uint32_t last_error = 0;
std::string last_text;

}  // namespace

extern "C" {

TSK_IMG_INFO* tsk_img_open_external(void* handle, TSK_OFF_T size, unsigned int sector_size,
                                    ssize_t (*read)(TSK_IMG_INFO*, TSK_OFF_T, char*, size_t),
                                    void (*close)(TSK_IMG_INFO*),
                                    void (*imgstat)(TSK_IMG_INFO*, FILE*)) {
  auto* const image = static_cast<PrivateImage*>(handle);
  image->info.tag = 0x39204231;
  image->info.itype = TSK_IMG_TYPE_EXTERNAL;
  image->info.size = size;
  image->info.sector_size = sector_size ? sector_size : 512;
  image->cache = new char[64];
  std::memset(image->statistics, 0xA5, sizeof image->statistics);
  image->cache_read = read;
  image->read = read;
  image->close = close;
  image->imgstat = imgstat;
  return &image->info;
}

void tsk_img_close(TSK_IMG_INFO* info) {
  auto* const image = reinterpret_cast<PrivateImage*>(info);
  delete[] static_cast<char*>(image->cache);
  image->close(info);
}

void tsk_error_reset() { last_error = 0; }
void tsk_error_set_errno(uint32_t number) { last_error = number; }
[[gnu::format(printf, 1, 2)]] void tsk_error_set_errstr(const char* format, ...) {
  char text[512];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  last_text = text;
}
char* tsk_error_get_errstr() {
  static char none[] = "";
  return none;
}

}  // extern "C"

namespace discern {
namespace {

TEST(TskHandle, KeepsItsOwnPartOutOfReachOfANewerLibtsk) {
  auto image = std::make_shared<Image>();
  image->path = "disk.imz";
  image->views.push_back(
      {"media", 512, memory_source(std::vector<std::byte>(4096, std::byte{7}), "disk.imz")});
  auto opened = open_tsk_image(image, image->main_view());
  ASSERT_TRUE(opened) << describe(opened.error());
  auto* const priv = reinterpret_cast<PrivateImage*>(opened->info());

  EXPECT_EQ(opened->info()->itype, TSK_IMG_TYPE_RAW);
  EXPECT_EQ(opened->info()->num_img, 1);
  EXPECT_STREQ(opened->info()->images[0], "disk.imz");
  EXPECT_EQ(opened->view().name, "media");
  EXPECT_EQ(opened->image().path, "disk.imz");
  EXPECT_TRUE(is_discern_image(opened->info()));

  char buffer[1000] = {};
  EXPECT_EQ(priv->read(opened->info(), 3500, buffer, sizeof buffer), 596);
  EXPECT_EQ(buffer[595], 7);
  EXPECT_EQ(buffer[596], 0);
  for (const unsigned char byte : priv->statistics) ASSERT_EQ(byte, 0xA5);
}

// Built with these headers, preloaded into a program with libtsk 4.11.1: its structure of 2,097,896
// bytes is written from end to end.
TEST(TskHandle, KeepsItsOwnPartOutOfReachOfAnOlderLibtsk) {
  auto image = std::make_shared<Image>();
  image->path = "disk.imz";
  image->views.push_back(
      {"media", 512, memory_source(std::vector<std::byte>(4096, std::byte{7}), "disk.imz")});
  auto opened = open_tsk_image(image, image->main_view());
  ASSERT_TRUE(opened) << describe(opened.error());
  auto* const bytes = reinterpret_cast<unsigned char*>(opened->info());
  const PrivateImage before = *reinterpret_cast<PrivateImage*>(opened->info());
  std::memset(bytes + sizeof before, 0xA5, 2'097'896 - sizeof before);
  EXPECT_EQ(opened->view().name, "media");
  char buffer[4096];
  EXPECT_EQ(before.read(opened->info(), 0, buffer, sizeof buffer), 4096);
}

TEST(TskHandle, EscapesTheNameOfTheEvidenceInErrors) {
  auto image = std::make_shared<Image>();
  image->path = "disk\x1b[31m.imz";
  image->views.push_back({"media", 512, memory_source(std::vector<std::byte>(512), "disk.imz")});
  auto opened = open_tsk_image(image, image->main_view());
  ASSERT_TRUE(opened);
  char buffer[512];
  EXPECT_EQ(read_discern_image(opened->info(), 512, buffer, sizeof buffer), -1);
  EXPECT_NE(last_text.find("disk"), std::string::npos);
  EXPECT_EQ(last_text.find('\x1b'), std::string::npos);
}

TEST(TskHandle, LeavesTheListOfLiveHandlesWhenANewerLibtskClosesIt) {
  auto image = std::make_shared<Image>();
  image->views.push_back({"media", 512, memory_source(std::vector<std::byte>(512), "disk.imz")});
  auto opened = open_tsk_image(image, image->main_view());
  ASSERT_TRUE(opened);
  TSK_IMG_INFO* const info = opened->release();
  tsk_img_close(info);
  EXPECT_FALSE(is_discern_image(info));
}

}  // namespace
}  // namespace discern
