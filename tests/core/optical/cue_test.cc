// SPDX-License-Identifier: Apache-2.0
#include "optical/cue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kOneTrack = "FILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n";

// ---- the text -----------------------------------------------------------------------------------

struct Rejected {
  const char* text;
  Errc code;
  std::uint32_t line;
  std::uint32_t column;
  const char* why;
};
void PrintTo(const Rejected& row, std::ostream* out) { *out << testing::PrintToString(row.text); }

class CueGrammar : public testing::TestWithParam<Rejected> {};

TEST_P(CueGrammar, RefusesWithLineAndColumn) {
  const Rejected& row = GetParam();
  const auto sheet = parse_cue(row.text, "x.cue");
  ASSERT_FALSE(sheet);
  EXPECT_EQ(sheet.error().code, row.code);
  EXPECT_EQ(sheet.error().line, row.line) << describe(sheet.error());
  EXPECT_EQ(sheet.error().column, row.column) << describe(sheet.error());
  EXPECT_THAT(sheet.error().text, HasSubstr(row.why));
  EXPECT_EQ(sheet.error().file, "x.cue");
}

#define T "FILE a.bin BINARY\nTRACK 01 AUDIO\n"
INSTANTIATE_TEST_SUITE_P(
    Rows, CueGrammar,
    testing::Values(
        Rejected{"", Errc::not_this, 0, 0, "no FILE"},
        Rejected{"hello\n", Errc::not_this, 1, 1, "no FILE"},
        Rejected{"FILE a.bin BINARY\n", Errc::corrupt, 1, 6, "without a TRACK"},
        Rejected{"FILE\n", Errc::corrupt, 1, 1, "name and a type"},
        Rejected{"FILE a.bin\n", Errc::corrupt, 1, 6, "name and a type"},
        Rejected{"FILE \"a.bin\" x BINARY\n", Errc::corrupt, 1, 16, "more than"},
        Rejected{"FILE \"a.bin BINARY\n", Errc::corrupt, 1, 6, "not closed"},
        Rejected{"FILE \"\" BINARY\n", Errc::corrupt, 1, 6, "empty"},
        Rejected{"FILE a.bin TEXT\n", Errc::corrupt, 1, 12, "not a file type"},
        Rejected{"TRACK 01 AUDIO\n", Errc::corrupt, 1, 1, "before any FILE"},
        Rejected{"FILE a BINARY\nTRACK\n", Errc::corrupt, 2, 1, "number is missing"},
        Rejected{"FILE a BINARY\nTRACK 00 AUDIO\n", Errc::corrupt, 2, 7, "from 1 to 99"},
        Rejected{"FILE a BINARY\nTRACK 100 AUDIO\n", Errc::corrupt, 2, 7, "from 1 to 99"},
        Rejected{"FILE a BINARY\nTRACK -1 AUDIO\n", Errc::corrupt, 2, 7, "from 1 to 99"},
        Rejected{"FILE a BINARY\nTRACK 01\n", Errc::corrupt, 2, 7, "needs a type"},
        Rejected{"FILE a BINARY\nTRACK 01 MODE3/2352\n", Errc::corrupt, 2, 10, "track type"},
        Rejected{T "TRACK 02 AUDIO\nINDEX 01 00:00:00\n", Errc::corrupt, 2, 1, "without INDEX 01"},
        Rejected{T "INDEX 00 00:00:00\n", Errc::corrupt, 2, 1, "without INDEX 01"},
        Rejected{T "INDEX 01 00:00:00\nTRACK 01 AUDIO\n", Errc::corrupt, 4, 7, "ascend"},
        Rejected{"FILE a BINARY\nINDEX 01 00:00:00\n", Errc::corrupt, 2, 1, "before any TRACK"},
        Rejected{"FILE a BINARY\nPREGAP 00:02:00\n", Errc::corrupt, 2, 1, "before any TRACK"},
        Rejected{"FILE a BINARY\nFLAGS DCP\n", Errc::corrupt, 2, 1, "before any TRACK"},
        Rejected{"FILE a BINARY\nISRC X\n", Errc::corrupt, 2, 1, "before any TRACK"},
        Rejected{T "INDEX 01\n", Errc::corrupt, 3, 7, "missing"},
        // libcue CVE-2023-43641 wrote outside an array for this one.
        Rejected{T "INDEX 4294567296 00:00:00\n", Errc::corrupt, 3, 7, "from 0 to 99"},
        Rejected{T "INDEX 01 00:00\n", Errc::corrupt, 3, 13, "mm:ss:ff"},
        Rejected{T "INDEX 01 00:00:\n", Errc::corrupt, 3, 16, "mm:ss:ff"},
        Rejected{T "INDEX 01 99999:00:00\n", Errc::corrupt, 3, 10, "mm:ss:ff"},
        Rejected{T "INDEX 01 00:60:00\n", Errc::corrupt, 3, 13, "seconds below 60"},
        Rejected{T "INDEX 01 00:00:75\n", Errc::corrupt, 3, 16, "frames below 75"},
        Rejected{T "INDEX 01 00:00:-1\n", Errc::corrupt, 3, 16, "mm:ss:ff"},
        Rejected{T "INDEX 01 00:00:00\nINDEX 01 00:00:01\n", Errc::corrupt, 4, 7, "ascend"},
        Rejected{T "INDEX 01 00:02:00\nINDEX 02 00:01:00\n", Errc::corrupt, 4, 10, "above it"},
        Rejected{T "PREGAP\n", Errc::corrupt, 3, 1, "missing"},
        Rejected{T "FLAGS DCP XYZ\n", Errc::corrupt, 3, 11, "not a flag"},
        Rejected{T "ISRC\n", Errc::corrupt, 3, 1, "needs a code"},
        Rejected{"CATALOG\n", Errc::corrupt, 1, 1, "13 digits"},
        Rejected{"CATALOG 123456789012X\n", Errc::corrupt, 1, 9, "13 digits"}));
