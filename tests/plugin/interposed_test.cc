// SPDX-License-Identifier: Apache-2.0
// The preloaded library's sources, linked in front of libtsk: tsk_img_read() is ours here, for
// this program and for libtsk's own calls.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tsk/libtsk.h>
#include <unistd.h>

#include <algorithm>

#include "corpus.h"
#include "discern/tsk_image.h"

namespace discern {
namespace {

constexpr std::uint64_t kSize = 300'000;
constexpr std::uint64_t kPresent = 100'352;  // 196 sectors

TskImage cut_image() {
  std::vector<std::byte> bytes(kPresent, std::byte{0x5A});
  auto image = std::make_shared<Image>();
  image->path = "cut.imz";
  image->views.push_back(
      {"media", 512, partial_source(memory_source(std::move(bytes), "cut.imz"), kSize)});
  auto opened = open_tsk_image(image, image->main_view());
  EXPECT_TRUE(opened);
  return *std::move(opened);
}

TEST(Interposed, StandsBeforeLibtsk) {
  EXPECT_NE(dlsym(RTLD_DEFAULT, "tsk_img_read"), nullptr);
  EXPECT_NE(dlsym(RTLD_NEXT, "tsk_img_read"), nullptr);
  EXPECT_NE(dlsym(RTLD_DEFAULT, "tsk_img_read"), dlsym(RTLD_NEXT, "tsk_img_read"));
}

// libtsk 4.11.1 answers lengths that are no multiple of 512 with zeros and success.
// Reads that failed make a program of TSK end with 1; this one fails them on purpose. What is
// registered last runs first.
class KeepsStatus : public testing::Environment {
 public:
  void TearDown() override {
    on_exit([](int status, void*) { _exit(status); }, nullptr);
  }
};
const testing::Environment* const keeps_status = testing::AddGlobalTestEnvironment(new KeepsStatus);

TEST(Interposed, NeverDeliversZerosForUnreadableBytes) {
  const TskImage tsk = cut_image();
  std::vector<char> buffer(140'000);
  for (const std::size_t length : {10u, 1000u, 70'000u, 512u, 2048u, 131'072u})
    for (const std::uint64_t offset : {kPresent - 5, kPresent, kPresent + 100'000}) {
      EXPECT_EQ(tsk_img_read(tsk.info(), static_cast<TSK_OFF_T>(offset), buffer.data(), length), -1)
          << offset << " " << length;
      EXPECT_EQ(tsk_error_get_errno(), std::uint32_t{TSK_ERR_IMG_READ});
    }
}

TEST(Interposed, DeliversReadableBytesBesideUnreadableOnes) {
  const TskImage tsk = cut_image();
  std::vector<char> buffer(70'000);
  EXPECT_EQ(tsk_img_read(tsk.info(), kPresent - 10, buffer.data(), 10), 10);
  EXPECT_EQ(tsk_img_read(tsk.info(), 30'001, buffer.data(), 70'000), 70'000);
  EXPECT_EQ(std::ranges::count(buffer, 0x5A), 70'000);
}

TEST(Interposed, CutsReadsAtTheEndAndRefusesThoseBehindIt) {
  auto image = std::make_shared<Image>();
  image->path = "odd.imz";
  image->views.push_back(
      {"media", 512, memory_source(std::vector<std::byte>(100'001, std::byte{1}), "odd.imz")});
  const auto tsk = open_tsk_image(image, image->main_view());
  ASSERT_TRUE(tsk);
  std::vector<char> buffer(70'000);
  EXPECT_EQ(tsk_img_read(tsk->info(), 99'999, buffer.data(), 10), 2);
  EXPECT_EQ(tsk_img_read(tsk->info(), 100'001, buffer.data(), 10), -1);
  EXPECT_EQ(tsk_error_get_errno(), std::uint32_t{TSK_ERR_IMG_READ_OFF});
  EXPECT_EQ(tsk_img_read(tsk->info(), 200'000, buffer.data(), 70'000), -1);
}

// The open functions that arrived with TSK 4.13 must lead to ours as well.
TEST(Interposed, CoversTheOpenFunctionsOfLaterVersions) {
  for (const char* name : {"tsk_img_open_opt", "tsk_img_open_sing_opt", "tsk_img_open_utf8_opt",
                           "tsk_img_open_utf8_sing_opt"})
    EXPECT_NE(dlsym(RTLD_DEFAULT, name), nullptr) << name;
}

TEST(Interposed, OpensOursWhicheverOpenFunctionIsCalled) {
  const auto path = tests::corpus("floppy/demo.imz");
  SKIP_WITHOUT(path);
  const char* const name = path.c_str();
  const auto many = [&](const char* function) {
    return reinterpret_cast<TSK_IMG_INFO* (*)(int, const char* const*, int, unsigned, const void*)>(
        dlsym(RTLD_DEFAULT, function))(1, &name, 0, 0, nullptr);
  };
  const auto one = [&](const char* function) {
    return reinterpret_cast<TSK_IMG_INFO* (*)(const char*, int, unsigned, const void*)>(
        dlsym(RTLD_DEFAULT, function))(name, 0, 0, nullptr);
  };
  for (TSK_IMG_INFO* const info :
       {many("tsk_img_open"), many("tsk_img_open_utf8"), many("tsk_img_open_opt"),
        many("tsk_img_open_utf8_opt"), one("tsk_img_open_sing"), one("tsk_img_open_utf8_sing"),
        one("tsk_img_open_sing_opt"), one("tsk_img_open_utf8_sing_opt")}) {
    ASSERT_NE(info, nullptr);
    EXPECT_TRUE(is_discern_image(info));
    tsk_img_close(info);
  }
}

TEST(Interposed, EscapesTheNameOfTheEvidenceInErrors) {
  EXPECT_EQ(tsk_img_open_sing("no\x1b[31m.img#view=none", TSK_IMG_TYPE_DETECT, 0), nullptr);
  const std::string text = tsk_error_get_errstr();
  EXPECT_NE(text.find("discern: "), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Interposed, LeavesImagesOfLibtskToLibtsk) {
  const auto path = tests::corpus("floppy/sector_test_360k.img");
  SKIP_WITHOUT(path);
  TSK_IMG_INFO* const info = tsk_img_open_sing(path.c_str(), TSK_IMG_TYPE_DETECT, 0);
  ASSERT_NE(info, nullptr);
  EXPECT_FALSE(is_discern_image(info));
  std::vector<char> buffer(1000);
  EXPECT_EQ(tsk_img_read(info, 0, buffer.data(), buffer.size()), 1000);
  const auto bytes = tests::file_bytes(path);
  EXPECT_TRUE(std::ranges::equal(buffer, as_text(bytes).substr(0, 1000)));
  tsk_img_close(info);
}

TEST(Interposed, GivesTypesThatNoLibtskUses) {
  const TSK_IMG_TYPE_ENUM raw = tsk_img_type_toid("raw");
  EXPECT_EQ(raw, TSK_IMG_TYPE_RAW);
  EXPECT_EQ(tsk_img_type_toid("nonsense"), TSK_IMG_TYPE_UNSUPP);
  EXPECT_EQ(tsk_img_type_toid(nullptr), TSK_IMG_TYPE_UNSUPP);
  for (const Format& format : formats()) {
    const TSK_IMG_TYPE_ENUM type = tsk_img_type_toid_utf8(std::string(format.id).c_str());
    if (type == TSK_IMG_TYPE_RAW || type == TSK_IMG_TYPE_EWF_EWF || type == TSK_IMG_TYPE_UNSUPP)
      continue;
    EXPECT_EQ(type & 0xF001, 0x2000) << format.id;
    EXPECT_EQ(tsk_img_type_toname(type), format.id);
    EXPECT_EQ(tsk_img_type_todesc(type), format.name);
  }
}

}  // namespace
}  // namespace discern
