// SPDX-License-Identifier: Apache-2.0
#include "optical/detect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/disc_images.h"
#include "optical/sector_grid.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;

std::optional<DetectedDisc> detect(ByteVector bytes) {
  return detect_disc(memory_source(std::move(bytes), "memory"), "memory");
}

const Finding* find(const Findings& findings, std::string_view code) {
  const auto found = std::ranges::find(findings, code, &Finding::code);
  return found == findings.end() ? nullptr : &*found;
}

std::vector<const Track*> tracks_of(const Disc& disc) {
  std::vector<const Track*> list;
  for (const Session& session : disc.sessions)
    for (const Track& track : session.tracks) list.push_back(&track);
  return list;
}

// ---- one disc in many layouts: s1.iso is its user data
// -------------------------------------------

struct Lab {
  const char* file;
  std::uint32_t stored;
  SectorMode mode;
  std::int32_t first;  // LBA of the first sector that is there
};
void PrintTo(const Lab& lab, std::ostream* out) { *out << lab.file; }

class DetectLab : public testing::TestWithParam<Lab> {};

TEST_P(DetectLab, FindsTheUserDataOfEverySectorThatIsThere) {
  const Lab lab = GetParam();
  const auto path = corpus(std::string("optical/cue-lab/") + lab.file);
  SKIP_WITHOUT(path);
  const ByteVector iso = file_bytes(corpus("optical/cue-lab/s1.iso"));
  EXPECT_EQ(fit_of(kRawCd, path), Fit::strong);
  const auto image = open_as(kRawCd, path);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->main_view().name, "data");
  const Content got =
      content(image->main_view().source ? *image->main_view().source : *memory_source({}, ""));
  ASSERT_EQ(got.bytes.size(), iso.size());
  const auto is_bad = [&](std::size_t at) {
    return std::ranges::any_of(
        got.bad, [&](const ByteRange& range) { return range.offset <= at && at < range.end(); });
  };
  std::size_t different = 0;
  std::size_t bad = 0;
  for (std::size_t at = 0; at < iso.size(); ++at) {
    if (is_bad(at)) {
      ++bad;
    } else if (got.bytes[at] != iso[at]) {
      ++different;
    }
  }
  // ctrunc lacks its last 700 bytes, of which 2352 - 2064 carry no user data.
  const std::size_t cut = std::string_view(lab.file) == "ctrunc.bin" ? 700 - 288 : 0;
  EXPECT_EQ(bad, static_cast<std::size_t>(lab.first) * 2048 + cut);
  EXPECT_EQ(different, std::string_view(lab.file) == "cflip.bin" ? 1U : 0U);
  ASSERT_EQ(image->disc->sessions.size(), 1U);
  ASSERT_EQ(image->disc->sessions[0].tracks.size(), 1U);
  const Track& track = image->disc->sessions[0].tracks[0];
  EXPECT_EQ(track.mode, lab.mode);
  EXPECT_EQ(track.extents.back().layout.stored, lab.stored);
  EXPECT_EQ(track.first.value, lab.first);
  EXPECT_EQ(track.sectors, 306U - static_cast<std::uint32_t>(lab.first));
  EXPECT_EQ(view_named(*image, "raw")->source, image->files.front().source);
  EXPECT_FALSE(image->proofs.empty());
}

INSTANTIATE_TEST_SUITE_P(CueLab, DetectLab,
                         testing::Values(Lab{"c_m1.bin", 2352, SectorMode::mode1, 0},
                                         Lab{"c_m2.bin", 2352, SectorMode::mode2_form1, 0},
                                         Lab{"c2336.bin", 2336, SectorMode::mode2_form1, 0},
                                         Lab{"c2448.bin", 2448, SectorMode::mode1, 0},
                                         Lab{"ctrunc.bin", 2352, SectorMode::mode1, 0},
                                         Lab{"cflip.bin", 2352, SectorMode::mode1, 0},
                                         Lab{"cnohead.bin", 2352, SectorMode::mode1, 10},
                                         Lab{"cpre150.bin", 2352, SectorMode::mode1, 0},
                                         Lab{"cscram.bin", 2352, SectorMode::mode1, 0}),
                         [](const auto& row) {
                           std::string name = row.param.file;
                           std::erase_if(name, [](char c) {
                             return !std::isalnum(static_cast<unsigned char>(c));
                           });
                           return name;
                         });