#undef T

TEST(Cue, RefusesZeroBytesAndEndlessText) {
  using namespace std::string_literals;
  const auto zero = parse_cue("FILE a\0b BINARY\n"s, "x.cue");
  ASSERT_FALSE(zero);
  EXPECT_EQ(zero.error().column, 7U);
  const auto line = parse_cue(std::string(5000, 'x'), "x.cue");
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, Errc::limit);
  const auto text = parse_cue(std::string(1100000, '\n'), "x.cue");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, Errc::limit);
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "FILE a BINARY\n";
  const auto files = parse_cue(many, "x.cue");
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, Errc::limit);
}

TEST(Cue, ReadsEveryLineEndAndDecoration) {
  for (const char* end : {"\n", "\r\n", "\r", " \t\n"}) {
    const std::string text = std::string("\xEF\xBB\xBF; remark") + end + "// remark" + end +
                             "file  My Disc (1).bin  binary" + end + end + "\ttrack 01 mode2/2352" +
                             end + "flags dcp 4ch" + end + "isrc USRC17607839" + end +
                             "pregap 00:02:00" + end + "index 01 100:59:74" + end +
                             "postgap 00:01:00";
    const auto sheet = parse_cue(text, "x.cue");
    ASSERT_TRUE(sheet) << describe(sheet.error());
    EXPECT_EQ(sheet->files.at(0).name, "My Disc (1).bin");
    EXPECT_EQ(sheet->files.at(0).type, "BINARY");
    const CueTrack& track = sheet->tracks.at(0);
    EXPECT_THAT(track.flags, ElementsAre("DCP", "4CH"));
    EXPECT_EQ(track.isrc, "USRC17607839");
    EXPECT_EQ(track.pregap, 150U);
    EXPECT_EQ(track.postgap, 75U);
    EXPECT_EQ(track.indexes.at(0).position, (100U * 60 + 59) * 75 + 74);
    EXPECT_THAT(sheet->findings, IsEmpty());
  }
}

TEST(Cue, PassesOverUnknownLinesWithAFinding) {
  const auto sheet = parse_cue(std::string(kOneTrack) + "  FROBNICATE 1\nTITLE \"open\n", "x.cue");
  ASSERT_TRUE(sheet);
  ASSERT_EQ(sheet->findings.size(), 1U);
  EXPECT_EQ(sheet->findings[0].code, "cue.unknown-command");
  EXPECT_EQ(sheet->findings[0].where.line, 4U);
  EXPECT_EQ(sheet->findings[0].where.column, 3U);
}

TEST(Cue, SurvivesEveryCutOfASheet) {
  const std::string whole =
      "CATALOG 0000012101954\nREM SESSION 01\nFILE \"a b.bin\" BINARY\n  TRACK 01 MODE1/2352\n"
      "    REM CRC32 : 0123abcd\n    FLAGS DCP\n    INDEX 00 00:00:00\n    INDEX 01 00:02:00\n"
      "REM LEAD-OUT 00:40:00\nREM SESSION 02\n  TRACK 02 AUDIO\n    PREGAP 00:02:00\n"
      "    INDEX 01 00:50:00\n";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const auto sheet = parse_cue(whole.substr(0, length), "x.cue");
    if (!sheet) {
      EXPECT_FALSE(sheet.error().text.empty());
    }
  }
  const TemporaryFolder folder;
  folder.write("a b.bin", sectors(0, 20));
  const Bytes bytes = as_bytes(whole);
  expect_every_cut_is_clear(folder, "cut.cue", {bytes.begin(), bytes.end()}, 0, kCue);
}

TEST(Cue, RefusesTheBadSheetsOfCdrdaoAndLibcdio) {
  struct Row {
    const char* file;
    std::uint32_t line;
    std::uint32_t column;
  };
  for (const Row& row :
       {Row{"bad-cat1.cue", 4, 1}, Row{"bad-cat2.cue", 4, 9}, Row{"bad-mode1.cue", 6, 10},
        Row{"bad-msf-1.cue", 7, 20}, Row{"bad-msf-2.cue", 7, 17},
        // FLAGS and INDEX on one line, type AUDIO: not the grammar of CDRWIN.
        Row{"t2.cue", 3, 13}}) {
    const auto path = corpus(std::string("optical/toc/") + row.file);
    SKIP_WITHOUT(path);
    EXPECT_EQ(fit_of(kCue, path), Fit::strong);
    const auto image = open_as(kCue, path);
    ASSERT_FALSE(image) << row.file;
    EXPECT_EQ(image.error().code, Errc::corrupt);
    EXPECT_EQ(image.error().line, row.line) << describe(image.error());
    EXPECT_EQ(image.error().column, row.column) << describe(image.error());
  }
}

