// SPDX-License-Identifier: Apache-2.0
#include "optical/b6t.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;

struct Block {
  std::int32_t lba;
  std::uint32_t sectors;
  std::uint32_t stored;
  std::uint32_t offset;
  std::string_view name = "disc.b6i";
};

struct Entry {
  int session;
  int point;
  unsigned type;  // 0: an entry of the lead-in
  std::int32_t lba;
  std::uint32_t pregap;
  std::uint32_t sectors;
};

// Every block of the layout (b6t.cc), those that say nothing about places filled as well.
ByteVector b6t(const std::vector<Block>& blocks, const std::vector<Entry>& entries,
               std::string_view catalog = "", Bytes cd_text = {}) {
  Fields data;
  data.le(blocks.size(), 4).le(6, 4).text(std::string_view("D\0:\0\\\0", 6));
  for (const Block& b : blocks) {
    data.le(0, 4).le(std::uint64_t{b.sectors} * b.stored, 4).zeros(16).le(b.offset, 4).zeros(12);
    data.le(static_cast<std::uint32_t>(b.lba), 4).le(b.sectors, 4).le(b.name.size() * 2, 4);
    for (const char c : b.name) data.le(static_cast<unsigned char>(c), 2);
    data.zeros(4);
  }
  Fields sessions;
  const int count = entries.empty() ? 0 : entries.back().session;
  for (int session = 1; session <= count; ++session) {
    const auto of = [&](const Entry& e) { return e.session == session; };
    sessions.le(session, 2).le(std::ranges::count_if(entries, of), 1).le(3, 1).zeros(8);
    sessions.le(1, 2).le(99, 2);
    for (const Entry& e : entries) {
      if (!of(e)) continue;
      const Msf time = to_msf({e.lba + static_cast<std::int32_t>(e.pregap)});
      const std::size_t at = sessions.bytes.size();
      sessions.le(e.type, 1).zeros(9).le(e.type == 1 ? 0 : 4, 1).le(1, 1).le(e.point, 1).zeros(5);
      sessions.le(time.minute, 1).le(time.second, 1).le(time.frame, 1).le(1, 1).le(e.pregap, 4);
      sessions.zeros(16).le(static_cast<std::uint32_t>(e.lba), 4).le(e.sectors, 4).zeros(8);
      sessions.le(session, 4).zeros(2);
      EXPECT_EQ(sessions.bytes.size() - at, 64U);
      if (e.type != 0 && e.type != 6) sessions.zeros(8);
    }
  }
  Fields f;
  f.text("BWT5 STREAM SIGN").zeros(32).le(8, 2).le(count, 2).zeros(12);
  f.le(catalog.empty() ? 0 : 1, 1).text(catalog).zeros(13 - catalog.size()).zeros(18);
  f.le(5, 2).le(7, 2).le(cd_text.size(), 2).le(56, 2).zeros(16).le(0, 4).le(0, 4).zeros(32);
  f.zeros(48).zeros(32).le(20, 4).le(4, 4).le(data.bytes.size(), 4).le(sessions.bytes.size(), 4);
  f.le(0, 4);
  EXPECT_EQ(f.bytes.size(), 260U);
  f.zeros(20 + 4 + 5 + 7).add(cd_text).zeros(56).add(data.bytes).add(sessions.bytes);
  f.le(f.bytes.size() + 20, 4).text("BWT5 STREAM FOOT");
  return f.bytes;
}

class B6tFolder : public testing::Test {
 protected:
  Result<Image> open(const ByteVector& bytes) {
    return open_as(kB6t, folder_.write("disc.b6t", bytes));
  }
  TemporaryFolder folder_;
};

