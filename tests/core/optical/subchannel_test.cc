// SPDX-License-Identifier: Apache-2.0
#include "optical/subchannel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"
#include "optical/cd_text.h"
#include "optical/crc16.h"

namespace discern {
namespace {

using namespace tests;
using testing::HasSubstr;

QBytes with_crc(QBytes q) {
  const std::uint16_t crc = ~crc16(Bytes(q).first(10));
  q[10] = static_cast<std::byte>(crc >> 8);
  q[11] = static_cast<std::byte>(crc & 255);
  return q;
}

std::byte bcd(int value) { return static_cast<std::byte>(value / 10 * 16 + value % 10); }

QBytes position(int track, std::int32_t lba) {
  const Msf msf = to_msf({lba});
  QBytes q{};
  q[0] = std::byte{0x41};
  q[1] = bcd(track);
  q[2] = bcd(1);
  q[7] = bcd(msf.minute);
  q[8] = bcd(msf.second);
  q[9] = bcd(msf.frame);
  return with_crc(q);
}

// 13 digits of 4 bits behind ADR 2.
QBytes catalog(std::string_view digits) {
  QBytes q{};
  q[0] = std::byte{0x42};
  for (std::size_t i = 0; i < 13; ++i)
    q[1 + i / 2] |= static_cast<std::byte>((digits[i] - '0') << (i % 2 == 0 ? 4 : 0));
  return with_crc(q);
}

ByteVector planar(const QBytes& q) {
  ByteVector bytes(96);
  std::ranges::copy(q, bytes.begin() + 12);
  return bytes;
}

ByteVector interleaved(const QBytes& q) {
  ByteVector bytes(96);
  for (std::size_t i = 0; i < 96; ++i)
    if ((std::to_integer<unsigned>(q[i / 8]) >> (7 - i % 8) & 1) != 0) bytes[i] = std::byte{0x40};
  return bytes;
}

TEST(Subchannel, FindsQInEveryForm) {
  const QBytes q = position(1, 4711);
  ByteVector q16(16);
  std::ranges::copy(q, q16.begin());
  EXPECT_EQ(q_channel(planar(q), SubchannelForm::planar), q);
  EXPECT_EQ(q_channel(interleaved(q), SubchannelForm::interleaved), q);
  EXPECT_EQ(q_channel(q16, SubchannelForm::q16), q);
  EXPECT_FALSE(q_channel(planar(q), SubchannelForm::packed_rw));
  EXPECT_FALSE(q_channel(q16, SubchannelForm::planar));
}

TEST(Subchannel, DecodesPositions) {
  const QFrame frame = decode_q(position(12, 4711));
  EXPECT_TRUE(frame.crc_ok);
  EXPECT_EQ(frame.adr, 1);
  EXPECT_EQ(frame.control, 4);
  EXPECT_EQ(frame.track, 12);
  EXPECT_EQ(frame.index, 1);
  EXPECT_EQ(frame.lba->value, 4711);
  QBytes damaged = position(12, 4711);
  damaged[5] ^= std::byte{1};
  EXPECT_FALSE(decode_q(damaged).crc_ok);
}

// ISRC DE-MUA-98-00001 as the bits of IEC 60908 clause 17.5.3: five characters of 6 bits (digits 0
// to 9, letters from 17 on), two zeros, seven digits of 4 bits.
TEST(Subchannel, DecodesCatalogueNumberAndIsrc) {
  EXPECT_EQ(decode_q(catalog("0000012101954")).catalog, "0000012101954");
  QBytes q{};
  q[0] = std::byte{0x03};
  const std::uint64_t codes[] = {20, 21, 29, 37, 17};  // D E M U A
  std::uint64_t bits = 0;
  for (const std::uint64_t code : codes) bits = bits << 6 | code;
  bits <<= 2;
  for (const int digit : {9, 8, 0, 0, 0, 0, 1}) bits = bits << 4 | static_cast<unsigned>(digit);
  bits <<= 4;
  for (std::size_t i = 0; i < 8; ++i) q[1 + i] = static_cast<std::byte>(bits >> (56 - 8 * i));
  EXPECT_EQ(decode_q(with_crc(q)).isrc, "DEMUA9800001");
}

std::string ccd(std::int32_t sectors, const std::string& more = {}) {
  return "[CloneCD]\nVersion=3\n[Disc]\n" + more +
         "[Entry 0]\nSession=1\nPoint=0xa2\nControl=0x04\nPLBA=" + std::to_string(sectors) +
         "\n[Entry 1]\nSession=1\nPoint=0x01\nControl=0x04\nPLBA=0\n[TRACK 1]\nMODE=1\nINDEX 1=0\n";
}

TEST(Subchannel, IsAViewAndFillsTheCatalogueNumber) {
  const TemporaryFolder folder;
  folder.write("disc.img", sectors(0, 200));
  ByteVector sub;
  for (std::int32_t lba = 0; lba < 200; ++lba)
    append(sub, planar(lba == 50 ? catalog("0000012101954") : position(1, lba)));
  folder.write("disc.sub", sub);
  const auto image = open_image(folder.write("disc.ccd", as_bytes(ccd(200))));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->disc->catalog, "0000012101954");
  EXPECT_TRUE(content(*image, "subchannel").bytes == sub);
  EXPECT_FALSE(find(*image, "subchannel.position"));
  EXPECT_FALSE(find(*image, "subchannel.unreadable"));
  const auto place = view_named(*image, "subchannel")->source->locate(96 * 7);
  EXPECT_THAT(std::string(place.file), HasSubstr("disc.sub"));
  EXPECT_EQ(place.offset, 96U * 7);
  EXPECT_EQ(place.lba, 7);
}

TEST(Subchannel, ContradictsTheDescriptor) {
  const TemporaryFolder folder;
  folder.write("disc.img", sectors(0, 200));
  ByteVector sub;
  for (std::int32_t lba = 0; lba < 200; ++lba)
    append(sub, planar(lba == 50 ? catalog("4006180000000") : position(1, lba + 77)));
  folder.write("disc.sub", sub);
  const auto image =
      open_image(folder.write("disc.ccd", as_bytes(ccd(200, "CATALOG=0000012101954\n"))));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(find(*image, "subchannel.position"));
  EXPECT_TRUE(find(*image, "subchannel.catalog"));
  folder.write("disc.sub", ByteVector(200 * 96, std::byte{0x55}));
  const auto noise = open_image(folder.write("disc.ccd", as_bytes(ccd(200))));
  ASSERT_TRUE(noise);
  EXPECT_TRUE(find(*noise, "subchannel.unreadable"));
}

TEST(Subchannel, IsFoundInsideSectors) {
  const TemporaryFolder folder;
  ByteVector bytes;
  ByteVector sub;
  for (std::int32_t lba = 0; lba < 60; ++lba) {
    append(bytes, sectors(lba, 1));
    append(bytes, interleaved(position(1, lba)));
    append(sub, interleaved(position(1, lba)));
  }
  const auto image = open_image(folder.write("disc.bin", bytes));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(content(*image, "subchannel").bytes == sub);
  EXPECT_FALSE(find(*image, "subchannel.position"));
}

// ---- CD-TEXT
// -------------------------------------------------------------------------------------

ByteVector pack(int kind, int track, int number, int characters, std::string_view text) {
  ByteVector bytes(18);
  bytes[0] = static_cast<std::byte>(kind);
  bytes[1] = static_cast<std::byte>(track);
  bytes[2] = static_cast<std::byte>(number);
  bytes[3] = static_cast<std::byte>(characters);
  std::ranges::copy(as_bytes(text), bytes.begin() + 4);
  const std::uint16_t crc = ~crc16(Bytes(bytes).first(16));
  bytes[16] = static_cast<std::byte>(crc >> 8);
  bytes[17] = static_cast<std::byte>(crc & 255);
  return bytes;
}

TEST(CdText, JoinsTextsOverPacks) {
  ByteVector packs = pack(0x80, 0, 0, 0, "A long title");
  append(packs, pack(0x80, 0, 1, 12, std::string_view(" of it\0One\0\t", 12)));
  append(packs, pack(0x80, 2, 2, 1, std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0", 12)));
  Disc disc;
  Findings findings;
  add_cd_text(packs, {}, disc, findings);
  EXPECT_TRUE(findings.empty());
  ASSERT_EQ(disc.cd_text.size(), 3U);
  EXPECT_EQ(disc.cd_text[0].text, "A long title of it");
  EXPECT_EQ(disc.cd_text[1].text, "One");
  EXPECT_EQ(disc.cd_text[2].track, 2);
  EXPECT_EQ(disc.cd_text[2].text, "One");  // a TAB repeats the track before
}

TEST(CdText, LeavesPacksWithAWrongCrcOut) {
  ByteVector packs = pack(0x80, 0, 0, 0, std::string_view("Disc\0One\0", 9));
  packs[6] ^= std::byte{1};
  append(packs, pack(0x81, 0, 0, 0, std::string_view("Artist\0", 7)));
  packs.push_back(std::byte{9});
  Disc disc;
  Findings findings;
  add_cd_text(packs, {}, disc, findings);
  ASSERT_EQ(disc.cd_text.size(), 1U);
  EXPECT_EQ(disc.cd_text[0].field, "performer");
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].code, "cd_text.crc");
  EXPECT_EQ(findings[1].code, "cd_text.length");
}

TEST(CdText, ComesFromEveryDescriptorThatHasIt) {
  const TemporaryFolder folder;
  folder.write("disc.img", sectors(0, 50));
  const std::string text = "CD Title";
  const ByteVector packs = pack(0x80, 0, 0, 0, text + std::string(4, '\0'));
  std::string hex;
  for (std::size_t i = 0; i < 16; ++i) {
    char byte[4];
    std::snprintf(byte, sizeof byte, "%02x ", std::to_integer<unsigned>(packs[i]));
    hex += byte;
  }
  const auto from_ccd = open_image(
      folder.write("disc.ccd", as_bytes(ccd(50) + "[CDText]\nEntries=1\nEntry 0=" + hex + "\n")));
  ASSERT_TRUE(from_ccd) << describe(from_ccd.error());
  ASSERT_EQ(from_ccd->disc->cd_text.size(), 1U);
  EXPECT_EQ(from_ccd->disc->cd_text[0].text, text);

  folder.write("a.bin", sectors(0, 50));
  folder.write("a.cdt", packs);
  const auto from_cue = open_image(folder.write(
      "a.cue", as_bytes("CDTEXTFILE \"A.CDT\"\nPERFORMER \"Caf\xE9\"\nFILE a.bin BINARY\nTRACK 01 "
                        "MODE1/2352\nTITLE \"One\"\nINDEX 01 00:00:00\n")));
  ASSERT_TRUE(from_cue) << describe(from_cue.error());
  ASSERT_EQ(from_cue->disc->cd_text.size(), 3U);
  EXPECT_EQ(from_cue->disc->cd_text[0].text, "Café");
  EXPECT_EQ(from_cue->disc->cd_text[1].track, 1);
  EXPECT_EQ(from_cue->disc->cd_text[2].text, text);
}

// cdtext.cdt and cdtext-libburnia.cdt of libcdio's test set; titles as in its cdtext.right files.
TEST(CdTextCorpus, ReadsFilesOfOtherPrograms) {
  for (const char* name : {"optical/disc/cdtext.cdt", "optical/disc/cdtext-libburnia.cdt"}) {
    const auto path = corpus(name);
    SKIP_WITHOUT(path);
    Disc disc;
    Findings findings;
    add_cd_text(file_bytes(path), {}, disc, findings);
    EXPECT_TRUE(findings.empty()) << name << findings[0].text;
    EXPECT_GT(disc.cd_text.size(), 3U);
    for (const CdText& text : disc.cd_text) EXPECT_FALSE(text.text.empty());
  }
}

// ---- descriptors against each other
// ---------------------------------------------------------------

TEST(Descriptors, AreComparedWhicheverIsOpened) {
  const TemporaryFolder folder;
  folder.write("disc.img", sectors(0, 300));
  const std::string control = folder.write("disc.ccd", as_bytes(ccd(300)));
  const std::string same = "FILE disc.img BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n";
  const std::string cue = folder.write("disc.cue", as_bytes(same));
  folder.write("disc.toc", as_bytes("CD_ROM\nTRACK MODE1_RAW\nDATAFILE \"disc.img\" 00:03:00\n"));
  const auto image = open_image(cue);
  ASSERT_TRUE(image) << describe(image.error());
  ASSERT_TRUE(find(*image, "disc.descriptors-agree"));
  EXPECT_EQ(find(*image, "disc.descriptors-agree")->where.file, control);
  ASSERT_TRUE(find(*image, "disc.descriptors-disagree"));
  EXPECT_THAT(find(*image, "disc.descriptors-disagree")->where.file, HasSubstr("disc.toc"));
  EXPECT_EQ(find(*image, "disc.descriptors-disagree")->where.line, 2U);
  EXPECT_THAT(find(*image, "disc.descriptors-disagree")->text, HasSubstr("disc.cue:2:1, which"));
  folder.write("disc.toc", as_bytes("CD_ROM\nTRACK BOGUS\n"));
  const auto unusable = open_image(control);
  ASSERT_TRUE(unusable);
  EXPECT_TRUE(find(*unusable, "disc.descriptor-unusable"));
}

// Each difference has the place in both descriptors.
TEST(Descriptors, AreContradictedAtALineAndColumn) {
  struct Row {
    const char* cue;
    const char* toc;
    std::uint32_t cue_line, cue_column, toc_line, toc_column;
    const char* what;
  };
  const char* const one = "FILE disc.img BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n";
  const char* const two =
      "FILE disc.img BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n  TRACK 02 MODE1/2352\n"
      "INDEX 01 00:02:00\n";
  const char* const whole = "CD_ROM\n\n  TRACK MODE1_RAW\nDATAFILE \"disc.img\" 00:04:00\n";
  const Row rows[] = {
      {one, "CD_ROM\n\n  TRACK MODE1_RAW\nDATAFILE \"disc.img\" 00:03:00\n", 2, 1, 3, 3,
       "225 sectors"},
      {two, whole, 2, 1, 3, 3, "2 tracks against 1, and"},
      {two,
       "CD_ROM\nTRACK MODE1_RAW\nDATAFILE \"disc.img\" 00:02:00\n\nTRACK MODE1_RAW\n"
       "ISRC \"USRC17607839\"\nDATAFILE \"disc.img\" #352800 00:02:00\n",
       0, 0, 0, 0, nullptr},
      {"CATALOG 0000012101954\nFILE disc.img BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n",
       "CD_ROM\nCATALOG \"0000012101955\"\nTRACK MODE1_RAW\nDATAFILE \"disc.img\" 00:04:00\n", 1, 9,
       2, 9, "catalogue number"},
      {"FILE disc.img BINARY\nTRACK 01 MODE1/2352\n ISRC USRC17607838\nINDEX 01 00:00:00\n",
       "CD_ROM\nTRACK MODE1_RAW ISRC \"USRC17607839\"\nDATAFILE \"disc.img\" 00:04:00\n", 2, 1, 2,
       1, "ISRC of track 1"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.toc);
    const TemporaryFolder folder;
    folder.write("disc.img", sectors(0, 300));
    const std::string cue = folder.write("disc.cue", as_bytes(row.cue));
    folder.write("disc.toc", as_bytes(row.toc));
    const auto image = open_image(cue);
    ASSERT_TRUE(image) << describe(image.error());
    const Finding* found = find(*image, "disc.descriptors-disagree");
    if (!row.what) {
      EXPECT_FALSE(found);
      continue;
    }
    ASSERT_TRUE(found);
    EXPECT_THAT(found->where.file, HasSubstr("disc.toc"));
    EXPECT_EQ(found->where.line, row.toc_line);
    EXPECT_EQ(found->where.column, row.toc_column);
    EXPECT_THAT(found->text, HasSubstr("disc.cue:" + std::to_string(row.cue_line) + ":" +
                                       std::to_string(row.cue_column) + ", which was used"));
    EXPECT_THAT(found->text, HasSubstr(row.what));
  }
}

TEST(Descriptors, AreContradictedInCcdAndGdi) {
  const TemporaryFolder folder;
  folder.write("disc.img", sectors(0, 300));
  const std::string cue = folder.write(
      "disc.cue", as_bytes("FILE disc.img BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"));
  folder.write("disc.ccd", as_bytes(ccd(200)));
  folder.write("disc.gdi", as_bytes("1\n1 0 4 2352 disc.img 2352\n"));
  const auto image = open_image(cue);
  ASSERT_TRUE(image) << describe(image.error());
  int found = 0;
  for (const Finding& finding : image->findings)
    if (finding.code == "disc.descriptors-disagree") {
      ++found;
      EXPECT_GT(finding.where.line, 1U) << finding.where.file;
      EXPECT_EQ(finding.where.column, 1U) << finding.where.file;
    }
  EXPECT_EQ(found, 2);
}

}  // namespace
}  // namespace discern
