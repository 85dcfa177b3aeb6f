// SPDX-License-Identifier: Apache-2.0
#include "optical/toc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"
#include "tool.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;

class TocFolder : public testing::Test {
 protected:
  Result<Image> open(const std::string& text) {
    return open_as(kToc, folder_.write("disc.toc", as_bytes(text)));
  }
  const Track& track(const Image& image, std::size_t index) {
    return image.disc->sessions.at(0).tracks.at(index);
  }
  TemporaryFolder folder_;
};

ByteVector swapped(ByteVector bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
  return bytes;
}

TEST_F(TocFolder, OpensADataTrack) {
  folder_.write("disc.bin", sectors(0, 300));
  const auto image = open(
      "CD_ROM\nCATALOG \"0000012101954\"\n// all of it\nTRACK MODE1_RAW\nDATAFILE \"disc.bin\"\n");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  EXPECT_EQ(image->disc->catalog, "0000012101954");
  EXPECT_THAT(view_names(*image), ElementsAre("data", "raw", "track 1"));
  ByteVector expected;
  for (std::int32_t lba = 0; lba < 300; ++lba) append(expected, user_data(lba));
  EXPECT_TRUE(content(*image, "data").bytes == expected);
}

// cdrdao(1): "raw audio ... most significant byte first".
TEST_F(TocFolder, DeliversBigEndianAudioAsLittleEndian) {
  const ByteVector samples = audio(400);
  folder_.write("a.raw", samples);
  const auto image =
      open("CD_DA\nTRACK AUDIO\nFILE \"a.raw\" 0\nTRACK AUDIO\nFILE \"a.raw\" SWAP 0\n");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(content(*image, "track 1").bytes == swapped(samples));
  EXPECT_TRUE(content(*image, "track 2").bytes == samples);
  EXPECT_EQ(track(*image, 1).first.value, 400);
  EXPECT_FALSE(view_named(*image, "track 1")->source->locate(0).offset);
  ByteVector odd(3);
  view_named(*image, "track 1")->source->read(5, odd);
  EXPECT_EQ(odd, (ByteVector{samples[4], samples[7], samples[6]}));
}

TEST_F(TocFolder, TakesSamplesOffsetsAndTimes) {
  ByteVector bytes = sectors(0, 300);
  const ByteVector samples = audio(300);
  append(bytes, samples);
  folder_.write("disc.bin", bytes);
  const auto image = open(
      "CD_ROM\nTRACK MODE1_RAW\nDATAFILE \"disc.bin\" 00:04:00\n"
      "TRACK AUDIO\nPREGAP 0:2:0\nFILE \"disc.bin\" #705600 0 88200\nINDEX 0:1:0\n");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  EXPECT_EQ(track(*image, 0).sectors, 300U);
  EXPECT_EQ(track(*image, 1).first.value, 450);
  EXPECT_EQ(track(*image, 1).pregap, 150U);
  EXPECT_FALSE(track(*image, 1).pregap_stored);
  EXPECT_EQ(track(*image, 1).sectors, 150U);  // 88200 samples are 150 sectors
  EXPECT_THAT(track(*image, 1).indexes, ElementsAre(Lba{525}));
  EXPECT_TRUE(content(*image, "track 2").bytes ==
              swapped({samples.begin(), samples.begin() + 150 * 2352}));
}

TEST_F(TocFolder, PutsIndexOneWhereStartSays) {
  folder_.write("a.bin", audio(500));
  const auto by_time = open("TRACK AUDIO\nFILE \"a.bin\" 0\nSTART 0:2:0\n");
  ASSERT_TRUE(by_time) << describe(by_time.error());
  EXPECT_EQ(track(*by_time, 0).pregap, 150U);
  EXPECT_TRUE(track(*by_time, 0).pregap_stored);
  EXPECT_EQ(track(*by_time, 0).sectors, 350U);
  const auto by_place = open("TRACK AUDIO\nSILENCE 0:2:0\nSTART\nFILE \"a.bin\" 0\n");
  ASSERT_TRUE(by_place);
  EXPECT_EQ(track(*by_place, 0).pregap, 150U);
  EXPECT_EQ(track(*by_place, 0).sectors, 500U);
  const auto behind = open("TRACK AUDIO\nFILE \"a.bin\" 0\nSTART 1:0:0\n");
  ASSERT_FALSE(behind);
  EXPECT_EQ(behind.error().line, 1U);
}

TEST_F(TocFolder, ReadsCookedSectorsWithSubchannelBehind) {
  ByteVector bytes;
  for (std::int32_t lba = 0; lba < 40; ++lba) {
    append(bytes, user_data(lba));
    bytes.resize(bytes.size() + 96);
  }
  folder_.write("disc.bin", bytes);
  const auto image = open("CD_ROM\nTRACK MODE1 RW_RAW\nDATAFILE \"disc.bin\"\n");
  ASSERT_TRUE(image) << describe(image.error());
  ByteVector expected;
  for (std::int32_t lba = 0; lba < 40; ++lba) append(expected, user_data(lba));
  EXPECT_TRUE(content(*image, "data").bytes == expected);
}