// ---- the 23 sheets of the lab
// ------------------------------------------------------------------------

std::filesystem::path lab(const std::string& file) { return corpus("optical/cue-lab/" + file); }

class CueLab : public testing::TestWithParam<std::string> {};

TEST_P(CueLab, OpensRightWithoutDamage) {
  SKIP_WITHOUT(lab("s1.iso"));
  EXPECT_EQ(fit_of(kCue, lab(GetParam())), Fit::strong);
  const auto image = open_as(kCue, lab(GetParam()));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_FALSE(has_damage(*image));
  EXPECT_THAT(view_names(*image), ElementsAre("data", "raw", "track 1"));
  const Content got = content(*image, "data");
  EXPECT_TRUE(got.bad.empty());
  EXPECT_TRUE(got.bytes == file_bytes(lab("s1.iso")));
  EXPECT_EQ(image->disc->sessions.at(0).tracks.at(0).mode, SectorMode::mode1);
  EXPECT_EQ(image->files.at(0).role, "descriptor");
  EXPECT_EQ(view_named(*image, "raw")->source, image->files.at(1).source);
}

INSTANTIATE_TEST_SUITE_P(
    Awkward, CueLab,
    testing::Values("01_ok.cue", "02_lower.cue", "03_noquote.cue", "04_case.cue", "05_winpath.cue",
                    "06_bom.cue", "07_crlf.cue", "08_trail.cue", "09_flags.cue",
                    "10_mode2_2324.cue", "11_cdi.cue", "22_wrongmode.cue", "23_2048asserted.cue"),
    [](const auto& row) { return "Sheet" + std::string(row.param).substr(0, 2); });

TEST(CueLab, KeepsThePathOfTheMachineThatWroteIt) {
  SKIP_WITHOUT(lab("05_winpath.cue"));
  const auto image = open_as(kCue, lab("05_winpath.cue"));
  ASSERT_TRUE(image);
  const Finding* finding = find(*image, "cue.path-outside");
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->text, HasSubstr("C:\\\\dumps\\\\c_m1.bin"));
  EXPECT_EQ(finding->where.line, 1U);
}

TEST(CueLab, ReadsFlags) {
  SKIP_WITHOUT(lab("09_flags.cue"));
  const auto image = open_as(kCue, lab("09_flags.cue"));
  ASSERT_TRUE(image);
  EXPECT_THAT(image->disc->sessions.at(0).tracks.at(0).flags, ElementsAre("DCP"));
}

TEST(CueLab, LetsSectorsWinOverTheSheet) {
  SKIP_WITHOUT(lab("22_wrongmode.cue"));
  struct Row {
    const char* sheet;
    bool mode;
    bool size;
  };
  for (const Row& row : {Row{"10_mode2_2324.cue", true, true}, Row{"11_cdi.cue", true, false},
                         Row{"22_wrongmode.cue", true, false},
                         Row{"23_2048asserted.cue", false, true}, Row{"01_ok.cue", false, false}}) {
    const auto image = open_as(kCue, lab(row.sheet));
    ASSERT_TRUE(image);
    const Finding* mode = find(*image, "cue.mode-contradicts-sectors");
    const Finding* size = find(*image, "cue.size-contradicts-sectors");
    EXPECT_EQ(mode != nullptr, row.mode) << row.sheet;
    EXPECT_EQ(size != nullptr, row.size) << row.sheet;
    if (mode) {
      EXPECT_EQ(mode->where.line, 2U);
    }
    if (size) {
      EXPECT_EQ(size->where.line, 2U);
    }
  }
}

TEST(CueLab, PlacesSecondFileAfterTheFirst) {
  // libcdio 2.1.0 puts track 2 at LBA 150. 306 sectors, then the pregap of 150.
  SKIP_WITHOUT(lab("12_multifile.cue"));
  const auto image = open_as(kCue, lab("12_multifile.cue"));
  ASSERT_TRUE(image);
  EXPECT_FALSE(has_damage(*image));
  const Track& track = image->disc->sessions.at(0).tracks.at(1);
  EXPECT_EQ(track.first.value, 456);
  EXPECT_EQ(track.pregap, 150U);
  EXPECT_TRUE(track.pregap_stored);
  EXPECT_EQ(track.sectors, 152U);
  ByteVector samples = file_bytes(lab("a.bin"));
  samples.erase(samples.begin(), samples.begin() + 150 * 2352);
  EXPECT_TRUE(content(*image, "track 2").bytes == samples);
  EXPECT_TRUE(content(*image, "data").bytes == file_bytes(lab("s1.iso"))) << "audio is left out";
  ByteVector both = file_bytes(lab("c_m1.bin"));
  append(both, file_bytes(lab("a.bin")));
  EXPECT_TRUE(content(*image, "raw").bytes == both);
}

