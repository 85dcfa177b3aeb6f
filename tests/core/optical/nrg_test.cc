// SPDX-License-Identifier: Apache-2.0
#include "optical/nrg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"
#include "tool.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;

Fields chunk(std::string_view id, const Fields& data) {
  Fields result;
  result.text(id).be(data.bytes.size(), 4).add(data.bytes);
  return result;
}

struct DaoTrack {
  std::uint64_t pregap, start, end;
  unsigned mode = 5;
  unsigned stored = 2352;
  std::string_view isrc = std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0", 12);
};

Fields dao(int version, int first, const std::vector<DaoTrack>& tracks) {
  Fields data;
  data.le(0, 4).text("0000012101954").zeros(3).be(first, 1).be(first + tracks.size() - 1, 1);
  for (const DaoTrack& t : tracks) {
    data.text(t.isrc).be(t.stored, 2).be(t.mode, 1).zeros(3);
    for (const std::uint64_t offset : {t.pregap, t.start, t.end})
      data.be(offset, version == 1 ? 4 : 8);
  }
  return chunk(version == 1 ? "DAOI" : "DAOX", data);
}

struct CueEntry {
  int track;  // BCD
  int index;
  std::int32_t lba;
};

Fields cuex(const std::vector<CueEntry>& entries) {
  Fields data;
  for (const CueEntry& e : entries)
    data.be(0x41, 1)
        .be(e.track, 1)
        .be(e.index, 1)
        .zeros(1)
        .be(static_cast<std::uint32_t>(e.lba), 4);
  return chunk("CUEX", data);
}

ByteVector nrg(int version, ByteVector image, const Fields& chunks) {
  const std::uint64_t trailer = image.size();
  Fields end;
  end.add(chunks.bytes).text("END!").be(0, 4);
  if (version == 1)
    end.text("NERO").be(trailer, 4);
  else
    end.text("NER5").be(trailer, 8);
  append(image, end.bytes);
  return image;
}

class NrgFile : public testing::Test {
 protected:
  Result<Image> open(const ByteVector& bytes) {
    return open_as(kNrg, folder_.write("disc.nrg", bytes));
  }
  TemporaryFolder folder_;
};

// Two sessions as Nero 6 writes them: each with CUEX, DAOX and SINF.
ByteVector two_sessions() {
  ByteVector image = sectors(0, 302);
  append(image, sectors(11702, 100, SectorMode::mode2_form1));
  Fields chunks;
  chunks.add(cuex({{0x00, 0, -150}, {0x01, 0, -150}, {0x01, 1, 0}, {0xAA, 1, 302}}).bytes)
      .add(dao(2, 1, {{0, 0, 302 * 2352}}).bytes)
      .add(chunk("SINF", Fields().be(1, 4)).bytes)
      .add(cuex({{0x00, 0, 11552}, {0x02, 0, 11552}, {0x02, 1, 11702}, {0xAA, 1, 11802}}).bytes)
      .add(dao(2, 2, {{302 * 2352, 302 * 2352, 402 * 2352, 6}}).bytes)
      .add(chunk("SINF", Fields().be(1, 4)).bytes);
  return nrg(2, image, chunks);
}

TEST_F(NrgFile, PlacesTwoSessions) {
  const auto image = open(two_sessions());
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  EXPECT_EQ(image->disc->catalog, "0000012101954");
  EXPECT_THAT(view_names(*image),
              ElementsAre("data", "raw", "session 1", "session 2", "track 1", "track 2"));
  EXPECT_EQ(image->disc->sessions[1].tracks[0].first.value, 11702);
  EXPECT_TRUE(content(*image, "track 2").bytes == sectors(11702, 100, SectorMode::mode2_form1));
  ByteVector first(2048);
  view_named(*image, "session 2")->source->read(11702 * 2048, first);
  EXPECT_EQ(first, user_data(11702));
  EXPECT_EQ(view_named(*image, "raw")->source->size(), 402U * 2352);  // without the chunks
}

TEST_F(NrgFile, IsChosenBeforeRawSectors) {
  const std::string path = folder_.write("disc.nrg", two_sessions());
  const auto image = open_image(path);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->format, "nrg");
}

TEST_F(NrgFile, PlacesTracksAndStoredPregapsOfVersionOne) {
  ByteVector image = sectors(-150, 450);
  append(image, audio(300));
  Fields cues;
  // 01 at 00:02:00, 02 at 00:08:00: BCD.
  for (const auto& [track, second] : {std::pair{1, 2}, {2, 8}})
    cues.be(0x41, 1).be(track, 1).be(1, 1).zeros(2).be(0, 1).be(second, 1).be(0, 1);
  Fields chunks;
  chunks.add(chunk("CUES", cues).bytes)
      .add(dao(1, 1,
               {{0, 150 * 2352, 450 * 2352},
                {450 * 2352, 600 * 2352, 750 * 2352, 7, 2352, "USRC17607839"}})
               .bytes)
      .add(chunk("SINF", Fields().be(2, 4)).bytes);
  const auto opened = open(nrg(1, image, chunks));
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_TRUE(opened->findings.empty()) << opened->findings[0].text;
  const auto& tracks = opened->disc->sessions[0].tracks;
  EXPECT_EQ(tracks[0].first.value, 0);
  EXPECT_EQ(tracks[0].pregap, 150U);
  EXPECT_TRUE(tracks[0].pregap_stored);
  EXPECT_EQ(tracks[1].first.value, 450);
  EXPECT_EQ(tracks[1].isrc, "USRC17607839");
  ByteVector last(2048);
  opened->main_view().source->read(299 * 2048, last);
  EXPECT_EQ(last, user_data(299));
}

