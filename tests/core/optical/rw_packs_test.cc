// SPDX-License-Identifier: Apache-2.0
#include "optical/rw_packs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/disc_images.h"
#include "discern/verify.h"
#include "optical/planar_source.h"
#include "optical/subchannel.h"

namespace discern {
namespace {

using namespace tests;
using testing::HasSubstr;

std::uint8_t times(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0;
  for (unsigned bit = 0; bit < 6; ++bit)
    if ((b >> bit & 1) != 0) product ^= unsigned{a} << bit;
  for (unsigned bit = 10; bit >= 6; --bit)
    if ((product >> bit & 1) != 0) product ^= 0x43U << (bit - 6);  // x^6+x+1
  return static_cast<std::uint8_t>(product);
}

// The remainder of the division by (x-1)(x-a)...: how an encoder makes parity, where the reader
// under test takes syndromes.
void write_parity(std::span<std::uint8_t> word, std::size_t roots) {
  std::vector<std::uint8_t> generator{1};
  std::uint8_t root = 1;
  for (std::size_t i = 0; i < roots; ++i, root = times(root, 2)) {
    std::vector<std::uint8_t> next(generator.size() + 1);
    for (std::size_t j = 0; j < generator.size(); ++j) {
      next[j] ^= generator[j];
      next[j + 1] ^= times(generator[j], root);
    }
    generator = next;
  }
  std::vector<std::uint8_t> rest(word.begin(), word.end());
  std::fill(rest.end() - static_cast<std::ptrdiff_t>(roots), rest.end(), std::uint8_t{0});
  for (std::size_t i = 0; i + roots < rest.size(); ++i)
    for (std::size_t j = generator.size(); j-- > 0;) rest[i + j] ^= times(generator[j], rest[i]);
  std::copy(rest.end() - static_cast<std::ptrdiff_t>(roots), rest.end(),
            word.end() - static_cast<std::ptrdiff_t>(roots));
}

RwPack pack_of(std::uint8_t mode_item, unsigned seed) {
  RwPack pack{};
  pack[0] = mode_item;
  pack[1] = 6;  // a tile
  for (std::size_t i = 4; i < 20; ++i) pack[i] = static_cast<std::uint8_t>((seed * 7 + i * 5) & 63);
  write_parity(std::span(pack).first<4>(), 2);
  write_parity(pack, 4);
  return pack;
}

std::vector<RwPack> packs_of(std::size_t count, std::uint8_t mode_item = 9) {
  std::vector<RwPack> packs;
  for (unsigned i = 0; i < count; ++i) packs.push_back(pack_of(mode_item, i + 1));
  return packs;
}

// As a drive delivers raw R to W: symbol k of a pack stands at these places behind its start. The
// table is the one that circulates among readers of CD+G discs.
constexpr std::size_t kOffsets[24] = {0,   66,  125, 191, 100, 50, 150, 175, 8,   33,  58,  83,
                                      108, 133, 158, 183, 16,  41, 25,  91,  116, 141, 166, 75};
std::vector<std::uint8_t> interleaved(const std::vector<RwPack>& packs) {
  std::vector<std::uint8_t> symbols(packs.size() * 24 + 192);
  for (std::size_t i = 0; i < packs.size(); ++i)
    for (std::size_t k = 0; k < 24; ++k) symbols[i * 24 + kOffsets[k]] = packs[i][k];
  symbols.resize((symbols.size() + kRwSymbols - 1) / kRwSymbols * kRwSymbols);
  return symbols;
}

std::vector<RwPack> read_back(const std::vector<std::uint8_t>& symbols) {
  RwPackReader reader;
  std::vector<RwPack> found;
  for (std::size_t at = 0; at + kRwSymbols <= symbols.size(); at += kRwSymbols) {
    RwSymbols sector;
    std::copy_n(symbols.begin() + static_cast<std::ptrdiff_t>(at), kRwSymbols, sector.begin());
    reader.add(sector, found);
  }
  return found;
}

// Parity of the unit vectors in the tables of other encoders: a^26 and a^7 of the first symbol, a^6
// and a of the second.
TEST(RwPack, HasTheParityOfTheCode) {
  RwPack pack{};
  pack[0] = 1;
  write_parity(std::span(pack).first<4>(), 2);
  EXPECT_EQ(pack[2], 7);
  EXPECT_EQ(pack[3], 6);
  pack = {};
  pack[1] = 1;
  write_parity(std::span(pack).first<4>(), 2);
  EXPECT_EQ(pack[2], 3);
  EXPECT_EQ(pack[3], 2);
}

TEST(RwPack, IsGoodUntilAnySymbolChanges) {
  const RwPack good = pack_of(9, 1);
  EXPECT_TRUE(is_good_pack(good));
  EXPECT_TRUE(is_good_pack(RwPack{}));
  for (std::size_t i = 0; i < good.size(); ++i)
    for (std::uint8_t wrong = 1; wrong < 64; ++wrong) {
      RwPack bad = good;
      bad[i] ^= wrong;
      ASSERT_FALSE(is_good_pack(bad)) << i << ' ' << int{wrong};
    }
}

TEST(RwPack, IsNamedByModeAndItem) {
  EXPECT_EQ(kind_of_pack(pack_of(9, 1)), "TV graphics (CD+G)");
  EXPECT_EQ(kind_of_pack(pack_of(8, 1)), "line graphics");
  EXPECT_EQ(kind_of_pack(pack_of(10, 1)), "extended TV graphics (CD+EG)");
  EXPECT_EQ(kind_of_pack(pack_of(24, 1)), "MIDI");
  EXPECT_EQ(kind_of_pack(pack_of(56, 1)), "user data");
  EXPECT_EQ(kind_of_pack(pack_of(63, 1)), "");
}

TEST(RwPacks, AreFoundInOrderAndInterleaved) {
  const std::vector<RwPack> packs = packs_of(40);
  std::vector<std::uint8_t> in_order;
  for (const RwPack& pack : packs) in_order.insert(in_order.end(), pack.begin(), pack.end());
  EXPECT_EQ(read_back(in_order), packs);
  EXPECT_EQ(read_back(interleaved(packs)), packs);
}

TEST(RwPacks, AreNotMadeOfNoise) {
  std::vector<std::uint8_t> noise(kRwSymbols * 500);
  std::uint32_t state = 1;
  for (std::uint8_t& symbol : noise) {
    state = state * 1664525 + 1013904223;
    symbol = state >> 26;
  }
  EXPECT_TRUE(read_back(noise).empty());
  EXPECT_TRUE(read_back(std::vector<std::uint8_t>(kRwSymbols * 10)).empty());
}

TEST(RwPacks, AreNotJoinedOverABreak) {
  const std::vector<std::uint8_t> symbols = interleaved(packs_of(4));
  RwPackReader reader;
  std::vector<RwPack> found;
  for (std::size_t at = 0; at < symbols.size(); at += kRwSymbols) {
    RwSymbols sector;
    std::copy_n(symbols.begin() + static_cast<std::ptrdiff_t>(at), kRwSymbols, sector.begin());
    reader.restart();
    reader.add(sector, found);
  }
  EXPECT_TRUE(found.empty());
}

TEST(RwSymbols, NeedAFormThatHasThem) {
  const ByteVector bytes(96, std::byte{0xFF});
  EXPECT_FALSE(rw_symbols(bytes, SubchannelForm::q16));
  EXPECT_FALSE(rw_symbols(bytes, SubchannelForm::none));
  EXPECT_FALSE(rw_symbols(Bytes(bytes).first(95), SubchannelForm::planar));
  EXPECT_EQ((*rw_symbols(bytes, SubchannelForm::interleaved))[5], 0x3F);
  EXPECT_EQ((*rw_symbols(bytes, SubchannelForm::packed_rw))[5], 0x3F);
}

// An audio disc of 2448-byte sectors whose subchannel has `symbols`, and P and Q of any bits.
ByteVector graphics_disc(const std::vector<std::uint8_t>& symbols) {
  ByteVector bytes;
  for (std::size_t at = 0; at + kRwSymbols <= symbols.size(); at += kRwSymbols) {
    append(bytes, audio(1));
    for (std::size_t i = 0; i < kRwSymbols; ++i)
      bytes.push_back(static_cast<std::byte>(symbols[at + i] | (at / 96 + i * 11) << 6));
  }
  return bytes;
}

TEST(HiddenData, CountsThePacksOfCdGraphics) {
  const TemporaryFolder folder;
  std::vector<RwPack> packs = packs_of(30);
  packs.push_back(pack_of(24, 3));
  folder.write("a.bin", graphics_disc(interleaved(packs)));
  const auto image = open_image(
      folder.write("a.cue", as_bytes("FILE a.bin BINARY\nTRACK 01 CDG\nINDEX 01 00:00:00\n")));
  ASSERT_TRUE(image) << describe(image.error());
  const Findings findings = hidden_data(*image, {});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "disc.subchannel-content");
  EXPECT_EQ(findings[0].where.lba, 0);
  EXPECT_THAT(findings[0].text, HasSubstr("31 packs have right parity: 1 of MIDI, 30 of TV "
                                          "graphics (CD+G)"));
}

TEST(HiddenData, SaysWhenSubchannelContentIsNoPack) {
  const TemporaryFolder folder;
  std::vector<std::uint8_t> symbols(kRwSymbols * 20);
  symbols[100] = 5;
  folder.write("a.bin", graphics_disc(symbols));
  const auto image = open_image(
      folder.write("a.cue", as_bytes("FILE a.bin BINARY\nTRACK 01 CDG\nINDEX 01 00:00:00\n")));
  ASSERT_TRUE(image) << describe(image.error());
  const Findings findings = hidden_data(*image, {});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].where.lba, 1);
  EXPECT_THAT(findings[0].text, HasSubstr("1 sectors have content"));
  EXPECT_THAT(findings[0].text, HasSubstr("None of it is a pack with right parity"));
}

