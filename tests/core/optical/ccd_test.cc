// SPDX-License-Identifier: Apache-2.0
#include "optical/ccd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;

// ---- sheets as CloneCD writes them
// ---------------------------------------------------------------------

struct Point {
  int session;
  int point;
  int control;
  std::int32_t plba;
};

std::string sheet(const std::vector<Point>& points, const std::string& tail = {},
                  const char* end = "\r\n", int scrambled = 0) {
  std::string text = std::string("[CloneCD]") + end + "Version=3" + end + "[Disc]" + end +
                     "TocEntries=" + std::to_string(points.size()) + end +
                     "DataTracksScrambled=" + std::to_string(scrambled) + end + "CDTextLength=0" +
                     end + "CATALOG=0000012101954" + end;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& p = points[i];
    const Msf msf = to_msf({p.plba});
    char body[200];
    std::snprintf(body, sizeof body,
                  "[Entry %zu]%sSession=%d%sPoint=0x%02x%sADR=0x01%sControl=0x%02x%sTrackNo=0%s"
                  "ALBA=-150%sPMin=%d%sPSec=%d%sPFrame=%d%sPLBA=%d%s",
                  i, end, p.session, end, static_cast<unsigned>(p.point), end, end,
                  static_cast<unsigned>(p.control), end, end, end, msf.minute, end, msf.second, end,
                  msf.frame, end, p.plba, end);
    text += body;
  }
  return text + tail;
}

class CcdFolder : public testing::Test {
 protected:
  Result<Image> open(const std::string& text) {
    return open_as(kCcd, folder_.write("disc.ccd", as_bytes(text)));
  }
  TemporaryFolder folder_;
};

const std::vector<Point> kOneTrack = {
    {1, 0xa0, 4, 4350}, {1, 0xa1, 4, 4350}, {1, 0xa2, 4, 300}, {1, 1, 4, 0}};

TEST_F(CcdFolder, OpensOneDataTrack) {
  folder_.write("disc.img", sectors(0, 300));
  folder_.write("DISC.SUB", ByteVector(300 * 96));
  const auto image = open(sheet(kOneTrack, "[TRACK 1]\r\nMODE=1\r\nINDEX 1=0\r\n"));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  EXPECT_EQ(image->disc->catalog, "0000012101954");
  EXPECT_EQ(image->disc->source, "ccd");
  EXPECT_THAT(view_names(*image), ElementsAre("data", "raw", "track 1"));
  ASSERT_EQ(image->files.size(), 3U);
  EXPECT_EQ(image->files[2].role, "subchannel");
  EXPECT_EQ(view_named(*image, "raw")->source, image->files[1].source);
  EXPECT_EQ(view_named(*image, "track 1")->source, image->files[1].source);
  ByteVector expected;
  for (std::int32_t lba = 0; lba < 300; ++lba) append(expected, user_data(lba));
  EXPECT_TRUE(content(*image, "data").bytes == expected);
}

TEST_F(CcdFolder, PlacesLaterSessionsWhereTheTableOfContentsSays) {
  // Session 2 of 302 + 11400 as in Aaru issue 200; the .img has no gap.
  ByteVector bytes = sectors(0, 302);
  append(bytes, sectors(11702, 100, SectorMode::mode2_form1));
  folder_.write("disc.img", bytes);
  const auto image =
      open(sheet({{1, 0xa2, 4, 302}, {1, 1, 4, 0}, {2, 0xa2, 4, 11802}, {2, 2, 4, 11702}},
                 "[TRACK 1]\nMODE=1\n[TRACK 2]\nMODE=2\nINDEX 1=11702\n"));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  ASSERT_EQ(image->disc->sessions.size(), 2U);
  EXPECT_EQ(image->disc->sessions[1].tracks[0].first.value, 11702);
  EXPECT_THAT(view_names(*image),
              ElementsAre("data", "raw", "session 1", "session 2", "track 1", "track 2"));
  EXPECT_EQ(content(*image, "track 2").bytes, sectors(11702, 100, SectorMode::mode2_form1));
  const auto place = view_named(*image, "session 2")->source->locate(11702 * 2048);
  EXPECT_EQ(place.offset, 302U * 2352 + 24);
}