TEST_F(NrgFile, ReportsBytesThatNoTrackHas) {
  ByteVector image = sectors(0, 50);
  image.resize(image.size() + 1000);
  const auto opened = open(nrg(2, image, dao(2, 1, {{0, 0, 50 * 2352}})));
  ASSERT_TRUE(opened) << describe(opened.error());
  ASSERT_TRUE(find(*opened, "nrg.unclaimed"));
  EXPECT_EQ(find(*opened, "nrg.unclaimed")->where.offset, 50U * 2352);
}

TEST_F(NrgFile, ReportsWhatTheSectorsContradict) {
  const auto mode = open(nrg(2, sectors(0, 50), dao(2, 1, {{0, 0, 50 * 2352, 6}})));
  ASSERT_TRUE(mode);
  EXPECT_TRUE(find(*mode, "nrg.mode-contradicts-sectors"));
  Fields chunks = cuex({{0x01, 1, 77}});
  chunks.add(dao(2, 1, {{0, 0, 50 * 2352}}).bytes);
  const auto address = open(nrg(2, sectors(0, 50), chunks));
  ASSERT_TRUE(address);
  EXPECT_TRUE(find(*address, "nrg.address-contradicts-sectors"));
  EXPECT_EQ(address->disc->sessions[0].tracks[0].first.value, 0);
  const auto past = open(nrg(2, sectors(0, 50), dao(2, 1, {{0, 0, 60 * 2352}})));
  ASSERT_TRUE(past);
  EXPECT_TRUE(find(*past, "nrg.track-past-end"));
  EXPECT_THAT(content(*past, "data").bad, ElementsAre(ByteRange{50 * 2048, 10 * 2048}));
}

TEST_F(NrgFile, RefusesWhatItCannotPlace) {
  const ByteVector image = sectors(0, 20);
  EXPECT_EQ(open(image).error().code, Errc::not_this);
  EXPECT_EQ(open(nrg(2, image, {})).error().code, Errc::corrupt);  // no track
  EXPECT_EQ(open(nrg(2, image, dao(2, 1, {{10, 0, 20}}))).error().code, Errc::corrupt);
  EXPECT_EQ(open(nrg(2, image, dao(2, 1, {{0, 0, 20 * 2352, 99}}))).error().code,
            Errc::unsupported);
  EXPECT_EQ(open(nrg(2, image, dao(2, 1, {{0, 0, ~0ULL / 2}}))).error().code, Errc::corrupt);
  EXPECT_EQ(open(nrg(2, image, Fields().text("DAOX").be(~0U, 4))).error().code, Errc::corrupt);
  EXPECT_EQ(open(nrg(2, image, Fields().text("DAOX").be(0, 4))).error().code, Errc::corrupt);
  EXPECT_EQ(open(nrg(2, image, Fields().text("\1\2\3\4").be(0, 4))).error().code, Errc::corrupt);
  Fields cut = dao(2, 1, {{0, 0, 20 * 2352}});
  cut.bytes[4 + 4 + 21] = std::byte{9};  // last track 9, one entry
  EXPECT_EQ(open(nrg(2, image, cut)).error().code, Errc::corrupt);
}

TEST_F(NrgFile, IsClearWhereverTheChunksAreCut) {
  // What a cut leaves has no pointer at its end; one is put there, so that the chunks are read.
  const ByteVector whole = two_sessions();
  const std::uint64_t trailer = 402 * 2352;
  for (std::size_t length = trailer; length < whole.size() - 12; ++length) {
    ByteVector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    append(cut, Fields().text("NER5").be(trailer, 8).bytes);
    const auto image = open(cut);
    if (!image) {
      EXPECT_FALSE(image.error().text.empty());
      EXPECT_FALSE(image.error().file.empty()) << length << image.error().text;
    }
  }
}

// ---- an image that vcdimager's authors made, track-at-once
// ----------------------------------------

TEST(NrgCorpus, PlacesTracksWhereTheVideoCdSaysTheyAre) {
  const auto path = corpus("optical/disc/videocd.nrg");
  SKIP_WITHOUT(path);
  const auto image = open_image(path.string());
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->format, "nrg");
  std::vector<std::int32_t> starts;
  for (const Track& track : image->disc->sessions.at(0).tracks) starts.push_back(track.first.value);
  // cd-info 2.1.0, and the disc's own ENTRIES.SVD: 00:13:01, 00:16:01, 00:19:01, 00:22:01.
  EXPECT_THAT(starts, ElementsAre(0, 826, 1051, 1276, 1501));
  ASSERT_FALSE(image->volumes.empty());
  EXPECT_EQ(image->volumes[0].filesystem, "iso9660");
}

TEST_F(NrgFile, AgreesWithLibcdio) {
  SKIP_WITHOUT_TOOL("cd-info");
  const auto path = corpus("optical/disc/videocd.nrg");
  SKIP_WITHOUT(path);
  const auto opened = open_image(path.string());
  ASSERT_TRUE(opened) << describe(opened.error());
  const std::string out = (folder_.path() / "out").string();
  // Its exit status tells of drives, not of images.
  ASSERT_TRUE(run("cd-info --no-device-info -A -N " + path.string() + " > " + out + " 2>&1; true"));
  const ByteVector bytes = file_bytes(out);
  const std::string shown(as_text(bytes));
  for (const Track& track : opened->disc->sessions[0].tracks) {
    char row[16];
    std::snprintf(row, sizeof row, " %06d ", track.first.value);
    EXPECT_NE(shown.find(row), std::string::npos) << row << " in\n" << shown;
  }
}

}  // namespace
}  // namespace discern
