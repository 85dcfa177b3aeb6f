// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/digest/disc_image.h"
#include "corpus.h"
#include "discern/verify.h"
#include "optical/parity.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::string> codes(const Findings& findings) {
  std::vector<std::string> result;
  for (const Finding& finding : findings) result.push_back(finding.code);
  return result;
}

SourcePtr opened(const std::filesystem::path& path) {
  auto file = MappedFile::open(path.string());
  EXPECT_TRUE(file.has_value()) << path;
  return file ? SourcePtr(*file) : nullptr;
}

// A cue-lab disc as one data track from LBA 0; nothing without the corpus.
std::optional<Image> lab_disc(const char* name, std::uint32_t sectors, SectorLayout layout = {}) {
  const auto path = corpus(std::string("optical/") + name);
  if (!std::filesystem::exists(path)) return std::nullopt;
  const SourcePtr file = opened(path);
  Extent extent = extent_of(file, 0, sectors);
  extent.layout = layout;
  return disc_image(file, {extent});
}

// ---- real discs ---------------------------------------------------------------------------

TEST(SectorAudit, FindsNothingWrongWithIsofsM1) {
  const auto image = lab_disc("disc/isofs-m1.bin", 302);
  if (!image) GTEST_SKIP() << "no corpus";
  const auto audit = audited(*image);
  EXPECT_EQ(audit->tally().sectors, 302U);
  EXPECT_EQ(audit->tally().checked, 302U);
  EXPECT_THAT(audit->tally().modes, ElementsAre(Pair(SectorMode::mode1, 302U)));
  EXPECT_THAT(audit->tally().bad_runs, IsEmpty());
  EXPECT_THAT(codes(audit->findings()), IsEmpty());
}

// cflip has one wrong bit; an independent script finds sector 34.
TEST(SectorAudit, NamesThePlaceOfTheOneWrongBit) {
  const auto image = lab_disc("cue-lab/cflip.bin", 306);
  if (!image) GTEST_SKIP() << "no corpus";
  const auto audit = audited(*image);
  EXPECT_EQ(audit->tally().checked, 306U);
  EXPECT_EQ(audit->tally().edc_bad, 1U);
  EXPECT_EQ(audit->tally().p_bad, 1U);
  EXPECT_EQ(audit->tally().q_bad, 1U);
  const Findings findings = audit->findings();
  ASSERT_THAT(codes(findings), ElementsAre("disc.edc-mismatch"));
  EXPECT_EQ(findings[0].severity, Severity::damage);
  EXPECT_EQ(findings[0].where.lba, 34);
  EXPECT_EQ(findings[0].where.offset, 34U * 2352);
  EXPECT_THAT(findings[0].where.file, testing::EndsWith("cflip.bin"));
}

TEST(SectorAudit, UnscramblesBeforeItChecks) {
  SectorLayout layout;
  layout.scrambled = true;
  const auto image = lab_disc("cue-lab/cscram.bin", 306, layout);
  if (!image) GTEST_SKIP() << "no corpus";
  const auto audit = audited(*image);
  EXPECT_THAT(audit->tally().modes, ElementsAre(Pair(SectorMode::mode1, 306U)));
  EXPECT_THAT(codes(audit->findings()), IsEmpty());
}

TEST(SectorAudit, StepsOverTheSubchannel) {
  SectorLayout layout;
  layout.stored = 2448;
  layout.subchannel = 2352;
  const auto image = lab_disc("cue-lab/c2448.bin", 306, layout);
  if (!image) GTEST_SKIP() << "no corpus";
  for (const std::size_t block : {1000U, 2448U, 100000U}) {
    const auto audit = audited(*image, block);
    EXPECT_THAT(audit->tally().modes, ElementsAre(Pair(SectorMode::mode1, 306U))) << block;
    EXPECT_THAT(codes(audit->findings()), IsEmpty());
  }
}