TEST(CueLab, PlacesASecondSessionBehindTheLeadOutOfTheFirst) {
  // The lab's bin has 306 sectors, the sheet's LEAD-OUT is at 3000; 3000 + 11400 follows.
  SKIP_WITHOUT(lab("13_session.cue"));
  const auto image = open_as(kCue, lab("13_session.cue"));
  ASSERT_TRUE(image);
  ASSERT_EQ(image->disc->sessions.size(), 2U);
  EXPECT_EQ(image->disc->sessions[1].tracks.at(0).first.value, 14400);
  const Finding* finding = find(*image, "cue.session-shorter-than-lead-out");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->where.line, 5U);
  EXPECT_THAT(content(*image, "data").bad, ElementsAre(ByteRange{306 * 2048, 2694 * 2048}));
  EXPECT_THAT(view_names(*image), ElementsAre("data", "raw", "session 1", "track 1", "track 2"));
}

TEST(CueLab, CountsAPregapThatIsNotStored) {
  SKIP_WITHOUT(lab("14_pregap.cue"));
  const auto image = open_as(kCue, lab("14_pregap.cue"));
  ASSERT_TRUE(image);
  const Track& track = image->disc->sessions.at(0).tracks.at(1);
  EXPECT_EQ(track.first.value, 456);
  EXPECT_EQ(track.pregap, 150U);
  EXPECT_FALSE(track.pregap_stored);
  EXPECT_EQ(track.sectors, 302U);
  EXPECT_TRUE(content(*image, "track 2").bytes == file_bytes(lab("a.bin")));
}

TEST(CueLab, NeverOpensOutsideTheFolder) {
  SKIP_WITHOUT(lab("15_traverse.cue"));
  const auto image = open_as(kCue, lab("15_traverse.cue"));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::missing);
  EXPECT_EQ(image.error().line, 1U);
  EXPECT_THAT(image.error().text, HasSubstr("../../../../etc/passwd"));
  EXPECT_THAT(image.error().text, HasSubstr("beside the descriptor"));
}

TEST(CueLab, NamesTheLineOfAMissingFile) {
  SKIP_WITHOUT(lab("16_missing.cue"));
  const auto image = open_as(kCue, lab("16_missing.cue"));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::missing);
  EXPECT_EQ(image.error().line, 1U);
  EXPECT_EQ(image.error().column, 6U);
  EXPECT_EQ(image.error().file, lab("16_missing.cue"));
}

TEST(CueLab, DeliversAFileThatIsCutInsideItsLastSector) {
  SKIP_WITHOUT(lab("17_trunc.cue"));
  const auto image = open_as(kCue, lab("17_trunc.cue"));
  ASSERT_TRUE(image);
  const Finding* finding = find(*image, "disc.cut-inside-sector");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->where.offset, 305U * 2352);
  EXPECT_THAT(finding->text, HasSubstr("1652 of 2352"));  // 719012 - 305 * 2352
  const Content got = content(*image, "data");
  const std::uint64_t good = 305 * 2048 + 1652 - 16;
  EXPECT_THAT(got.bad, ElementsAre(ByteRange{good, 306 * 2048 - good}));
  const ByteVector iso = file_bytes(lab("s1.iso"));
  EXPECT_TRUE(
      std::equal(iso.begin(), iso.begin() + static_cast<std::ptrdiff_t>(good), got.bytes.begin()));
}

TEST(CueLab, ReadsNamesWithBlanksAndOfOldCodePages) {
  SKIP_WITHOUT(lab("18_space.cue"));
  const ByteVector iso = file_bytes(lab("s1.iso"));
  for (const char* sheet : {"18_space.cue", "19_latin1.cue"}) {
    const auto image = open_as(kCue, lab(sheet));
    ASSERT_TRUE(image) << describe(image.error());
    const Content got = content(*image, "data");
    ASSERT_EQ(got.bytes.size(), 40U * 2048);
    EXPECT_TRUE(std::equal(got.bytes.begin(), got.bytes.end(), iso.begin()));
  }
}

std::string utf16(std::string_view ascii, bool big_endian) {
  std::string text = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big_endian) text += '\0';
    text += c;
    if (!big_endian) text += '\0';
  }
  return text;
}

