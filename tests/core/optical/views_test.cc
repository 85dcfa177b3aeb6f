// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/disc_images.h"
#include "optical/disc_views.h"
#include "optical/layout.h"
#include "optical/user_data_source.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;

SourcePtr memory(ByteVector bytes) { return memory_source(std::move(bytes), "memory"); }

TEST(SectorLayout, PlacesUserDataAsInEcma130) {
  struct Row {
    std::uint32_t stored;
    SectorMode mode;
    std::int32_t user;
    std::uint32_t user_size;
  };
  // ECMA-130 clause 14; cuts of 2352 as in the sizes' names.
  for (const Row& row : {Row{2352, SectorMode::mode1, 16, 2048},
                         Row{2352, SectorMode::mode2, 16, 2336},
                         Row{2352, SectorMode::mode2_form1, 24, 2048},
                         Row{2352, SectorMode::mode2_form2, 24, 2324},
                         Row{2352, SectorMode::mode0, 16, 2336},
                         Row{2352, SectorMode::audio, 0, 2352},
                         Row{2448, SectorMode::mode1, 16, 2048},
                         Row{2448, SectorMode::audio, 0, 2352},
                         Row{2368, SectorMode::mode2_form1, 24, 2048},
                         Row{2340, SectorMode::mode1, 4, 2048},
                         Row{2340, SectorMode::mode2_form1, 12, 2048},
                         Row{2336, SectorMode::mode2, 0, 2336},
                         Row{2336, SectorMode::mode2_form1, 8, 2048},
                         Row{2336, SectorMode::mode2_form2, 8, 2324},
                         Row{2332, SectorMode::mode2_form2, 8, 2324},
                         Row{2328, SectorMode::mode2_form2, 0, 2324},
                         Row{2324, SectorMode::mode2_form2, 0, 2324},
                         Row{2056, SectorMode::mode2_form1, 8, 2048},
                         Row{2048, SectorMode::mode1, 0, 2048},
                         Row{2048, SectorMode::mode2_form1, 0, 2048}}) {
    const auto layout = sector_layout(row.stored, row.mode);
    ASSERT_TRUE(layout) << row.stored;
    EXPECT_EQ(layout->stored, row.stored);
    EXPECT_EQ(layout->user, row.user) << row.stored;
    EXPECT_EQ(layout->user_size, row.user_size) << row.stored;
    EXPECT_EQ(layout->sync, row.stored >= 2352 && is_data(row.mode) ? 0 : -1);
    EXPECT_EQ(layout->subchannel, row.stored > 2352 ? 2352 : -1);
    EXPECT_EQ(main_size(*layout), std::min(row.stored, 2352U));
  }
}

TEST(SectorLayout, RefusesSizesThatCannotHoldTheMode) {
  EXPECT_FALSE(sector_layout(2048, SectorMode::audio));
  EXPECT_FALSE(sector_layout(2048, SectorMode::mode2_form2));
  EXPECT_FALSE(sector_layout(2324, SectorMode::mode1));
  EXPECT_FALSE(sector_layout(2336, SectorMode::mode1));
  EXPECT_FALSE(sector_layout(2056, SectorMode::mode1));
  EXPECT_FALSE(sector_layout(512, SectorMode::mode1));
}

Extent stored(SourcePtr file, std::int32_t first, std::uint32_t count, SectorMode mode,
              std::uint32_t size = 2352) {
  return {.first = {first},
          .sectors = count,
          .file = std::move(file),
          .layout = *sector_layout(size, mode),
          .mode = mode};
}

TEST(UserDataSource, GathersTheUserDataOfEverySector) {
  for (const SectorMode mode : {SectorMode::mode1, SectorMode::mode2_form1}) {
    const auto source = user_data_source({stored(memory(sectors(0, 1500, mode)), 0, 1500, mode)});
    ASSERT_EQ(source->size(), 1500U * 2048);
    const Content got = content(*source);
    EXPECT_TRUE(got.bad.empty());
    ByteVector expected;
    for (std::int32_t lba = 0; lba < 1500; ++lba) append(expected, user_data(lba));
    EXPECT_TRUE(got.bytes == expected);
  }
}