TEST(SectorAudit, NotesThePregapOfZerosAndGoesOn) {
  const auto image = lab_disc("cue-lab/cpre150.bin", 456);
  if (!image) GTEST_SKIP() << "no corpus";
  const auto audit = audited(*image);
  EXPECT_THAT(audit->tally().modes,
              ElementsAre(Pair(SectorMode::unknown, 150U), Pair(SectorMode::mode1, 306U)));
  EXPECT_EQ(audit->tally().checked, 306U);
  EXPECT_EQ(audit->tally().bad_sync, 150U);
  const Findings findings = audit->findings();
  ASSERT_THAT(codes(findings), ElementsAre("disc.empty-sector"));
  EXPECT_EQ(findings[0].severity, Severity::note);
  EXPECT_EQ(findings[0].where.lba, 0);
}

TEST(SectorAudit, LeavesOutTheTailOfACutFile) {
  const auto image = lab_disc("cue-lab/ctrunc.bin", 306);
  if (!image) GTEST_SKIP() << "no corpus";
  EXPECT_EQ(audited(*image)->tally().sectors, 305U);
}

// ---- blocks and files -----------------------------------------------------------------------

TEST(SectorAudit, SaysTheSameForEveryBlockSize) {
  auto bytes = mode1_sectors(0, 12);
  bytes[3 * kRawSector + 700] ^= std::byte{1};
  bytes[4 * kRawSector + 701] ^= std::byte{1};
  bytes[9 * kRawSector + 2300] ^= std::byte{1};
  const SourcePtr file = memory_source(bytes, "x.bin");
  const Image image = disc_image(file, {extent_of(file, 100, 12)});
  const std::vector<ByteRange> bad = {{6 * kRawSector + 5, 1}};
  for (std::size_t block = 1; block < 30000; block = block * 2 + 1) {
    const auto audit = audited(image, block, bad);
    const SectorTally& tally = audit->tally();
    EXPECT_EQ(tally.sectors, 12U) << block;
    EXPECT_EQ(tally.unread, 1U) << block;
    EXPECT_EQ(tally.checked, 11U) << block;
    EXPECT_EQ(tally.edc_bad, 2U) << block;
    EXPECT_EQ(tally.p_bad, 2U) << block;
    EXPECT_EQ(tally.q_bad, 3U) << block;
    ASSERT_EQ(tally.bad_runs.size(), 2U) << block;
    EXPECT_EQ(tally.bad_runs[0].first, Lba{103});
    EXPECT_EQ(tally.bad_runs[0].sectors, 2U);
    EXPECT_EQ(tally.bad_runs[0].what, "edc+p+q");
    EXPECT_EQ(tally.bad_runs[1].first, Lba{109});
    EXPECT_EQ(tally.bad_runs[1].what, "q");
    EXPECT_THAT(codes(audit->findings()), ElementsAre("disc.edc-mismatch", "disc.ecc-mismatch"));
  }
}

TEST(SectorAudit, FindsTheExtentsOfEveryFileInTheView) {
  const TemporaryFolder folder;
  auto second_bytes = mode1_sectors(20000, 5);
  second_bytes[2 * kRawSector + 99] ^= std::byte{8};
  const SourcePtr first = opened(folder.write("1.bin", mode1_sectors(0, 4)));
  const SourcePtr second = opened(folder.write("2.bin", second_bytes));
  const Image image = disc_image(concat_source({first, second}),
                                 {extent_of(first, 0, 4), extent_of(second, 20000, 5)});
  const auto audit = audited(image, 5000);
  EXPECT_EQ(audit->tally().checked, 9U);
  const Findings findings = audit->findings();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].where.lba, 20002);
  EXPECT_EQ(findings[0].where.offset, 2U * kRawSector);
  EXPECT_THAT(findings[0].where.file, testing::EndsWith("2.bin"));
}

TEST(SectorAudit, FollowsAFileThatBeginsAmidASector) {
  auto bytes = mode1_sectors(16, 6);
  bytes.insert(bytes.begin(), 700, std::byte{0xEE});
  const SourcePtr file = memory_source(bytes, "x.bin");
  const auto audit = audited(disc_image(file, {extent_of(file, 16, 6, 700)}), 2352);
  EXPECT_EQ(audit->tally().checked, 6U);
  EXPECT_EQ(audit->tally().edc_bad, 0U);
}