// ---- P to W one after the other
// ------------------------------------------------------------------

TEST(PlanarSource, HasTheChannelsOfInterleavedSectors) {
  const ByteVector disc = graphics_disc(interleaved(packs_of(40)));
  const std::size_t count = disc.size() / 2448;
  Extent extent{.sectors = static_cast<std::uint32_t>(count),
                .file = memory_source(disc, "a.bin"),
                .mode = SectorMode::audio};
  extent.layout.stored = 2448;
  extent.layout.subchannel = 2352;
  extent.layout.form = SubchannelForm::interleaved;
  const Extent none{.first = extent.end(), .sectors = 2, .gap = true};
  const SourcePtr planar = planar_source({extent, none});
  ASSERT_TRUE(planar);
  const Content got = content(*planar);
  EXPECT_TRUE(got.bad.empty());
  ASSERT_EQ(got.bytes.size(), (count + 2) * 96);
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes before = Bytes(disc).subspan(i * 2448 + 2352, 96);
    const Bytes after = Bytes(got.bytes).subspan(i * 96, 96);
    EXPECT_EQ(rw_symbols(before, SubchannelForm::interleaved),
              rw_symbols(after, SubchannelForm::planar));
    EXPECT_EQ(q_channel(before, SubchannelForm::interleaved),
              q_channel(after, SubchannelForm::planar));
    EXPECT_EQ((before[9] & std::byte{0x80}) != std::byte{0},
              (after[1] & std::byte{0x40}) != std::byte{0});  // P
  }
  EXPECT_EQ(got.bytes.back(), std::byte{0});
  ByteVector part(250);
  EXPECT_EQ(planar->read(50, part).bytes, 250U);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), got.bytes.begin() + 50));
  EXPECT_FALSE(planar->locate(100).offset);
  EXPECT_EQ(planar->locate(100).length, 92U);
}