TEST_F(B6tFolder, PlacesTracksOfTwoSessions) {
  ByteVector bytes = sectors(0, 300);
  append(bytes, audio(300));
  append(bytes, sectors(12150, 100, SectorMode::mode2_form1));
  folder_.write("DISC.B6I", bytes);
  const auto image =
      open(b6t({{12150, 100, 2352, 600 * 2352}, {0, 300, 2352, 0}, {300, 300, 2352, 300 * 2352}},
               {{1, 0xA0, 0, 0, 0, 0},
                {1, 1, 2, -150, 150, 450},
                {1, 2, 1, 300, 150, 300},
                {2, 3, 4, 12000, 150, 250}},
               "0012345678905"));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  EXPECT_EQ(image->disc->catalog, "0012345678905");
  EXPECT_THAT(view_names(*image), ElementsAre("data", "raw", "session 1", "session 2", "track 1",
                                              "track 2", "track 3"));
  const auto& tracks = image->disc->sessions[0].tracks;
  EXPECT_EQ(tracks[0].first.value, 0);
  EXPECT_EQ(tracks[0].pregap, 150U);
  EXPECT_FALSE(tracks[0].pregap_stored);
  EXPECT_EQ(tracks[1].first.value, 450);
  EXPECT_EQ(tracks[1].pregap, 150U);
  EXPECT_TRUE(tracks[1].pregap_stored);
  const ByteVector samples = audio(300);
  EXPECT_TRUE(content(*image, "track 2").bytes ==
              ByteVector(samples.begin() + 150 * 2352, samples.end()));
  ByteVector user(2048);
  view_named(*image, "session 2")->source->read(12150 * 2048, user);
  EXPECT_EQ(user, user_data(12150));
}

TEST_F(B6tFolder, JoinsATrackOfSeveralFiles) {
  ByteVector first;
  ByteVector second;
  for (std::int32_t lba = 0; lba < 60; ++lba) append(lba < 40 ? first : second, user_data(lba));
  folder_.write("disc.i00", first);
  folder_.write("disc.i01", second);
  const std::vector<Block> blocks = {{0, 40, 2048, 0, "disc.i00"}, {40, 20, 2048, 0, "disc.i01"}};
  const ByteVector dvd = b6t(blocks, {{1, 1, 6, 0, 0, 60}});
  const auto image = open(dvd);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->disc->sessions[0].tracks[0].mode, SectorMode::dvd);
  append(first, second);
  EXPECT_TRUE(content(*image, "data").bytes == first);
  EXPECT_TRUE(content(*image, "data").bad.empty());
  std::filesystem::remove(folder_.path() / "disc.i01");
  const auto half = open(dvd);
  ASSERT_TRUE(half) << describe(half.error());
  EXPECT_TRUE(find(*half, "b6t.file-missing"));
  EXPECT_THAT(content(*half, "data").bad, ElementsAre(ByteRange{40 * 2048, 20 * 2048}));
}

TEST_F(B6tFolder, LeavesSubchannelsOutOfTracks) {
  ByteVector bytes;
  for (std::int32_t lba = 0; lba < 40; ++lba) {
    append(bytes, sectors(lba, 1));
    bytes.resize(bytes.size() + 96);
  }
  folder_.write("disc.b6i", bytes);
  const auto image = open(b6t({{0, 40, 2448, 0}}, {{1, 1, 2, -150, 150, 190}}));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(content(*image, "track 1").bytes == sectors(0, 40));
  EXPECT_EQ(image->disc->sessions[0].tracks[0].extents.back().layout.form, SubchannelForm::planar);
}

TEST_F(B6tFolder, IsFoundBesideItsImageAndComparedWithACueSheet) {
  const std::string path = folder_.write("disc.b6i", sectors(0, 50));
  const std::string descriptor =
      folder_.write("disc.b6t", b6t({{0, 50, 2352, 0}}, {{1, 1, 2, -150, 150, 200}}));
  folder_.write("disc.cue",
                as_bytes("FILE disc.b6i BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:02\n"));
  const auto image = open_image(path);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->disc->source, "b6t");
  ASSERT_TRUE(find(*image, "disc.descriptors-disagree"));
  EXPECT_EQ(find(*image, "disc.descriptors-disagree")->where.line, 2U);
  EXPECT_THAT(find(*image, "disc.descriptors-disagree")->text, HasSubstr(descriptor + ": offset "));
  EXPECT_EQ(open_image(descriptor)->format, "b6t");
}