TEST(Cue, ReadsUtf16OfEitherByteOrder) {
  const TemporaryFolder folder;
  folder.write(
      "Gr\xC3\xB6\xC3\x9F"
      "e \xF0\x9F\x92\xBF.bin",
      sectors(0, 30));
  for (const bool big_endian : {false, true}) {
    std::string text = utf16(
        "FILE \"Gr??e ??.bin\" BINARY\r\n TRACK 01 MODE1/2352\r\n  INDEX 01 00:00:00", big_endian);
    // U+00F6, U+00DF, and U+1F4BF as a pair.
    const unsigned wide[] = {0xF6, 0xDF, 0xD83D, 0xDCBF};
    std::size_t next = 0;
    for (std::size_t at = 2; at + 1 < text.size(); at += 2)
      if (text[at] == '?' || text[at + 1] == '?') {
        text[at + (big_endian ? 1 : 0)] = static_cast<char>(wide[next] & 0xFF);
        text[at + (big_endian ? 0 : 1)] = static_cast<char>(wide[next++] >> 8);
      }
    const std::string path = folder.write("a.cue", as_bytes(text));
    EXPECT_EQ(fit_of(kCue, path), Fit::strong);
    const auto image = open_image(path);
    ASSERT_TRUE(image) << describe(image.error());
    EXPECT_EQ(image->format, "cue");
    EXPECT_EQ(content(*image, "data").bytes.size(), 30U * 2048);
    EXPECT_TRUE(image->findings.empty());
  }
}

TEST(Cue, CountsLinesAndColumnsOfUtf16AsOfUtf8) {
  const auto sheet = parse_cue(utf16("FILE a BINARY\n  TRACK 00 AUDIO\n", true), "x.cue");
  ASSERT_FALSE(sheet);
  EXPECT_EQ(sheet.error().line, 2U);
  EXPECT_EQ(sheet.error().column, 9U);
}

TEST(Cue, IsClearWhereverASheetInUtf16IsCut) {
  const std::string whole = utf16(kOneTrack, false);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const auto sheet = parse_cue(whole.substr(0, length), "x.cue");
    if (!sheet) {
      EXPECT_FALSE(sheet.error().text.empty());
    }
  }
}

TEST(CueLab, RefusesABadTimeWithLineAndColumn) {
  SKIP_WITHOUT(lab("20_badmsf.cue"));
  const auto image = open_as(kCue, lab("20_badmsf.cue"));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::corrupt);
  EXPECT_EQ(image.error().line, 3U);
  EXPECT_EQ(image.error().column, 17U);
}

TEST(CueLab, ReportsAnIndexBehindTheEndOfTheFile) {
  SKIP_WITHOUT(lab("21_indexpasteof.cue"));
  const auto image = open_as(kCue, lab("21_indexpasteof.cue"));
  ASSERT_TRUE(image);
  const Finding* finding = find(*image, "cue.index-past-end");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->severity, Severity::damage);
  EXPECT_EQ(finding->where.line, 5U);
  EXPECT_EQ(finding->where.column, 14U);
  // Track 1 is 70 minutes by the sheet; what the file has of it is delivered, the rest is bad.
  const auto& data = *view_named(*image, "data")->source;
  EXPECT_EQ(data.size(), 315000U * 2048);
  ByteVector some(307 * 2048);
  EXPECT_THAT(data.read(0, some).bad, ElementsAre(ByteRange{306 * 2048, 2048}));
}

TEST(Cue, OpensTheSheetsOfLibcdio) {
  SKIP_WITHOUT(corpus("optical/disc/isofs-m1.cue"));
  const auto iso = open_as(kCue, corpus("optical/disc/isofs-m1.cue"));
  ASSERT_TRUE(iso) << describe(iso.error());
  EXPECT_EQ(iso->disc->catalog, "0000012101954");
  EXPECT_EQ(iso->main_view().source->size(), 302U * 2048);
  ByteVector descriptor(6);
  iso->main_view().source->read(16 * 2048, descriptor);
  EXPECT_EQ(as_text(descriptor), std::string_view("\1CD001"));
  const auto cdda = open_as(kCue, corpus("optical/disc/cdda.cue"));
  ASSERT_TRUE(cdda) << describe(cdda.error());
  EXPECT_THAT(view_names(*cdda), ElementsAre("raw", "track 1"));
  EXPECT_EQ(cdda->disc->sessions.at(0).tracks.at(0).sectors, 302U);
  EXPECT_EQ(cdda->views.at(1).source, cdda->files.at(1).source);
}

// ---- discs of our own
// -------------------------------------------------------------------------------

class CueFolder : public testing::Test {
 protected:
  Result<Image> open(const std::string& text) {
    return open_as(kCue, folder_.write("disc.cue", as_bytes(text)));
  }
  TemporaryFolder folder_;
};