TEST(PlanarSource, CallsASectorBadOfWhichABitIsMissing) {
  const ByteVector disc = graphics_disc(interleaved(packs_of(8)));
  Extent extent{.sectors = static_cast<std::uint32_t>(disc.size() / 2448),
                .file = memory_source({disc.begin(), disc.end() - 1}, "a.bin"),
                .mode = SectorMode::audio};
  extent.layout.stored = 2448;
  extent.layout.subchannel = 2352;
  extent.layout.form = SubchannelForm::interleaved;
  const std::uint64_t last = std::uint64_t{extent.sectors - 1} * 96;
  const Content got = content(*planar_source({extent}));
  EXPECT_THAT(got.bad, testing::ElementsAre(ByteRange{last, 96}));
}

TEST(PlanarSource, IsNoneWithoutPToW) {
  EXPECT_FALSE(planar_source({}));
  Extent extent{.sectors = 1, .file = memory_source(audio(1), "a.bin")};
  EXPECT_FALSE(planar_source({extent}));
  extent.layout.subchannel = 2352;
  extent.layout.form = SubchannelForm::q16;
  EXPECT_FALSE(planar_source({extent}));
  extent.layout.form = SubchannelForm::packed_rw;
  EXPECT_FALSE(planar_source({extent}));
}

}  // namespace
}  // namespace discern