TEST(SectorAudit, CountsSectorsOfOverlappingTracksOnce) {
  const SourcePtr file = memory_source(mode1_sectors(0, 10), "x.bin");
  const auto audit = audited(disc_image(
      file, {extent_of(file, 0, 10), extent_of(file, 3, 2, 3 * 2352), extent_of(file, 8, 9, 100)}));
  EXPECT_EQ(audit->tally().sectors, 10U);
  EXPECT_EQ(audit->tally().edc_bad, 0U);
}

TEST(SectorAudit, ClaimsNoSectorsBeyondTheFile) {
  const SourcePtr file = memory_source(mode1_sectors(0, 3), "x.bin");
  const auto audit = audited(disc_image(
      file, {extent_of(file, 0, 4000000000U), extent_of(file, 5, 5, ~std::uint64_t{0})}));
  EXPECT_EQ(audit->tally().sectors, 3U);
}

TEST(SectorAudit, CountsASectorWithAnUnreadableByteAsUnreadOnly) {
  const SourcePtr file = memory_source(mode1_sectors(0, 4), "x.bin");
  const Image image = disc_image(file, {extent_of(file, 0, 4)});
  const auto audit = audited(image, 1U << 20, {{2351, 2}, {3 * 2352, 512}, {3 * 2352 + 600, 1}});
  EXPECT_EQ(audit->tally().unread, 3U);
  EXPECT_EQ(audit->tally().checked, 1U);
  EXPECT_EQ(audit->tally().edc_bad, 0U);
  EXPECT_THAT(codes(audit->findings()), IsEmpty());
}

// ---- modes and oddities -----------------------------------------------------------------------

TEST(SectorAudit, DoesNotCheckAudio) {
  const SourcePtr file = memory_source(std::vector<std::byte>(5 * kRawSector, std::byte{9}), "x");
  const auto audit = audited(disc_image(file, {extent_of(file, 0, 5, 0, SectorMode::audio)}));
  EXPECT_THAT(audit->tally().modes, ElementsAre(Pair(SectorMode::audio, 5U)));
  EXPECT_EQ(audit->tally().checked, 0U);
  EXPECT_THAT(codes(audit->findings()), IsEmpty());
}

TEST(SectorAudit, TellsNoiseInADataTrackFromEmptySectors) {
  auto bytes = mode1_sectors(0, 1);
  bytes.resize(2 * kRawSector, std::byte{0x55});
  const SourcePtr file = memory_source(bytes, "x.bin");
  const Findings findings = audited(disc_image(file, {extent_of(file, 0, 2)}))->findings();
  ASSERT_THAT(codes(findings), ElementsAre("disc.unrecognised-sector", "disc.filler-sector"));
  EXPECT_EQ(findings[0].severity, Severity::damage);
  EXPECT_EQ(findings[0].where.lba, 1);
}

TEST(SectorAudit, WarnsOfADamagedSyncWithoutCallingTheDataBad) {
  auto bytes = mode1_sectors(0, 2);
  bytes[kRawSector + 3] = std::byte{0};
  const SourcePtr file = memory_source(bytes, "x.bin");
  const auto audit = audited(disc_image(file, {extent_of(file, 0, 2)}));
  EXPECT_EQ(audit->tally().bad_sync, 1U);
  EXPECT_EQ(audit->tally().edc_bad, 0U);
  EXPECT_THAT(codes(audit->findings()), ElementsAre("disc.sync-damaged"));
}

TEST(SectorAudit, WarnsOfBytesHiddenWhereTheStandardWantsZeros) {
  RawSector sector = build_sector(SectorMode::mode1, Lba{0}, {});
  sector[2070] = std::byte{'x'};
  write_parity(sector, HeaderBytes::as_read);
  std::vector<std::byte> bytes;
  append(bytes, sector);
  const SourcePtr file = memory_source(bytes, "x.bin");
  const auto audit = audited(disc_image(file, {extent_of(file, 0, 1)}));
  EXPECT_THAT(audit->tally().bad_runs, IsEmpty());
  EXPECT_THAT(codes(audit->findings()), ElementsAre("disc.zero-field-not-zero"));
}

TEST(SectorAudit, WarnsOfHiddenBytesAlsoWhenParityWasLeftAsItWas) {
  auto bytes = mode1_sectors(0, 2);
  bytes[kRawSector + 2075] = std::byte{'x'};
  const SourcePtr file = memory_source(bytes, "x.bin");
  const auto audit = audited(disc_image(file, {extent_of(file, 0, 2)}));
  EXPECT_THAT(codes(audit->findings()),
              testing::UnorderedElementsAre("disc.ecc-mismatch", "disc.zero-field-not-zero"));
}