// The second byte of U+8868 in Shift-JIS is that of a backslash (Unicode mapping table CP932.TXT).
TEST_F(CueFolder, FindsFilesByJapaneseNames) {
  folder_.write("\xE8\xA1\xA8.bin", sectors(0, 30));
  const auto image = open("FILE \"\x95\x5C.BIN\" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(content(*image, "data").bytes.size(), 30U * 2048);
}

// U+00DC is 55 CC 88 in NFD (UnicodeData.txt), DC in CP1252, 9A in CP437 and CP850; U+00C1 is B5 in
// CP850 only; U+304C is U+304B U+3099.
TEST_F(CueFolder, FindsFilesByOtherSpellingsOfTheirNames) {
  struct Case {
    const char* file;
    const char* name;
  };
  constexpr Case kCases[] = {
      {"\xC3\x9C.bin", "U\xCC\x88.bin"},                     // NFD for NFC
      {"U\xCC\x88.bin", "\xC3\x9C.bin"},                     // NFC for NFD
      {"u\xCC\x88.bin", "\xC3\x9C.BIN"},                     // and the case
      {"\xE3\x81\x8B\xE3\x82\x99.bin", "\xE3\x81\x8C.bin"},  // kana
      {"\xE3\x81\x8B\xE3\x82\x99.bin", "\x82\xAA.bin"},      // Shift-JIS for NFD
      {"U\xCC\x88.bin", "\xDC.bin"},                         // CP1252 for NFD
      {"\xC3\x9C.bin", "d:\\dumps\\\x9A.bin"},               // DOS
      {"\xC3\x81.bin", "\xB5.bin"},                          // DOS, western Europe
      {"\xDC.bin", "\xC3\x9C.bin"},                          // a folder in CP1252
      {"\x9A.bin", "\xC3\x9C.bin"},                          // a folder in CP437
  };
  for (const Case& each : kCases) {
    const TemporaryFolder folder;
    folder.write(each.file, sectors(0, 20));
    const auto image =
        open_as(kCue, folder.write("disc.cue", as_bytes("FILE \"" + std::string(each.name) +
                                                        "\" BINARY\nTRACK 01 MODE1/2352\n"
                                                        "INDEX 01 00:00:00\n")));
    ASSERT_TRUE(image) << describe(image.error());
    EXPECT_FALSE(has_damage(*image)) << each.file << " as " << each.name;
  }
}

TEST_F(CueFolder, PrefersTheExactNameToAnotherComposition) {
  folder_.write("\xC3\x9C.bin", sectors(0, 20));
  folder_.write("U\xCC\x88.bin", sectors(0, 30));
  const auto image =
      open("FILE \"U\xCC\x88.bin\" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(content(*image, "data").bytes.size(), 30U * 2048);
}

TEST_F(CueFolder, AccumulatesBytesOverMixedSectorSizes) {
  ByteVector image = user_data(0);
  for (std::int32_t lba = 1; lba < 300; ++lba) append(image, user_data(lba));
  append(image, audio(300));
  append(image, sectors(600, 300, SectorMode::mode2_form1));
  folder_.write("a.bin", image);
  const auto opened = open(
      "FILE a.bin BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00\nTRACK 02 AUDIO\n"
      "INDEX 01 00:04:00\nTRACK 03 MODE2/2352\nINDEX 01 00:08:00\nINDEX 02 00:09:00\n");
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_FALSE(has_damage(*opened));
  EXPECT_EQ(content(*opened, "track 2").bytes, audio(300));
  EXPECT_EQ(content(*opened, "track 3").bytes, sectors(600, 300, SectorMode::mode2_form1));
  EXPECT_THAT(opened->disc->sessions[0].tracks[2].indexes, ElementsAre(Lba{675}));
  const Content data = content(*opened, "data");
  EXPECT_THAT(view_named(*opened, "data")->holes, ElementsAre(ByteRange{300 * 2048, 300 * 2048}));
  EXPECT_TRUE(std::ranges::equal(Bytes(data.bytes).subspan(899 * 2048, 2048), user_data(899)));
}

TEST_F(CueFolder, OpensAFileWithTheIndexBeforeItsFile) {
  // EAC's "gaps appended": the pregap of track 2 is at the end of the first file.
  folder_.write("1.bin", audio(400));
  folder_.write("2.bin", audio(300));
  const auto opened = open(
      "FILE 1.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\n"
      "INDEX 00 00:05:00\nFILE 2.bin BINARY\nINDEX 01 00:00:00\n");
  ASSERT_TRUE(opened) << describe(opened.error());
  const auto& tracks = opened->disc->sessions[0].tracks;
  EXPECT_EQ(tracks[0].sectors, 375U);
  EXPECT_EQ(tracks[1].pregap, 25U);
  EXPECT_EQ(tracks[1].first.value, 400);
  EXPECT_EQ(tracks[1].sectors, 300U);
}

TEST_F(CueFolder, PlacesALaterSessionByItsHeaders) {
  // As of Aaru issue 200: session 1 of 302 sectors, session 2 at 11702.
  folder_.write("1.bin", sectors(0, 302));
  folder_.write("2.bin", sectors(11702, 100));
  for (const char* remarks : {"", "REM LEAD-OUT 01:30:00\n", "REM LEAD-OUT 00:04:02\n"}) {
    const auto opened = open(std::string("REM SESSION 01\nFILE 1.bin BINARY\nTRACK 01 MODE1/2352\n"
                                         "INDEX 01 00:00:00\n") +
                             remarks +
                             "REM SESSION 02\nFILE 2.bin BINARY\nTRACK 02 MODE1/2352\n"
                             "INDEX 01 00:00:00\n");
    ASSERT_TRUE(opened);
    EXPECT_FALSE(has_damage(*opened)) << remarks;
    EXPECT_EQ(opened->disc->sessions.at(1).tracks.at(0).first.value, 11702);
    EXPECT_EQ(opened->disc->sessions.at(1).tracks.at(0).pregap, 150U);
    // The disc as the session left it: 302 sectors of the first one, then what lies between them.
    EXPECT_THAT(view_named(*opened, "session 2")->holes,
                ElementsAre(ByteRange{302 * 2048, 11400 * 2048}));
  }
}

TEST_F(CueFolder, SkipsASessionGapThatIsStored) {
  ByteVector image = sectors(0, 302);
  append(image, ByteVector(11400 * kRawSector));
  append(image, sectors(11702, 100));
  folder_.write("a.bin", image);
  const auto opened = open(
      "FILE a.bin BINARY\nREM SESSION 01\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
      "REM LEAD-OUT 00:04:02\nREM SESSION 02\nTRACK 02 MODE1/2352\nINDEX 01 02:36:02\n");
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_FALSE(has_damage(*opened));
  EXPECT_EQ(opened->disc->sessions.at(0).tracks.at(0).sectors, 302U);
  EXPECT_EQ(opened->disc->sessions.at(1).tracks.at(0).first.value, 11702);
  EXPECT_EQ(content(*opened, "track 2").bytes, sectors(11702, 100));
}

TEST_F(CueFolder, CountsTracksOnWhenASessionStartsNumbersAnew) {
  folder_.write("1.bin", sectors(0, 20));
  folder_.write("2.bin", sectors(11420, 20));
  const auto opened = open(
      "FILE 1.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nREM SESSION 02\n"
      "FILE 2.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->disc->sessions.at(1).tracks.at(0).number, 2);
  EXPECT_TRUE(find(*opened, "cue.track-number-repeated"));
}

TEST_F(CueFolder, DeliversTheFilesThatAreThereWhenOthersAreMissing) {
  folder_.write("2.bin", sectors(300, 20));
  const auto opened = open(
      "FILE 1.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nTRACK 02 MODE1/2352\n"
      "INDEX 01 00:02:00\nFILE 2.bin BINARY\nTRACK 03 MODE1/2352\nINDEX 01 00:00:00\n");
  ASSERT_TRUE(opened);
  const Finding* finding = find(*opened, "cue.file-missing");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->severity, Severity::damage);
  const Content got = content(*opened, "data");
  EXPECT_THAT(got.bad, ElementsAre(ByteRange{0, 300 * 2048}));
  EXPECT_TRUE(std::ranges::equal(Bytes(got.bytes).subspan(300 * 2048, 2048), user_data(300)));
}

TEST_F(CueFolder, ReportsAddressesThatJumpInsideATrack) {
  ByteVector image = sectors(0, 200);
  append(image, sectors(500, 200));
  folder_.write("a.bin", image);
  const auto opened = open(kOneTrack);
  ASSERT_TRUE(opened);
  const Finding* finding = find(*opened, "disc.address-jump");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->where.offset, 200U * 2352);
}

TEST_F(CueFolder, ReportsDataDeclaredAsAudio) {
  folder_.write("a.bin", sectors(0, 30));
  const auto opened = open("FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n");
  ASSERT_TRUE(opened);
  EXPECT_TRUE(find(*opened, "cue.mode-contradicts-sectors"));
  EXPECT_EQ(opened->main_view().name, "data");
}

TEST_F(CueFolder, ReadsACookedFileUnderARawSheet) {
  SKIP_WITHOUT(lab("s1.iso"));
  const ByteVector iso = file_bytes(lab("s1.iso"));
  folder_.write("a.bin", iso);
  const auto opened = open(kOneTrack);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(find(*opened, "cue.size-contradicts-sectors"));
  EXPECT_TRUE(content(*opened, "data").bytes == iso);
}

TEST_F(CueFolder, ReportsDataWithoutAnySync) {
  folder_.write("a.bin", audio(30));
  const auto opened = open(kOneTrack);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(find(*opened, "cue.no-sync"));
}

TEST_F(CueFolder, RefusesPositionsThatNoDiscReaches) {
  folder_.write("a.bin", sectors(0, 30));
  for (const char* tail : {"TRACK 02 AUDIO\nINDEX 01 9999:00:00\n",
                           "TRACK 02 AUDIO\nPREGAP 9999:00:00\nINDEX 01 00:00:30\n",
                           "POSTGAP 9999:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:30\n"}) {
    const auto opened = open(std::string(kOneTrack) + tail);
    ASSERT_FALSE(opened) << tail;
    EXPECT_EQ(opened.error().code, Errc::corrupt);
    EXPECT_THAT(opened.error().text, HasSubstr("no disc reaches"));
    EXPECT_GE(opened.error().line, 3U);
  }
}

TEST_F(CueFolder, KeepsHashesOfRemarks) {
  // As TruRip writes them.
  folder_.write("a.bin", sectors(0, 30));
  const auto opened = open("REM MD5 : 00112233445566778899AABBCCDDEEFF\n" + std::string(kOneTrack) +
                           "REM CRC32 : 0123ABCD\nREM CRC32 : nonsense\n");
  ASSERT_TRUE(opened);
  ASSERT_EQ(opened->stored_digests.size(), 2U);
  EXPECT_EQ(opened->stored_digests[0].object, "file:a.bin");
  EXPECT_EQ(opened->stored_digests[0].algorithm, "md5");
  EXPECT_EQ(opened->stored_digests[0].value, "00112233445566778899aabbccddeeff");
  EXPECT_EQ(opened->stored_digests[1].object, "track:1");
  EXPECT_THAT(opened->stored_digests[1].origin, HasSubstr("disc.cue:5"));
}

TEST_F(CueFolder, ReadsTheSamplesOfWaveFiles) {
  const ByteVector samples = audio(300);
  // RIFF WAVE, PCM, 2 channels, 44100 Hz, 16 bits, then the chunk "data".
  ByteVector wave(44);
  const auto put = [&](std::size_t at, std::string_view text) {
    std::memcpy(wave.data() + at, text.data(), text.size());
  };
  using namespace std::string_view_literals;
  put(0, "RIFF");
  put(8, "WAVEfmt \x10\0\0\0\1\0\2\0\x44\xAC\0\0\x10\xB1\2\0\4\0\x10\0data"sv);
  const auto size = static_cast<std::uint32_t>(samples.size());
  std::memcpy(wave.data() + 40, &size, 4);
  append(wave, samples);
  wave.resize(wave.size() + 100);
  folder_.write("a.wav", wave);
  const std::string sheet = "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n";
  const auto opened = open(sheet);
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_EQ(content(*opened, "track 1").bytes, samples);
  EXPECT_EQ(view_named(*opened, "track 1")->source->locate(0).offset, 44U);

  wave[22] = std::byte{1};
  folder_.write("a.wav", wave);
  EXPECT_EQ(open(sheet).error().code, Errc::unsupported);
  folder_.write("a.wav", ByteVector(100));
  EXPECT_EQ(open(sheet).error().code, Errc::corrupt);
  wave.resize(36);
  wave[22] = std::byte{2};
  folder_.write("a.wav", wave);
  EXPECT_EQ(open(sheet).error().code, Errc::corrupt);
}

TEST_F(CueFolder, NamesFilesThatAreNotRead) {
  folder_.write("a.mp3", ByteVector(100));
  const auto opened = open("FILE a.mp3 MP3\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::unsupported);
  EXPECT_THAT(opened.error().text, HasSubstr("MP3"));
  EXPECT_EQ(opened.error().line, 1U);
}

TEST_F(CueFolder, FollowsLinksOnlyInsideTheFolder) {
  TemporaryFolder elsewhere;
  const std::string secret = elsewhere.write("secret.bin", sectors(0, 30));
  std::filesystem::create_symlink(secret, folder_.path() / "a.bin");
  const auto refused = open(kOneTrack);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("link out of"));
  folder_.write("real.bin", sectors(0, 30));
  std::filesystem::remove(folder_.path() / "a.bin");
  std::filesystem::create_symlink("real.bin", folder_.path() / "a.bin");
  EXPECT_TRUE(open(kOneTrack));
}

TEST_F(CueFolder, RefusesFoldersAndAmbiguousNames) {
  std::filesystem::create_directory(folder_.path() / "a.bin");
  EXPECT_THAT(open(kOneTrack).error().text, HasSubstr("not a regular file"));
  std::filesystem::remove(folder_.path() / "a.bin");
  folder_.write("A.bin", sectors(0, 30));
  folder_.write("a.BIN", sectors(0, 30));
  const auto opened = open(kOneTrack);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::ambiguous);
  EXPECT_THAT(opened.error().text, HasSubstr("A.bin, a.BIN"));
}