TEST_F(CcdFolder, BelievesHeadersThatAPregapIsStored) {
  ByteVector bytes = sectors(0, 302);
  append(bytes, sectors(11552, 250));
  folder_.write("disc.img", bytes);
  const auto image =
      open(sheet({{1, 0xa2, 4, 302}, {1, 1, 4, 0}, {2, 0xa2, 4, 11802}, {2, 2, 4, 11702}}));
  ASSERT_TRUE(image);
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  const Track& track = image->disc->sessions[1].tracks[0];
  EXPECT_EQ(track.pregap, 150U);
  EXPECT_TRUE(track.pregap_stored);
  EXPECT_EQ(content(*image, "track 2").bytes, sectors(11702, 100));
}

TEST_F(CcdFolder, TakesStoredPregapsFromTheTrackBefore) {
  ByteVector bytes = sectors(0, 300);
  append(bytes, audio(500));
  folder_.write("disc.img", bytes);
  const auto image =
      open(sheet({{1, 0xa2, 0, 800}, {1, 1, 4, 0}, {1, 2, 2, 450}},
                 "[TRACK 1]\nMODE=1\nINDEX 1=0\n[TRACK 2]\nMODE=0\nISRC=USRC17607839\n"
                 "INDEX 0=300\nINDEX 1=450\nINDEX 2=500\n"));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  const auto& tracks = image->disc->sessions[0].tracks;
  EXPECT_EQ(tracks[0].sectors, 300U);
  EXPECT_EQ(tracks[1].pregap, 150U);
  EXPECT_EQ(tracks[1].sectors, 350U);
  EXPECT_EQ(tracks[1].isrc, "USRC17607839");
  EXPECT_THAT(tracks[1].flags, ElementsAre("DCP"));
  EXPECT_THAT(tracks[1].indexes, ElementsAre(Lba{500}));
  EXPECT_EQ(content(*image, "data").bytes.size(), 300U * 2048);
}

TEST_F(CcdFolder, ReportsWhatTheSectorsContradict) {
  folder_.write("disc.img", sectors(0, 300));
  const auto mode = open(sheet(kOneTrack, "[TRACK 1]\nMODE=2\n"));
  ASSERT_TRUE(mode);
  EXPECT_TRUE(find(*mode, "ccd.mode-contradicts-sectors"));
  EXPECT_EQ(mode->disc->sessions[0].tracks[0].mode, SectorMode::mode1);
  const auto audio_mode = open(sheet(kOneTrack, "[TRACK 1]\nMODE=0\n"));
  ASSERT_TRUE(audio_mode);
  EXPECT_TRUE(find(*audio_mode, "ccd.mode-contradicts-control"));
  EXPECT_TRUE(find(*audio_mode, "ccd.mode-contradicts-sectors"));
  const auto index = open(sheet(kOneTrack, "[TRACK 1]\nMODE=1\nINDEX 1=7\n"));
  ASSERT_TRUE(index);
  EXPECT_TRUE(find(*index, "ccd.index-contradicts-toc"));
  const auto scrambled = open(sheet(kOneTrack, "", "\n", 1));
  ASSERT_TRUE(scrambled);
  EXPECT_TRUE(find(*scrambled, "ccd.scrambling-contradicts-sectors"));
  folder_.write("disc.img", sectors(5, 300));
  const auto address = open(sheet(kOneTrack));
  ASSERT_TRUE(address);
  ASSERT_TRUE(find(*address, "ccd.address-contradicts-sectors"));
  EXPECT_EQ(find(*address, "ccd.address-contradicts-sectors")->severity, Severity::damage);
}

TEST_F(CcdFolder, UnscramblesDataTracks) {
  ByteVector bytes = sectors(0, 300);
  for (std::size_t i = 0; i < 300; ++i)
    scramble(std::span(bytes).subspan(i * kRawSector, kRawSector));
  folder_.write("disc.img", bytes);
  const auto image = open(sheet(kOneTrack, "[TRACK 1]\nMODE=1\n", "\n", 1));
  ASSERT_TRUE(image);
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  ByteVector last(2048);
  image->main_view().source->read(299 * 2048, last);
  EXPECT_EQ(last, user_data(299));
}