TEST(UserDataSource, DeliversAnyRangeAsTheWholeDoes) {
  const auto source = user_data_source(
      {stored(memory(sectors(0, 3)), 0, 3, SectorMode::mode1),
       {.first = {3}, .sectors = 2, .gap = true},
       stored(memory(sectors(5, 3, SectorMode::mode2_form2)), 5, 3, SectorMode::mode2_form2)});
  const Content whole = content(*source);
  ASSERT_EQ(whole.bytes.size(), 8U * 2048);
  for (std::size_t offset = 0; offset < whole.bytes.size(); offset += 97) {
    for (const std::size_t length : {1U, 100U, 2048U, 5000U, 100000U}) {
      ByteVector part(length, std::byte{0xAA});
      const auto got = source->read(offset, part);
      ASSERT_EQ(got.bytes, std::min(length, whole.bytes.size() - offset));
      ASSERT_TRUE(std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(got.bytes),
                             whole.bytes.begin() + static_cast<std::ptrdiff_t>(offset)));
    }
  }
}

TEST(UserDataSource, TakesTheFirst2048BytesOfFormTwo) {
  const auto source = user_data_source(
      {stored(memory(sectors(7, 1, SectorMode::mode2_form2)), 7, 1, SectorMode::mode2_form2)});
  EXPECT_EQ(content(*source).bytes, user_data(7));
}

TEST(UserDataSource, Unscrambles) {
  ByteVector image = sectors(0, 5);
  for (std::size_t i = 0; i < 5; ++i)
    scramble(std::span(image).subspan(i * kRawSector, kRawSector));
  Extent extent = stored(memory(image), 0, 5, SectorMode::mode1);
  extent.layout.scrambled = true;
  const auto source = user_data_source({extent});
  for (std::int32_t lba = 0; lba < 5; ++lba) {
    ByteVector sector(kUserSector);
    source->read(static_cast<std::uint64_t>(lba) * kUserSector, sector);
    EXPECT_EQ(sector, user_data(lba));
  }
  ByteVector inside(10);
  source->read(2048 + 100, inside);
  EXPECT_TRUE(std::equal(inside.begin(), inside.end(), user_data(1).begin() + 100));
  EXPECT_FALSE(source->view(0, 1));
}

TEST(UserDataSource, CallsMissingExtentsBadButGapsAndAudioEmpty) {
  const auto source = user_data_source({{.first = {0}, .sectors = 2},
                                        {.first = {2}, .sectors = 3, .gap = true},
                                        stored(memory(audio(4)), 5, 4, SectorMode::audio),
                                        stored(memory(sectors(9, 1)), 9, 1, SectorMode::mode1)});
  const Content got = content(*source);
  EXPECT_THAT(got.bad, ElementsAre(ByteRange{0, 2 * 2048}));
  EXPECT_TRUE(std::all_of(got.bytes.begin(), got.bytes.begin() + 9 * 2048,
                          [](std::byte b) { return b == std::byte{0}; }));
}

TEST(UserDataSource, CallsWhatTheFileLacksBadAndNothingElse) {
  const ByteVector image = sectors(0, 3);
  for (std::size_t cut = 0; cut <= image.size(); cut += 53) {
    const ByteVector head(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(cut));
    const auto source = user_data_source({stored(memory(head), 0, 3, SectorMode::mode1)});
    const Content got = content(*source);
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t have =
          cut <= i * 2352 + 16 ? 0 : std::min<std::size_t>(cut - i * 2352 - 16, 2048);
      const ByteVector expected = user_data(static_cast<std::int32_t>(i));
      for (std::size_t at = 0; at < 2048; ++at) {
        const bool bad = std::ranges::any_of(got.bad, [&](const ByteRange& range) {
          return range.offset <= i * 2048 + at && i * 2048 + at < range.end();
        });
        ASSERT_EQ(bad, at >= have) << cut << " " << i << " " << at;
        ASSERT_EQ(got.bytes[i * 2048 + at], bad ? std::byte{0} : expected[at]);
      }
    }
  }
}