TEST_F(TocFolder, ReportsWhatTheSectorsContradict) {
  folder_.write("disc.bin", sectors(0, 300));
  const auto mode = open("CD_ROM\nTRACK MODE2_RAW\nDATAFILE \"disc.bin\"\n");
  ASSERT_TRUE(mode);
  ASSERT_TRUE(find(*mode, "toc.mode-contradicts-sectors"));
  EXPECT_EQ(find(*mode, "toc.mode-contradicts-sectors")->where.line, 2U);
  const auto size = open("CD_ROM\nTRACK MODE1\nDATAFILE \"disc.bin\"\n");
  ASSERT_TRUE(size);
  EXPECT_TRUE(find(*size, "toc.size-contradicts-sectors"));
  EXPECT_EQ(track(*size, 0).sectors, 300U);
  const auto end = open("CD_ROM\nTRACK MODE1_RAW\nDATAFILE \"disc.bin\" 00:05:00\n");
  ASSERT_TRUE(end);
  EXPECT_TRUE(find(*end, "toc.track-past-end"));
  EXPECT_THAT(content(*end, "data").bad, ElementsAre(ByteRange{300 * 2048, 75 * 2048}));
}

TEST_F(TocFolder, LeavesTheRangeOfAMissingFileMissing) {
  folder_.write("b.bin", sectors(300, 100));
  const auto image = open(
      "CD_ROM\nTRACK MODE1_RAW\nDATAFILE \"/etc/passwd\" 00:04:00\n"
      "TRACK MODE1_RAW\nDATAFILE \"b.bin\"\n");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(find(*image, "toc.file-missing"));
  EXPECT_TRUE(find(*image, "toc.path-outside"));
  EXPECT_THAT(content(*image, "data").bad, ElementsAre(ByteRange{0, 300 * 2048}));
  const auto none = open("CD_ROM\nTRACK MODE1_RAW\nDATAFILE \"none.bin\"\n");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::missing);
  EXPECT_EQ(none.error().line, 3U);
}

TEST_F(TocFolder, FillsTheLastSectorUp) {
  folder_.write("a.bin", ByteVector(2352 * 4, std::byte{7}));
  const auto image = open("TRACK AUDIO\nFILE \"a.bin\" 0 600\n");
  ASSERT_TRUE(image) << describe(image.error());
  ByteVector expected(600 * 4, std::byte{7});
  expected.resize(2 * 2352);
  EXPECT_TRUE(content(*image, "track 1").bytes == expected);
  const auto inside = open("TRACK AUDIO\nFILE \"a.bin\" 0 600\nFILE \"a.bin\" 0\n");
  ASSERT_FALSE(inside);
  EXPECT_EQ(inside.error().code, Errc::unsupported);
}

TEST_F(TocFolder, TakesCdTextFromTheSheet) {
  folder_.write("a.bin", audio(300));
  const auto image = open(
      "CD_DA CD_TEXT { LANGUAGE_MAP { 0 : EN } LANGUAGE 0 { TITLE \"Gr\\366\\337e\" PERFORMER \"\" "
      "SIZE_INFO { 0, 255 } } }\nTRACK AUDIO CD_TEXT { LANGUAGE 0 { TITLE \"One \\\"1\\\"\" } }\n"
      "FILE \"a.bin\" 0\n");
  ASSERT_TRUE(image) << describe(image.error());
  const auto& texts = image->disc->cd_text;
  ASSERT_EQ(texts.size(), 3U);
  EXPECT_EQ(texts[0].text, "Größe");
  EXPECT_EQ(texts[1].text, "00ff");
  EXPECT_EQ(texts[2].track, 1);
  EXPECT_EQ(texts[2].text, "One \"1\"");
}

struct Rejected {
  const char* text;
  Errc code;
  std::uint32_t line;
  std::uint32_t column;
};
void PrintTo(const Rejected& row, std::ostream* out) { *out << testing::PrintToString(row.text); }
class TocGrammar : public testing::TestWithParam<Rejected> {};