TEST_F(CcdFolder, ChecksLengthsAgainstTheLeadOut) {
  folder_.write("disc.img", sectors(0, 290));
  folder_.write("disc.sub", ByteVector(100));
  const auto shorter = open(sheet(kOneTrack));
  ASSERT_TRUE(shorter);
  ASSERT_TRUE(find(*shorter, "ccd.image-shorter-than-toc"));
  EXPECT_TRUE(find(*shorter, "ccd.subchannel-length"));
  EXPECT_THAT(content(*shorter, "data").bad, ElementsAre(ByteRange{290 * 2048, 10 * 2048}));
  ByteVector longer = sectors(0, 310);
  longer.resize(longer.size() - 1000);
  folder_.write("disc.img", longer);
  const auto image = open(sheet(kOneTrack));
  ASSERT_TRUE(image);
  EXPECT_TRUE(find(*image, "ccd.image-longer-than-toc"));
  EXPECT_TRUE(find(*image, "disc.cut-inside-sector"));
}

TEST_F(CcdFolder, ReportsTimesThatAreNotTheAddress) {
  folder_.write("disc.img", sectors(0, 300));
  std::string text = sheet(kOneTrack, "", "\n");
  text.replace(text.rfind("PSec=2"), 6, "PSec=9");
  const auto image = open(text);
  ASSERT_TRUE(image);
  EXPECT_TRUE(find(*image, "ccd.time-contradicts-lba"));
}

TEST_F(CcdFolder, TakesTheFilesEndWithoutLeadOut) {
  folder_.write("disc.img", sectors(0, 300));
  const auto image = open(sheet({{1, 1, 4, 0}}));
  ASSERT_TRUE(image);
  EXPECT_TRUE(find(*image, "ccd.no-lead-out"));
  EXPECT_EQ(image->disc->sessions[0].tracks[0].sectors, 300U);
}

TEST_F(CcdFolder, RefusesTablesThatPlaceNothing) {
  folder_.write("disc.img", sectors(0, 300));
  EXPECT_THAT(open(sheet({})).error().text, HasSubstr("no track"));
  EXPECT_THAT(open(sheet({{1, 0xa2, 4, 0}, {1, 1, 4, 0}})).error().text, HasSubstr("lead-out"));
  EXPECT_THAT(open(sheet({{1, 0xa2, 4, 300}, {1, 1, 4, 0}, {1, 2, 4, 0}})).error().text,
              HasSubstr("same address"));
  EXPECT_THAT(open(sheet({{1, 0xa2, 4, 300}, {1, 1, 4, 0}, {2, 0xa2, 4, 400}, {2, 2, 4, 200}}))
                  .error()
                  .text,
              HasSubstr("overlap"));
}

TEST_F(CcdFolder, NeedsTheImage) {
  const auto image = open(sheet(kOneTrack));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::missing);
  EXPECT_THAT(image.error().text, HasSubstr("disc.img"));
}

TEST_F(CcdFolder, IsFoundBesideTheImageBeforeACueSheet) {
  const std::string path = folder_.write("disc.img", sectors(0, 300));
  folder_.write("disc.ccd", as_bytes(sheet(kOneTrack)));
  folder_.write("disc.cue",
                as_bytes("FILE disc.img BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"));
  const auto image = open_as(kRawCd, path);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->disc->source, "ccd");
  EXPECT_FALSE(find(*image, "disc.descriptors-disagree"));
  folder_.write("disc.cue", as_bytes("FILE disc.img BINARY\nTRACK 01 MODE1/2352\nINDEX 01 "
                                     "00:00:00\nTRACK 02 MODE1/2352\nINDEX 01 00:03:00\n"));
  const auto disagreeing = open_as(kRawCd, path);
  ASSERT_TRUE(disagreeing);
  ASSERT_TRUE(find(*disagreeing, "disc.descriptors-disagree"));
  EXPECT_THAT(find(*disagreeing, "disc.descriptors-disagree")->text, HasSubstr("1 tracks against"));
}

// ---- the text -----------------------------------------------------------------------------------

struct Rejected {
  const char* text;
  Errc code;
  std::uint32_t line;
  std::uint32_t column;
};
void PrintTo(const Rejected& row, std::ostream* out) { *out << testing::PrintToString(row.text); }

class CcdGrammar : public testing::TestWithParam<Rejected> {};