TEST_F(B6tFolder, ReportsWhatTheSectorsAndTheTimesContradict) {
  folder_.write("disc.b6i", sectors(0, 50));
  const auto mode = open(b6t({{0, 50, 2352, 0}}, {{1, 1, 4, -150, 150, 200}}));
  ASSERT_TRUE(mode) << describe(mode.error());
  EXPECT_TRUE(find(*mode, "b6t.mode-contradicts-sectors"));
  const auto address = open(b6t({{9, 50, 2352, 0}}, {{1, 1, 2, -141, 150, 200}}));
  ASSERT_TRUE(address);
  EXPECT_TRUE(find(*address, "b6t.address-contradicts-sectors"));
  const auto end = open(b6t({{0, 60, 2352, 0}}, {{1, 1, 2, -150, 150, 210}}));
  ASSERT_TRUE(end);
  EXPECT_TRUE(find(*end, "b6t.track-past-end"));
  ByteVector time = b6t({{0, 50, 2352, 0}}, {{1, 1, 2, -150, 150, 200}});
  time[time.size() - 20 - 72 + 20] = std::byte{9};  // the frame of its time
  const auto late = open(time);
  ASSERT_TRUE(late) << describe(late.error());
  EXPECT_TRUE(find(*late, "b6t.time-contradicts-lba"));
}

TEST_F(B6tFolder, RefusesWhatItCannotPlace) {
  const std::vector<Block> one = {{0, 50, 2352, 0}};
  const std::vector<Entry> track = {{1, 1, 2, -150, 150, 200}};
  EXPECT_EQ(open(b6t(one, track)).error().code, Errc::missing);
  folder_.write("disc.b6i", sectors(0, 50));
  EXPECT_EQ(open(ByteVector(300)).error().code, Errc::not_this);
  EXPECT_EQ(open(b6t(one, {})).error().code, Errc::corrupt);
  EXPECT_THAT(open(b6t(one, {{1, 1, 7, 0, 0, 50}})).error().text, HasSubstr("no known type"));
  EXPECT_THAT(open(b6t(one, {{1, 100, 2, 0, 0, 50}})).error().text, HasSubstr("from 1 to 99"));
  EXPECT_THAT(open(b6t(one, {{1, 1, 2, 0, 50, 50}})).error().text, HasSubstr("length"));
  EXPECT_THAT(open(b6t(one, {{1, 1, 2, 0, 0, ~0U}})).error().text, HasSubstr("length"));
  EXPECT_THAT(open(b6t({{0, 50, 2449, 0}}, track)).error().text, HasSubstr("whole sectors"));
  EXPECT_EQ(open(b6t({{0, 20, 2352, 0}, {20, 30, 2048, 0}}, track)).error().code,
            Errc::unsupported);
  EXPECT_EQ(open(b6t({{0, 50, 1000, 0}}, track)).error().code, Errc::corrupt);
  ByteVector many = b6t(one, track);
  many[260 + 92] = std::byte{2};  // data blocks: the second one begins in the sessions
  EXPECT_EQ(open(many).error().code, Errc::corrupt);
  many[260 + 93] = std::byte{4};
  EXPECT_THAT(open(many).error().text, HasSubstr("more than 1000"));
  ByteVector lengths = b6t(one, track);
  lengths[248] ^= std::byte{1};
  EXPECT_THAT(open(lengths).error().text, HasSubstr("by the header"));
  lengths = b6t(one, track);
  lengths[103] = std::byte{0xFF};
  EXPECT_THAT(open(lengths).error().text, HasSubstr("data blocks lie outside"));
  lengths = b6t(one, track);
  lengths[101] = std::byte{0xFF};
  EXPECT_THAT(open(lengths).error().text, HasSubstr("CD-TEXT lies outside"));
}

TEST_F(B6tFolder, IsClearWhereverItIsCut) {
  folder_.write("disc.b6i", sectors(0, 20));
  expect_every_cut_is_clear(folder_, "cut.b6t",
                            b6t({{0, 20, 2352, 0}}, {{1, 1, 2, -150, 150, 170}}, "0012345678905"),
                            0, kB6t);
}

}  // namespace
}  // namespace discern