TEST(Detect, ReportsWhatTheLabImagesLack) {
  const auto path = corpus("optical/cue-lab");
  SKIP_WITHOUT(path);
  const auto cut = open_as(kRawCd, path / "ctrunc.bin");
  ASSERT_TRUE(cut);
  ASSERT_TRUE(tests::find(*cut, "disc.cut-inside-sector"));
  EXPECT_EQ(tests::find(*cut, "disc.cut-inside-sector")->where.offset, 305U * 2352);
  const auto headless = open_as(kRawCd, path / "cnohead.bin");
  ASSERT_TRUE(headless);
  EXPECT_TRUE(tests::find(*headless, "disc.starts-after-zero"));
  const auto pregap = open_as(kRawCd, path / "cpre150.bin");
  ASSERT_TRUE(pregap);
  EXPECT_FALSE(has_damage(*pregap));
  const Track& track = pregap->disc->sessions[0].tracks[0];
  EXPECT_EQ(track.pregap, 150U);
  EXPECT_TRUE(track.pregap_stored);
  EXPECT_EQ(view_named(*pregap, "raw")->first_lba, Lba{-150});
  const auto whole = open_as(kRawCd, path / "c_m1.bin");
  ASSERT_TRUE(whole);
  EXPECT_FALSE(has_damage(*whole));
}

TEST(Detect, LeavesPlainIsoAndAudioAlone) {
  SKIP_WITHOUT(corpus("optical/cue-lab/s1.iso"));
  EXPECT_EQ(fit_of(kRawCd, corpus("optical/cue-lab/s1.iso")), Fit::none);
  EXPECT_EQ(fit_of(kRawCd, corpus("optical/cue-lab/a.bin")), Fit::none);
  EXPECT_EQ(fit_of(kRawCd, corpus("floppy/freedos.boot.disk.1.4MB.img")), Fit::none);
  const auto image = open_as(kRawCd, corpus("optical/cue-lab/a.bin"));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::not_this);
}

TEST(Detect, ReadsEveryCutOfASmallImageOrRefusesIt) {
  const ByteVector image = sectors(0, 12);
  for (std::size_t length = 0; length <= image.size(); length += 101) {
    const auto found = detect({image.begin(), image.begin() + static_cast<std::ptrdiff_t>(length)});
    EXPECT_EQ(found.has_value(), length >= kRawSector) << length;
    if (found) {
      EXPECT_EQ(tracks_of(found->disc).front()->sectors, (length - 1) / kRawSector + 1);
    }
  }
}

TEST(Detect, FindsSectorsAtOddPhase) {
  ByteVector image = sectors(0, 40);
  for (const std::size_t cut : {1U, 16U, 100U, 2351U, 2352U, 5001U}) {
    const auto found = detect({image.begin() + static_cast<std::ptrdiff_t>(cut), image.end()});
    ASSERT_TRUE(found) << cut;
    const auto lost = static_cast<std::int32_t>((cut + 2351) / 2352);
    EXPECT_EQ(tracks_of(found->disc).front()->first.value, lost);
    EXPECT_EQ(find(found->findings, "disc.starts-inside-sector") != nullptr, cut % 2352 != 0);
    EXPECT_EQ(content(*found->stored).bytes, sectors(lost, 40 - lost));
  }
}