TEST_P(CcdGrammar, RefusesWithLineAndColumn) {
  const Rejected& row = GetParam();
  const auto parsed = parse_ccd(row.text, "x.ccd");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, row.code);
  EXPECT_EQ(parsed.error().line, row.line) << describe(parsed.error());
  EXPECT_EQ(parsed.error().column, row.column) << describe(parsed.error());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CcdGrammar,
    testing::Values(Rejected{"", Errc::not_this, 0, 0}, Rejected{"[Disc]\n", Errc::not_this, 0, 0},
                    Rejected{"x\n[CloneCD]\n", Errc::not_this, 1, 1},
                    Rejected{"[CloneCD]\n  nonsense\n", Errc::corrupt, 2, 3},
                    Rejected{"[CloneCD\n", Errc::corrupt, 1, 1},
                    Rejected{"[CloneCD]\nVersion=abc\n", Errc::corrupt, 2, 9},
                    Rejected{"[CloneCD]\nVersion=\n", Errc::corrupt, 2, 9},
                    Rejected{"[CloneCD]\n[TRACK 0]\n", Errc::corrupt, 2, 8},
                    Rejected{"[CloneCD]\n[TRACK x]\n", Errc::corrupt, 2, 8},
                    Rejected{"[CloneCD]\n[Entry 0]\nSession=0\n", Errc::corrupt, 3, 9},
                    Rejected{"[CloneCD]\n[Entry 0]\nPoint=0x100\n", Errc::corrupt, 3, 7},
                    Rejected{"[CloneCD]\n[Entry 0]\nControl=16\n", Errc::corrupt, 3, 9},
                    Rejected{"[CloneCD]\n[Entry 0]\nPLBA=99999999999999\n", Errc::corrupt, 3, 6},
                    Rejected{"[CloneCD]\n[Entry 0]\nPLBA=-4500000\n", Errc::corrupt, 3, 6},
                    Rejected{"[CloneCD]\n[Entry 0]\nPMin=256\n", Errc::corrupt, 3, 6},
                    Rejected{"[CloneCD]\n[Entry 0]\nPSec=1x\n", Errc::corrupt, 3, 6},
                    Rejected{"[CloneCD]\n[Entry 0]\nPFrame=-1\n", Errc::corrupt, 3, 8},
                    Rejected{"[CloneCD]\n[Disc]\nDataTracksScrambled=2\n", Errc::corrupt, 3, 21},
                    Rejected{"[CloneCD]\n[TRACK 1]\nMODE=3\n", Errc::corrupt, 3, 6},
                    Rejected{"[CloneCD]\n[TRACK 1]\nINDEX 100=0\n", Errc::corrupt, 3, 7},
                    Rejected{"[CloneCD]\n[TRACK 1]\nINDEX 1=x\n", Errc::corrupt, 3, 9}));

TEST(Ccd, ReadsAnyLineEndAndCase) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const auto parsed = parse_ccd("\xEF\xBB\xBF" + sheet(kOneTrack, "; remark\n", end), "x.ccd");
    ASSERT_TRUE(parsed) << describe(parsed.error());
    EXPECT_EQ(parsed->version, 3);
    ASSERT_EQ(parsed->entries.size(), 4U);
    EXPECT_EQ(parsed->entries[2].point, 0xa2);
    EXPECT_EQ(parsed->entries[2].plba, 300);
  }
  EXPECT_EQ(parse_ccd("[clonecd]\nVERSION = 2 \n", "x.ccd")->version, 2);
}

TEST(Ccd, RefusesEndlessText) {
  EXPECT_EQ(parse_ccd(std::string(5 * 1024 * 1024, '\n'), "x.ccd").error().code, Errc::limit);
}

TEST(Ccd, SurvivesEveryCutOfASheet) {
  const std::string whole = sheet(kOneTrack, "[TRACK 1]\nMODE=1\nINDEX 0=-150\nINDEX 1=0\n");
  TemporaryFolder folder;
  folder.write("a.img", sectors(0, 20));
  const Bytes bytes = as_bytes(whole);
  expect_every_cut_is_clear(folder, "a.ccd", {bytes.begin(), bytes.end()}, 0, kCcd);
}

TEST(Ccd, ProbesItsOwnTextOnly) {
  TemporaryFolder folder;
  EXPECT_EQ(fit_of(kCcd, folder.write("a", as_bytes(sheet(kOneTrack)))), Fit::strong);
  EXPECT_EQ(fit_of(kCcd, folder.write("b", as_bytes("[Disc]\n"))), Fit::none);
  EXPECT_EQ(fit_of(kCcd, folder.write("c", {})), Fit::none);
}

}  // namespace
}  // namespace discern
