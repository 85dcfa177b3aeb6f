// SPDX-License-Identifier: Apache-2.0
#include "optical/mds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"
#include "discern/convert.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;

struct Row {
  int session;
  int point;
  unsigned mode;
  std::int32_t lba;
  std::uint64_t offset;
  std::uint32_t pregap;
  std::uint32_t sectors;
  unsigned stored = 2352;
  unsigned subchannel = 0;
};

// Header, session blocks, track blocks, extra blocks, footer and name, in Alcohol's order.
ByteVector mds(const std::vector<Row>& rows, unsigned medium = 0, std::string_view name = "*.mdf",
               bool wide = false) {
  const int sessions = rows.empty() ? 0 : rows.back().session;
  const std::size_t tracks_at = 88 + 24 * sessions;
  const std::size_t extras_at = tracks_at + 80 * rows.size();
  const std::size_t footer_at = extras_at + 8 * rows.size();
  Fields f;
  f.text("MEDIA DESCRIPTOR")
      .le(1, 1)
      .le(3, 1)
      .le(medium, 2)
      .le(sessions, 2)
      .zeros(58)
      .le(88, 4)
      .le(0, 4);
  std::size_t first = 0;
  for (int session = 1; session <= sessions; ++session) {
    std::size_t count = 0;
    while (first + count < rows.size() && rows[first + count].session == session) ++count;
    f.le(0, 4).le(0, 4).le(session, 2).le(count, 1).le(0, 1).le(1, 2).le(99, 2).le(0, 4);
    f.le(tracks_at + 80 * first, 4);
    first += count;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& r = rows[i];
    f.le(r.mode, 1)
        .le(r.subchannel, 1)
        .le(r.mode % 8 == 1 ? 0x10 : 0x14, 1)
        .le(0, 1)
        .le(r.point, 1);
    f.zeros(7).le(medium >= 0x10 ? 0 : extras_at + 8 * i, 4).le(r.stored, 2).zeros(18);
    f.le(static_cast<std::uint32_t>(r.lba), 4).le(r.offset, 8).le(1, 4).le(footer_at, 4).zeros(24);
  }
  for (const Row& r : rows) f.le(r.pregap, 4).le(r.sectors, 4);
  f.le(footer_at + 16, 4).le(wide ? 1 : 0, 4).zeros(8);
  for (const char c : name) f.le(static_cast<unsigned char>(c), wide ? 2 : 1);
  f.zeros(2);
  return f.bytes;
}

class MdsFolder : public testing::Test {
 protected:
  Result<Image> open(const ByteVector& bytes) {
    return open_as(kMds, folder_.write("disc.mds", bytes));
  }
  TemporaryFolder folder_;
};

TEST_F(MdsFolder, PlacesTracksOfTwoSessions) {
  ByteVector bytes = sectors(0, 300);
  append(bytes, audio(300));
  append(bytes, sectors(12150, 100, SectorMode::mode2_form1));
  folder_.write("DISC.MDF", bytes);
  const auto image = open(mds({{1, 0xA2, 0xAA, 0, 0, 0, 0},
                               {1, 1, 0xAA, 0, 0, 150, 300},
                               {1, 2, 0xA9, 450, 300 * 2352, 150, 300},
                               {2, 3, 0xAC, 12150, 600 * 2352, 150, 100}}));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  EXPECT_THAT(view_names(*image), ElementsAre("data", "raw", "session 1", "session 2", "track 1",
                                              "track 2", "track 3"));
  const auto& tracks = image->disc->sessions[0].tracks;
  EXPECT_EQ(tracks[1].first.value, 450);
  EXPECT_EQ(tracks[1].pregap, 150U);
  EXPECT_FALSE(tracks[1].pregap_stored);
  EXPECT_TRUE(content(*image, "track 2").bytes == audio(300));
  ByteVector user(2048);
  view_named(*image, "session 2")->source->read(12150 * 2048, user);
  EXPECT_EQ(user, user_data(12150));
}

TEST_F(MdsFolder, FindsTheFileByItsWideName) {
  folder_.write("other.mdf", sectors(0, 50));
  const auto image = open(mds({{1, 1, 2, 0, 0, 150, 50}}, 0, "C:\\dumps\\Other.mdf", true));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(find(*image, "mds.path-outside"));
  EXPECT_EQ(content(*image, "data").bytes.size(), 50U * 2048);
}