TEST(Detect, CallsTheUnscrambledModeOfScrambledSectors) {
  ByteVector image = sectors(0, 20, SectorMode::mode2_form1);
  for (std::size_t i = 0; i < 20; ++i)
    scramble(std::span(image).subspan(i * kRawSector, kRawSector));
  const auto found = detect(image);
  ASSERT_TRUE(found);
  EXPECT_EQ(tracks_of(found->disc).front()->mode, SectorMode::mode2_form1);
  EXPECT_TRUE(tracks_of(found->disc).front()->extents.front().layout.scrambled);
}

TEST(Detect, SplitsRunsIntoTracksAtTheExactSector) {
  for (const std::int32_t data : {301, 700, 1499}) {
    ByteVector image = sectors(0, data);
    append(image, audio(600));
    append(image, sectors(data + 600, 321, SectorMode::mode2_form1));
    const auto found = detect(image);
    ASSERT_TRUE(found);
    const auto tracks = tracks_of(found->disc);
    ASSERT_EQ(tracks.size(), 3U);
    EXPECT_EQ(tracks[0]->sectors, static_cast<std::uint32_t>(data));
    EXPECT_EQ(tracks[1]->mode, SectorMode::audio);
    EXPECT_EQ(tracks[1]->first.value, data);
    EXPECT_EQ(tracks[1]->sectors, 600U);
    EXPECT_EQ(tracks[2]->mode, SectorMode::mode2_form1);
    EXPECT_EQ(tracks[2]->first.value, data + 600);
    EXPECT_EQ(tracks[2]->sectors, 321U);
  }
}

TEST(Detect, BeginsASessionWhereAddressesJumpByLeadOutAndLeadIn) {
  ByteVector image = sectors(0, 302);
  append(image, sectors(11702, 350));  // the disc of Aaru issue 200: session 2 at 302 + 11400
  append(image, sectors(11702 + 350 + 6900, 20));
  const auto found = detect(image);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->disc.sessions.size(), 3U);
  EXPECT_EQ(found->disc.sessions[1].first().value, 11702);
  EXPECT_EQ(found->disc.sessions[2].first().value, 18952);
  EXPECT_FALSE(find(found->findings, "disc.address-jump"));
}

TEST(Detect, PlacesAudioBeforeALaterDataSession) {
  ByteVector image = audio(1000);
  append(image, sectors(12400, 400, SectorMode::mode2_form1));
  const auto found = detect(image);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->disc.sessions.size(), 2U);
  EXPECT_EQ(found->disc.sessions[0].tracks[0].first.value, 0);
  EXPECT_EQ(found->disc.sessions[0].tracks[0].sectors, 1000U);
  EXPECT_EQ(found->disc.sessions[1].tracks[0].first.value, 12400);
}

TEST(Detect, ReportsMissingSectorsInTheMiddle) {
  ByteVector image = sectors(0, 400);
  append(image, sectors(450, 400));
  const auto found = detect(image);
  ASSERT_TRUE(found);
  const Finding* jump = find(found->findings, "disc.address-jump");
  ASSERT_TRUE(jump);
  EXPECT_EQ(jump->where.offset, 400U * 2352);
  const auto tracks = tracks_of(found->disc);
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0]->sectors, 850U);
  ASSERT_EQ(tracks[0]->extents.size(), 3U);
  EXPECT_FALSE(tracks[0]->extents[1].file);
  EXPECT_FALSE(tracks[0]->extents[1].gap);
  EXPECT_EQ(tracks[0]->extents[1].sectors, 50U);
}

TEST(Detect, CountsOnBehindAJumpBackward) {
  ByteVector image = sectors(1000, 400);
  append(image, sectors(100, 400));
  const auto found = detect(image);
  ASSERT_TRUE(found);
  EXPECT_TRUE(find(found->findings, "disc.address-jump"));
  EXPECT_EQ(tracks_of(found->disc).back()->extents.back().end().value, 1800);
}

