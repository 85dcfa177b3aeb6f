// SPDX-License-Identifier: Apache-2.0
#include "optical/cdi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;

constexpr std::uint32_t kV2 = 0x80000004;
constexpr std::uint32_t kV3 = 0x80000005;
constexpr std::uint32_t kV35 = 0x80000006;

struct Row {
  std::uint32_t mode;
  std::uint32_t start;
  std::uint32_t pregap;
  std::uint32_t length;  // pregap not counted
  std::uint32_t read_mode;
};

// As the description of the header that goes with cdirip has it, field by field; what has no known
// meaning there is zero.
ByteVector cdi(std::uint32_t version, ByteVector image,
               const std::vector<std::vector<Row>>& sessions, std::string_view name = "a.cdi") {
  const std::uint64_t start = image.size();
  Fields f;
  f.le(sessions.size(), 2);
  int number = 0;
  for (std::size_t session = 0; session < sessions.size(); ++session) {
    f.le(sessions[session].size(), 2);
    for (const Row& r : sessions[session]) {
      f.le(0, 4);
      for (int i = 0; i < 2; ++i) f.be(0x0000010000, 5).zeros(1).be(0xFFFFFFFF, 4);
      f.zeros(4).le(name.size(), 1).text(name).zeros(1).zeros(10).le(2, 4).zeros(4);
      if (version == kV35) f.le(0x80000000, 4);
      f.le(360000, 4);  // capacity of the medium
      if (version == kV35) f.le(0x980000, 4);
      f.le(2, 2).le(r.pregap, 4).le(r.length, 4).zeros(6).le(r.mode, 4).zeros(4);
      f.le(session, 4).le(number++, 4).le(r.start, 4).le(r.pregap + r.length, 4).zeros(16);
      f.le(r.read_mode, 4).le(r.mode == 0 ? 0 : 4, 4).zeros(1).le(r.pregap + r.length, 4).zeros(20);
      if (version == kV3) f.zeros(9);
      if (version == kV35) f.zeros(1).be(0xFFFFFFFF, 4).be(0xFFFFFFFF, 4).zeros(78);
    }
    f.zeros(version == kV2 ? 12 : 13);
  }
  f.zeros(100);
  append(image, f.bytes);
  const std::uint64_t length = f.bytes.size() + 8;
  append(image, Fields().le(version, 4).le(version == kV35 ? length : start, 4).bytes);
  return image;
}

ByteVector part_2336(std::int32_t first, std::int32_t count) {
  const ByteVector full = sectors(first, count, SectorMode::mode2_form1);
  ByteVector cut;
  for (std::int32_t i = 0; i < count; ++i)
    append(cut, Bytes(full).subspan(static_cast<std::size_t>(i) * 2352 + 16, 2336));
  return cut;
}

class CdiFile : public testing::Test {
 protected:
  Result<Image> open(const ByteVector& bytes) {
    return open_as(kCdi, folder_.write("disc.cdi", bytes));
  }
  TemporaryFolder folder_;
};

// As Dreamcast discs are made: an audio session, then data at LBA 11702 (302 + 11400).
ByteVector dreamcast(std::uint32_t version) {
  ByteVector image = audio(150 + 302);
  append(image, part_2336(11552, 150 + 100));
  return cdi(version, image, {{{0, 0, 150, 302, 2}}, {{2, 11702, 150, 100, 1}}});
}

TEST_F(CdiFile, PlacesBothSessionsInEveryVersion) {
  for (const std::uint32_t version : {kV2, kV3, kV35}) {
    SCOPED_TRACE(version);
    const auto image = open(dreamcast(version));
    ASSERT_TRUE(image) << describe(image.error());
    EXPECT_FALSE(has_damage(*image));
    ASSERT_EQ(image->disc->sessions.size(), 2U);
    const Track& first = image->disc->sessions[0].tracks[0];
    EXPECT_EQ(first.first.value, 0);
    EXPECT_EQ(first.pregap, 150U);
    EXPECT_TRUE(first.pregap_stored);
    const Track& second = image->disc->sessions[1].tracks[0];
    EXPECT_EQ(second.first.value, 11702);
    ByteVector user(2048);
    view_named(*image, "session 2")->source->read(11702 * 2048, user);
    EXPECT_EQ(user, user_data(11702));
    EXPECT_EQ(view_named(*image, "raw")->source->size(), 452U * 2352 + 250 * 2336);
  }
}

TEST_F(CdiFile, IsChosenBeforeRawSectors) {
  const auto image = open_image(folder_.write(
      "disc.cdi", cdi(kV35, sectors(-150, 200), {{{1, 0, 150, 50, 2}}}, "E:\\x.cdi")));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->format, "cdi");
  EXPECT_TRUE(find(*image, "cdi.path-outside"));
  EXPECT_FALSE(has_damage(*image));
  ByteVector last(2048);
  image->main_view().source->read(49 * 2048, last);
  EXPECT_EQ(last, user_data(49));
}

TEST_F(CdiFile, ReportsTracksThatReachIntoTheDescription) {
  const auto image = open(cdi(kV3, sectors(0, 50), {{{1, 150, 0, 60, 2}}}));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(find(*image, "cdi.tracks-in-description"));
  EXPECT_THAT(content(*image, "data").bad, ElementsAre(ByteRange{50 * 2048, 10 * 2048}));
}

// Found in images of selfbooting discs, says cdirip: all of the track is in its pregap.
TEST_F(CdiFile, TakesATrackOfNothingButPregapForTheTrack) {
  const auto image = open(cdi(kV35, sectors(0, 50), {{{1, 150, 50, 0, 2}}}));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->disc->sessions[0].tracks[0].sectors, 50U);
  EXPECT_TRUE(content(*image, "track 1").bytes == sectors(0, 50));
}

TEST_F(CdiFile, RefusesWhatItCannotPlace) {
  EXPECT_EQ(open(sectors(0, 20)).error().code, Errc::not_this);
  EXPECT_EQ(open(cdi(kV3, sectors(0, 20), {})).error().code, Errc::corrupt);
  EXPECT_EQ(open(cdi(kV3, sectors(0, 20), {{{3, 0, 0, 20, 2}}})).error().code, Errc::unsupported);
  EXPECT_EQ(open(cdi(kV3, sectors(0, 20), {{{1, 0, 0, 20, 7}}})).error().code, Errc::unsupported);
  EXPECT_EQ(open(cdi(kV3, sectors(0, 20), {{{1, 0, 0, ~0U, 2}}})).error().code, Errc::corrupt);
  ByteVector mark = cdi(kV3, sectors(0, 20), {{{1, 0, 0, 20, 2}}});
  mark[20 * 2352 + 2 + 2 + 4 + 2] = std::byte{9};
  EXPECT_EQ(open(mark).error().code, Errc::corrupt);
}

TEST_F(CdiFile, IsClearWhereverTheDescriptionIsCut) {
  const ByteVector whole = dreamcast(kV3);
  const std::size_t start = 452 * 2352 + 250 * 2336;
  for (std::size_t length = start; length < whole.size() - 8; ++length) {
    ByteVector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    append(cut, Fields().le(kV3, 4).le(start, 4).bytes);
    const auto image = open(cut);
    if (!image) {
      EXPECT_FALSE(image.error().text.empty());
      EXPECT_FALSE(image.error().file.empty()) << image.error().text;
    }
  }
}

}  // namespace
}  // namespace discern