TEST(UserDataSource, ZeroesScrambledBytesThatCouldNotBeRead) {
  Extent extent =
      stored(partial_source(memory(ByteVector(2000, std::byte{1})), 2352), 0, 1, SectorMode::mode1);
  extent.layout.scrambled = true;
  const Content got = content(*user_data_source({extent}));
  EXPECT_THAT(got.bad, ElementsAre(ByteRange{1984, 64}));
  EXPECT_EQ(got.bytes[2000], std::byte{0});
}

TEST(UserDataSource, LocatesBytesInTheirStoredSector) {
  Extent second = stored(memory(sectors(10, 4)), 10, 4, SectorMode::mode1);
  second.file_offset = 2352;
  second.sectors = 3;
  const auto source = user_data_source({{.first = {8}, .sectors = 2, .gap = true}, second});
  const Location hole = source->locate(100);
  EXPECT_FALSE(hole.offset);
  EXPECT_EQ(hole.length, 2 * 2048U - 100);
  EXPECT_EQ(hole.lba, 8);
}

TEST(UserDataSource, LocatesExactFileOffsets) {
  TemporaryFolder folder;
  const std::string path = folder.write("a.bin", sectors(0, 4));
  const auto file = MappedFile::open(path);
  ASSERT_TRUE(file);
  const auto source = user_data_source({stored(*file, 0, 4, SectorMode::mode1)});
  const Location place = source->locate(2 * 2048 + 5);
  EXPECT_EQ(place.file, path);
  EXPECT_EQ(place.offset, 2 * 2352U + 16 + 5);
  EXPECT_EQ(place.length, 2048U - 5);
  EXPECT_EQ(place.lba, 2);
}

TEST(UserDataSource, GivesViewsInsideOneSectorOfTheFile) {
  const auto source = user_data_source({stored(memory(sectors(0, 2)), 0, 2, SectorMode::mode1)});
  const auto one = source->view(2048, 2048);
  ASSERT_TRUE(one);
  EXPECT_TRUE(std::ranges::equal(*one, user_data(1)));
  EXPECT_FALSE(source->view(2047, 2));
  EXPECT_FALSE(source->view(4096, 1));
  EXPECT_FALSE(source->view(0, 0));
}

TEST(UserDataSource, GivesViewsOfCookedSectorsInOnePiece) {
  const auto source =
      user_data_source({stored(memory(ByteVector(8192)), 0, 4, SectorMode::mode1, 2048)});
  EXPECT_TRUE(source->view(1, 8191));
}

TEST(MainChannelSource, LeavesTheSubchannelOut) {
  ByteVector image;
  const ByteVector samples = audio(3);
  for (std::size_t i = 0; i < 3; ++i) {
    append(image, Bytes(samples).subspan(i * kRawSector, kRawSector));
    image.resize(image.size() + 96, std::byte{0x55});
  }
  const auto source = main_channel_source({stored(memory(image), 0, 3, SectorMode::audio, 2448)});
  EXPECT_EQ(content(*source).bytes, samples);
}

TEST(MainChannelSource, OfNothingIsEmpty) { EXPECT_EQ(main_channel_source({})->size(), 0U); }

Track track_of(int number, Extent extent) {
  return {.number = number,
          .mode = extent.mode,
          .first = extent.first,
          .sectors = extent.sectors,
          .extents = {extent}};
}