TEST(Detect, LooksPastDamagedHeaders) {
  ByteVector image = sectors(0, 200);
  for (const std::size_t sector : {0U, 1U, 64U, 100U, 199U})
    std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(sector * kRawSector), 16,
                std::byte{0xFF});
  const auto found = detect(image);
  ASSERT_TRUE(found);
  const auto tracks = tracks_of(found->disc);
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0]->first.value, 0);
  EXPECT_EQ(tracks[0]->sectors, 200U);
}

TEST(Detect, DoesNotTakeADiskThatContainsACdImageForOne) {
  TemporaryFolder folder;
  ByteVector disk(2 * 1024 * 1024);
  disk[510] = std::byte{0x55};
  disk[511] = std::byte{0xAA};
  append(disk, sectors(0, 400));
  disk.resize(disk.size() + 300000);
  EXPECT_EQ(fit_of(kRawCd, folder.write("disk.img", disk)), Fit::none);
}

TEST(Detect, EndsOnAddressesThatNeverContinue) {
  ByteVector image = sectors(0, 20);
  for (std::int32_t i = 0; i < 3000; ++i) append(image, sectors((i * 7919) % 300000, 1));
  const auto found = detect(image);
  ASSERT_TRUE(found);
  EXPECT_TRUE(find(found->findings, "disc.address-jump"));
}

TEST(RawCd, UsesTheCueSheetBesideTheImage) {
  TemporaryFolder folder;
  ByteVector image = sectors(0, 300);
  append(image, audio(300));
  const std::string path = folder.write("Disc.bin", image);
  folder.write("disc.CUE", as_bytes("FILE \"disc.bin\" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 "
                                    "00:00:00\nTRACK 02 AUDIO\nINDEX 00 00:04:00\nINDEX 01 "
                                    "00:06:00\n"));
  // The sheet's name differs in case from the image's, as Windows tools leave it.
  std::filesystem::rename(folder.path() / "disc.CUE", folder.path() / "Disc.cue");
  const auto opened = open_as(kRawCd, path);
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_TRUE(tests::find(*opened, "disc.descriptor-found"));
  EXPECT_EQ(opened->disc->source, "cue");
  EXPECT_EQ(opened->disc->sessions[0].tracks[1].first.value, 450);
  EXPECT_EQ(opened->files.size(), 2U);
}

TEST(RawCd, KnowsAudioByTheCueSheetBesideIt) {
  TemporaryFolder folder;
  const std::string path = folder.write("a.bin", audio(400));
  EXPECT_EQ(fit_of(kRawCd, path), Fit::none);
  folder.write("a.cue", as_bytes("FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"));
  EXPECT_EQ(fit_of(kRawCd, path), Fit::strong);
  const auto opened = open_as(kRawCd, path);
  ASSERT_TRUE(opened);
  EXPECT_THAT(view_names(*opened), ElementsAre("raw", "track 1"));
}

TEST(RawCd, PassesOverASheetOfAnotherImage) {
  TemporaryFolder folder;
  const std::string path = folder.write("a.bin", sectors(0, 20));
  folder.write("b.bin", sectors(0, 20));
  folder.write("a.cue", as_bytes("FILE b.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"));
  const auto opened = open_as(kRawCd, path);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->disc->source, "sectors");
}

TEST(RawCd, ReportsASheetThatDoesNotOpenAndGoesOnWithTheSectors) {
  TemporaryFolder folder;
  const std::string path = folder.write("a.bin", sectors(0, 20));
  folder.write("a.cue", as_bytes("FILE a.bin BINARY\nTRACK 01 MODE9\n"));
  const auto opened = open_as(kRawCd, path);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->disc->source, "sectors");
  ASSERT_TRUE(tests::find(*opened, "disc.descriptor-unusable"));
  EXPECT_NE(tests::find(*opened, "disc.descriptor-unusable")->text.find("a.cue:2:10"),
            std::string::npos);
}

}  // namespace
}  // namespace discern