TEST_P(TocGrammar, RefusesWithLineAndColumn) {
  const Rejected& row = GetParam();
  const auto sheet = parse_toc(row.text, "x.toc");
  ASSERT_FALSE(sheet);
  EXPECT_EQ(sheet.error().code, row.code) << sheet.error().text;
  EXPECT_EQ(sheet.error().line, row.line) << sheet.error().text;
  EXPECT_EQ(sheet.error().column, row.column) << sheet.error().text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, TocGrammar,
    testing::Values(Rejected{"", Errc::not_this, 0, 0}, Rejected{"CD_DA\n", Errc::not_this, 0, 0},
                    Rejected{"CATALOG \"12\"", Errc::corrupt, 1, 9},
                    Rejected{"TRACK MODE9", Errc::corrupt, 1, 7},
                    Rejected{"TRACK AUDIO\nBOGUS", Errc::corrupt, 2, 1},
                    Rejected{"TRACK AUDIO\nNO ISRC \"x\"", Errc::corrupt, 2, 4},
                    Rejected{"TRACK AUDIO\nSILENCE 0:60:0", Errc::corrupt, 2, 11},
                    Rejected{"TRACK AUDIO\nSILENCE 0:0:75", Errc::corrupt, 2, 13},
                    Rejected{"TRACK AUDIO\nSILENCE 1000:0:0", Errc::corrupt, 2, 9},
                    Rejected{"TRACK AUDIO\nPREGAP 17", Errc::corrupt, 2, 8},
                    Rejected{"TRACK AUDIO\nFILE a.bin 0", Errc::corrupt, 2, 6},
                    Rejected{"TRACK AUDIO\nFILE \"\" 0", Errc::corrupt, 2, 9},
                    Rejected{"TRACK AUDIO\nFILE \"a", Errc::corrupt, 2, 6},
                    Rejected{"TRACK AUDIO\nFILE \"a\" x", Errc::corrupt, 2, 10},
                    Rejected{"TRACK AUDIO ?", Errc::corrupt, 1, 13},
                    Rejected{"FIRST_TRACK_NO 0\nTRACK AUDIO", Errc::corrupt, 1, 16},
                    Rejected{"CD_TEXT { LANGUAGE 9 { } }", Errc::corrupt, 1, 22},
                    Rejected{"CD_TEXT { LANGUAGE 0 { BOGUS \"\" } }", Errc::corrupt, 1, 24},
                    Rejected{"CD_TEXT { TITLE \"\" }", Errc::corrupt, 1, 11},
                    Rejected{"CD_TEXT { LANGUAGE 0 { TITLE { 256 } } }", Errc::corrupt, 1, 36}));

TEST(Toc, RefusesEndlessSheets) {
  EXPECT_EQ(parse_toc(std::string((1 << 20) + 1, ' '), "x").error().code, Errc::limit);
  std::string pieces = "TRACK AUDIO\n";
  for (int i = 0; i < 10001; ++i) pieces += "SILENCE 0:0:1\n";
  EXPECT_EQ(parse_toc(pieces, "x").error().code, Errc::limit);
}

TEST_F(TocFolder, IsClearWhereverItIsCut) {
  folder_.write("disc.bin", sectors(0, 20));
  const std::string text =
      "CD_ROM\nCATALOG \"0000012101954\"\nCD_TEXT { LANGUAGE_MAP { 0 : EN } LANGUAGE 0 { TITLE "
      "\"x\" } "
      "}\nTRACK MODE1_RAW RW\nNO COPY ISRC \"USRC17607839\"\nPREGAP 0:2:0\nDATAFILE \"disc.bin\" "
      "#0 "
      "0:0:4\nINDEX 0:0:1\n";
  const Bytes bytes = as_bytes(text);
  expect_every_cut_is_clear(folder_, "cut.toc", {bytes.begin(), bytes.end()}, 0, kToc);
}

// ---- the sheets of libcdio's and cdrdao's test sets
// ------------------------------------------------

TEST(TocCorpus, ReadsEverySheetOfCdrdaoAndRefusesItsBadOnes) {
  const auto folder = corpus("optical/toc");
  SKIP_WITHOUT(folder);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".toc") continue;
    const auto bytes = file_bytes(entry.path());
    const auto sheet = parse_toc(as_text(bytes), entry.path().string());
    const std::string name = entry.path().filename().string();
    // bad-file.toc is bad because foo.bin is absent.
    const bool bad = name.starts_with("bad-") && name != "bad-file.toc";
    EXPECT_EQ(sheet.has_value(), !bad) << name << (sheet ? "" : ": " + describe(sheet.error()));
  }
}

// cdrdao 1.2.4 show-toc prints "START 00:06:00(   450)" of each track.
TEST_F(TocFolder, AgreesWithCdrdaoAboutAddresses) {
  SKIP_WITHOUT_TOOL("cdrdao");
  folder_.write("d.bin", sectors(0, 300));
  folder_.write("a.bin", audio(900));
  const std::string sheet =
      "CD_ROM\nTRACK MODE1_RAW\nDATAFILE \"d.bin\"\nTRACK AUDIO\nPREGAP 0:2:0\nFILE \"a.bin\" 0 "
      "0:6:0\n"
      "TRACK AUDIO\nFILE \"a.bin\" 0:6:0\nSTART 0:2:0\n";
  const auto image = open(sheet);
  ASSERT_TRUE(image) << describe(image.error());
  const std::string out = (folder_.path() / "out").string();
  ASSERT_TRUE(run("cd " + folder_.path().string() + " && cdrdao show-toc disc.toc > out 2>&1"));
  const ByteVector bytes = file_bytes(out);
  const std::string shown(as_text(bytes));
  for (const Track& each : image->disc->sessions[0].tracks) {
    char want[32];
    std::snprintf(want, sizeof want, "(%6d)", each.first.value);
    const bool listed = shown.find(want) != std::string::npos;
    EXPECT_TRUE(listed) << each.first.value << " in\n" << shown;
  }
}

}  // namespace
}  // namespace discern