TEST(Cue, ProbesItsOwnTextOnly) {
  TemporaryFolder folder;
  EXPECT_EQ(fit_of(kCue, folder.write("a", as_bytes(kOneTrack))), Fit::strong);
  EXPECT_EQ(fit_of(kCue, folder.write("b", as_bytes("FILE a BINARY\n"))), Fit::none);
  EXPECT_EQ(fit_of(kCue, folder.write("c", as_bytes("TRACK 01\nFILE a\n"))), Fit::none);
  EXPECT_EQ(fit_of(kCue, folder.write("d", ByteVector(5000))), Fit::none);
  EXPECT_EQ(fit_of(kCue, folder.write("e", {})), Fit::none);
}

// CDRWIN's MOTOROLA is "most significant byte first"; other readers deliver noise.
TEST(Cue, DeliversMotorolaAudioAsLittleEndian) {
  const TemporaryFolder folder;
  ByteVector samples = audio(400);
  folder.write("a.bin", samples);
  const auto image = open_as(
      kCue,
      folder.write("a.cue", as_bytes("FILE a.bin MOTOROLA\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n")));
  ASSERT_TRUE(image) << describe(image.error());
  for (std::size_t i = 0; i < samples.size(); i += 2) std::swap(samples[i], samples[i + 1]);
  EXPECT_TRUE(content(*image, "track 1").bytes == samples);
}

}  // namespace
}  // namespace discern
