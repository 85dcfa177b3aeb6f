// SPDX-License-Identifier: Apache-2.0
#include "optical/gdi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optical/descriptor_builder.h"

namespace discern {
namespace {

using namespace tests;
using testing::ElementsAre;

class GdiFolder : public testing::Test {
 protected:
  Result<Image> open(const std::string& text) {
    return open_as(kGdi, folder_.write("disc.gdi", as_bytes(text)));
  }
  TemporaryFolder folder_;
};

TEST_F(GdiFolder, PutsTheHighDensityAreaIntoASessionOfItsOwn) {
  folder_.write("track01.bin", sectors(0, 300));
  folder_.write("track 02.raw", audio(200));
  folder_.write("track03.bin", sectors(45000, 100));
  const auto image = open(
      "3\r\n1 0 4 2352 track01.bin 0\r\n 2 450 0 2352 \"track 02.raw\" 0\r\n"
      "3 45000 4 2352 TRACK03.BIN 0\r\n\r\n");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(image->findings.empty()) << image->findings[0].text;
  EXPECT_THAT(view_names(*image), ElementsAre("data", "raw", "session 1", "session 2", "track 1",
                                              "track 2", "track 3"));
  EXPECT_TRUE(content(*image, "track 2").bytes == audio(200));
  ByteVector user(2048);
  view_named(*image, "session 2")->source->read(std::uint64_t{45000} * 2048, user);
  EXPECT_EQ(user, user_data(45000));
}

TEST_F(GdiFolder, LeavesTheRangeOfAMissingFileMissing) {
  folder_.write("b.bin", sectors(450, 100));
  const auto image = open("2\n1 0 4 2352 ../a.bin 0\n2 450 4 2352 b.bin 0\n");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_TRUE(find(*image, "gdi.file-missing"));
  EXPECT_TRUE(find(*image, "gdi.path-outside"));
  EXPECT_THAT(content(*image, "data").bad, ElementsAre(ByteRange{0, 450 * 2048}));
  EXPECT_EQ(open("1\n1 0 4 2352 none.bin 0\n").error().code, Errc::missing);
}

struct Rejected {
  const char* text;
  Errc code;
  std::uint32_t line;
  std::uint32_t column;
};
void PrintTo(const Rejected& row, std::ostream* out) { *out << testing::PrintToString(row.text); }
class GdiGrammar : public testing::TestWithParam<Rejected> {};

TEST_P(GdiGrammar, RefusesWithLineAndColumn) {
  const Rejected& row = GetParam();
  const auto tracks = parse_gdi(row.text, "x.gdi");
  ASSERT_FALSE(tracks);
  EXPECT_EQ(tracks.error().code, row.code) << tracks.error().text;
  EXPECT_EQ(tracks.error().line, row.line) << tracks.error().text;
  EXPECT_EQ(tracks.error().column, row.column) << tracks.error().text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, GdiGrammar,
    testing::Values(Rejected{"", Errc::not_this, 0, 0}, Rejected{"x", Errc::not_this, 1, 1},
                    Rejected{"0\n", Errc::not_this, 1, 1}, Rejected{"100\n", Errc::not_this, 1, 1},
                    Rejected{"1\n1 0 4 2352 a", Errc::corrupt, 2, 12},
                    Rejected{"1\n0 0 4 2352 a 0", Errc::corrupt, 2, 1},
                    Rejected{"1\n1 x 4 2352 a 0", Errc::corrupt, 2, 3},
                    Rejected{"1\n1 0 16 2352 a 0", Errc::corrupt, 2, 5},
                    Rejected{"1\n1 0 4 2000 a 0", Errc::corrupt, 2, 7},
                    Rejected{"1\n1 0 4 2352 \"\" 0", Errc::corrupt, 2, 12},
                    Rejected{"1\n1 0 4 2352 \"a 0", Errc::corrupt, 2, 1},
                    Rejected{"1\n1 0 4 2352 a -1", Errc::corrupt, 2, 14},
                    Rejected{"2\n1 0 4 2352 a 0", Errc::corrupt, 2, 1},
                    Rejected{"1\n1 0 4 2352 a 0\n2 9 4 2352 b 0", Errc::corrupt, 3, 1},
                    Rejected{"2\n1 5 4 2352 a 0\n2 5 4 2352 b 0", Errc::corrupt, 3, 3}));

TEST_F(GdiFolder, IsClearWhereverItIsCut) {
  folder_.write("a.bin", sectors(0, 20));
  const std::string text = "2\n1 0 4 2352 a.bin 0\n2 450 0 2352 \"a.bin\" 0\n";
  const Bytes bytes = as_bytes(text);
  expect_every_cut_is_clear(folder_, "cut.gdi", {bytes.begin(), bytes.end()}, 0, kGdi);
}

}  // namespace
}  // namespace discern