TEST_F(MdsFolder, LeavesSubchannelsOutOfTracks) {
  ByteVector bytes;
  for (std::int32_t lba = 0; lba < 40; ++lba) {
    append(bytes, sectors(lba, 1));
    bytes.resize(bytes.size() + 96);
  }
  folder_.write("disc.mdf", bytes);
  const auto image = open(mds({{1, 1, 0xAA, 0, 0, 150, 40, 2448, 8}}));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  EXPECT_TRUE(content(*image, "track 1").bytes == sectors(0, 40));
}

TEST_F(MdsFolder, ReadsADvdToTheEndOfTheFile) {
  ByteVector bytes;
  for (std::int32_t lba = 0; lba < 100; ++lba) append(bytes, user_data(lba));
  folder_.write("disc.mdf", bytes);
  const auto image = open(mds({{1, 1, 2, 0, 0, 0, 0, 2048}}, 0x10));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->disc->sessions[0].tracks[0].mode, SectorMode::dvd);
  EXPECT_TRUE(content(*image, "data").bytes == bytes);
}

TEST_F(MdsFolder, OfADvdBecomesAnIsoButNeverSectorsOfACd) {
  ByteVector bytes;
  for (std::int32_t lba = 0; lba < 30; ++lba) append(bytes, user_data(lba));
  folder_.write("disc.mdf", bytes);
  const auto image = open(mds({{1, 1, 2, 0, 0, 0, 0, 2048}}, 0x10));
  ASSERT_TRUE(image) << describe(image.error());
  const std::string folder = folder_.path().string();
  for (const char* format : {"bin", "ccd"}) {
    const auto refused = convert(*image, *image->find_view("raw"), *find_output_format(format),
                                 folder + "/out." + format, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::unsupported);
    EXPECT_THAT(refused.error().text, testing::HasSubstr("track 1 is a DVD's"));
  }
  const auto written =
      convert(*image, image->main_view(), *find_output_format("iso"), folder + "/out.iso", {});
  ASSERT_TRUE(written) << describe(written.error());
  EXPECT_TRUE(tests::file_bytes(folder + "/out.iso") == bytes);
}

TEST_F(MdsFolder, ReportsWhatTheSectorsContradict) {
  folder_.write("disc.mdf", sectors(0, 50));
  const auto mode = open(mds({{1, 1, 0xAB, 0, 0, 150, 50}}));
  ASSERT_TRUE(mode);
  EXPECT_TRUE(find(*mode, "mds.mode-contradicts-sectors"));
  const auto size = open(mds({{1, 1, 0xAA, 0, 0, 150, 57, 2048}}));
  ASSERT_TRUE(size);
  EXPECT_TRUE(find(*size, "mds.size-contradicts-sectors"));
  const auto address = open(mds({{1, 1, 0xAA, 9, 0, 150, 50}}));
  ASSERT_TRUE(address);
  EXPECT_TRUE(find(*address, "mds.address-contradicts-sectors"));
  const auto end = open(mds({{1, 1, 0xAA, 0, 0, 150, 60}}));
  ASSERT_TRUE(end);
  EXPECT_TRUE(find(*end, "mds.track-past-end"));
}

TEST_F(MdsFolder, RefusesWhatItCannotRead) {
  const std::vector<Row> one = {{1, 1, 0xAA, 0, 0, 150, 50}};
  EXPECT_EQ(open(mds(one)).error().code, Errc::missing);
  folder_.write("disc.mdf", sectors(0, 50));
  EXPECT_EQ(open(ByteVector(100)).error().code, Errc::not_this);
  ByteVector version2 = mds(one);
  version2[16] = std::byte{2};
  EXPECT_EQ(open(version2).error().code, Errc::unsupported);
  EXPECT_EQ(open(mds({})).error().code, Errc::corrupt);
  EXPECT_EQ(open(mds({{1, 1, 0xAA, 0, 0, 150, 0}})).error().code, Errc::corrupt);
  EXPECT_EQ(open(mds({{1, 1, 0xAA, 0, ~0ULL, 150, 50}})).error().code, Errc::corrupt);
  EXPECT_EQ(open(mds({{1, 1, 0xAA, 0, 0, 150, 50, 1000}})).error().code, Errc::corrupt);
  EXPECT_EQ(open(mds({{1, 1, 0xAA, 0, 0, 150, ~0U}})).error().code, Errc::corrupt);
}

TEST_F(MdsFolder, IsClearWhereverItIsCut) {
  folder_.write("cut.mdf", sectors(0, 20));
  expect_every_cut_is_clear(folder_, "cut.mds", mds({{1, 1, 0xAA, 0, 0, 150, 20}}), 0, kMds);
}

}  // namespace
}  // namespace discern