TEST(SectorAudit, NotesDataInThePregapFromItsFirstByteOn) {
  auto bytes = mode1_sectors(-2, 2);
  bytes[16] = std::byte{'x'};
  append(bytes, build_sector(SectorMode::mode1, Lba{0}, std::array{std::byte{1}}));
  const SourcePtr file = memory_source(bytes, "x.bin");
  Image image = disc_image(file, {extent_of(file, -2, 3)});
  image.disc->sessions[0].tracks[0].first = {0};
  const auto audit = audited(image);
  EXPECT_THAT(codes(audit->findings()), testing::Contains("disc.data-in-pregap"));
  const auto& odd = audit->tally().odd;
  const auto places = std::ranges::find(odd, "disc.data-in-pregap", &OddSectors::code);
  ASSERT_NE(places, odd.end());
  ASSERT_EQ(places->runs.size(), 1U);
  EXPECT_EQ(places->runs[0].first.value, -2);
  EXPECT_EQ(places->runs[0].sectors, 1U);
}

TEST(SectorAudit, WarnsOfSubheaderCopiesThatDiffer) {
  RawSector sector = build_sector(SectorMode::mode2_form2, Lba{0}, {});
  std::fill(sector.end() - 4, sector.end(), std::byte{0});
  sector[17] = std::byte{1};
  std::vector<std::byte> bytes;
  append(bytes, sector);
  const SourcePtr file = memory_source(bytes, "x.bin");
  const auto audit = audited(disc_image(file, {extent_of(file, 0, 1, 0, SectorMode::mode2_form1)}));
  EXPECT_EQ(audit->tally().checked, 0U);
  EXPECT_THAT(codes(audit->findings()), ElementsAre("disc.subheader-copies-differ"));
}

TEST(SectorAudit, SumsUpWhatIsMoreThanAThousandRuns) {
  auto bytes = mode1_sectors(0, 2100);
  for (std::size_t i = 0; i < 2100; i += 2) bytes[i * kRawSector + 50] ^= std::byte{1};
  const SourcePtr file = memory_source(std::move(bytes), "x.bin");
  const auto audit = audited(disc_image(file, {extent_of(file, 0, 2100)}));
  EXPECT_EQ(audit->tally().edc_bad, 1050U);
  const Findings findings = audit->findings();
  ASSERT_EQ(findings.size(), 1002U);
  EXPECT_EQ(findings[999].where.lba, 1998);
  EXPECT_EQ(findings[1000].code, "disc.more-bad-sectors");
  EXPECT_THAT(findings[1000].text, testing::StartsWith("50 more sectors"));
  EXPECT_EQ(findings[1001].code, "disc.bad-sectors-evenly-spaced");
}

// ---- no raw disc ------------------------------------------------------------------------------

TEST(SectorAudit, IsNothingWithoutARawDisc) {
  const SourcePtr file = memory_source(mode1_sectors(0, 2), "x.bin");
  Image image = disc_image(file, {extent_of(file, 0, 2)});
  EXPECT_NE(SectorAudit::of(image), nullptr);

  Image cooked = image;
  cooked.disc->sessions[0].tracks[0].extents[0].layout =
      SectorLayout{.stored = 2048, .sync = -1, .header = -1, .user = 0};
  EXPECT_EQ(SectorAudit::of(cooked), nullptr);

  Image no_disc = image;
  no_disc.disc.reset();
  EXPECT_EQ(SectorAudit::of(no_disc), nullptr);

  Image no_view = image;
  no_view.views[0].name = "media";
  EXPECT_EQ(SectorAudit::of(no_view), nullptr);

  Image missing = image;
  missing.disc->sessions[0].tracks[0].extents[0].file = nullptr;
  EXPECT_EQ(SectorAudit::of(missing), nullptr);

  Image zero = image;
  zero.disc->sessions[0].tracks[0].extents[0].layout.stored = 0;
  EXPECT_EQ(SectorAudit::of(zero), nullptr);
}

}  // namespace
}  // namespace discern