TEST(DiscViews, AddressLaterSessionsByTheDisc) {
  const SourcePtr file = memory([] {
    ByteVector image = sectors(0, 20);
    append(image, sectors(11420, 10));
    return image;
  }());
  Extent later = stored(file, 11420, 10, SectorMode::mode1);
  later.file_offset = 20 * 2352;
  Image image;
  image.disc = Disc{
      .sessions = {{.number = 1, .tracks = {track_of(1, stored(file, 0, 20, SectorMode::mode1))}},
                   {.number = 2, .tracks = {track_of(2, later)}}}};
  add_disc_views(image, {file});
  EXPECT_THAT(view_names(image),
              ElementsAre("data", "raw", "session 1", "session 2", "track 1", "track 2"));
  EXPECT_EQ(view_named(image, "raw")->source, file);
  EXPECT_EQ(view_named(image, "raw")->sector_size, 2352U);
  EXPECT_EQ(view_named(image, "data")->source->size(), 11430U * 2048);
  EXPECT_THAT(view_named(image, "data")->holes, ElementsAre(ByteRange{20 * 2048, 11400 * 2048}));
  EXPECT_THAT(view_named(image, "session 2")->holes,
              ElementsAre(ByteRange{20 * 2048, 11400 * 2048}));
  EXPECT_EQ(view_named(image, "session 1")->source->size(), 20U * 2048);
  const Content got = content(image, "session 2");
  EXPECT_TRUE(got.bad.empty());
  EXPECT_TRUE(std::ranges::equal(Bytes(got.bytes).subspan(11425 * 2048, 2048), user_data(11425)));
  EXPECT_EQ(view_named(image, "session 2")->source->locate(11420 * 2048).offset.value_or(0), 0U);
  EXPECT_EQ(content(image, "track 2").bytes, sectors(11420, 10));
}

TEST(DiscViews, OfAudioOnlyBeginWithRaw) {
  Image image;
  const SourcePtr file = memory(audio(10));
  image.disc =
      Disc{.sessions = {{.tracks = {track_of(1, stored(file, 0, 10, SectorMode::audio))}}}};
  add_disc_views(image, {file});
  EXPECT_THAT(view_names(image), ElementsAre("raw", "track 1"));
  EXPECT_EQ(view_named(image, "track 1")->source, file) << "one object, hashed once";
}

TEST(DiscViews, MarkMissingHeadsBad) {
  Image image;
  const SourcePtr file = memory(sectors(10, 5));
  image.disc =
      Disc{.sessions = {{.tracks = {track_of(1, stored(file, 10, 5, SectorMode::mode1))}}}};
  add_disc_views(image, {file});
  EXPECT_THAT(content(image, "data").bad, ElementsAre(ByteRange{0, 10 * 2048}));
  EXPECT_TRUE(image.views.front().holes.empty());
}

TEST(DiscViews, OfCookedSectorsAreTheFileItself) {
  Image image;
  const SourcePtr file = memory(ByteVector(20 * 2048));
  image.disc =
      Disc{.sessions = {{.tracks = {track_of(1, stored(file, 0, 20, SectorMode::mode1, 2048))}}}};
  add_disc_views(image, {file});
  EXPECT_EQ(image.main_view().source, file);
  EXPECT_EQ(image.main_view().name, "data");
}

TEST(DiscViews, KeepTheFirstOfSectorsWithOneAddress) {
  Image image;
  const SourcePtr a = memory(sectors(0, 10));
  const SourcePtr b = memory(sectors(100, 10));
  image.disc = Disc{.sessions = {{.tracks = {track_of(1, stored(a, 0, 10, SectorMode::mode1)),
                                             track_of(2, stored(b, 5, 10, SectorMode::mode1))}}}};
  add_disc_views(image, {a, b});
  const Content got = content(image, "data");
  ASSERT_EQ(got.bytes.size(), 15U * 2048);
  EXPECT_TRUE(std::ranges::equal(Bytes(got.bytes).subspan(9 * 2048, 2048), user_data(9)));
  EXPECT_TRUE(std::ranges::equal(Bytes(got.bytes).subspan(10 * 2048, 2048), user_data(105)));
}

}  // namespace
}  // namespace discern
