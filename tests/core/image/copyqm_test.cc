// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "container_builder.h"
#include "corpus.h"
#include "discern/image.h"
#include "tool.h"

namespace discern {
namespace {

using std::string_literals::operator""s;
using tests::le;
using tests::TemporaryFolder;

const Finding* find(const Image& image, std::string_view code) {
  for (const Finding& finding : image.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

// libdsk's dsktrans writes the file; its CRC and its sum are its own.
TEST(CopyQm, HoldsTheBytesThatDsktransPacked) {
  SKIP_WITHOUT_TOOL("dsktrans");
  const TemporaryFolder folder;
  std::vector<std::byte> floppy(368640);
  for (std::size_t i = 512; i < 60000; ++i) floppy[i] = static_cast<std::byte>(i * i >> 7);
  const std::string raw = folder.write("floppy.img", floppy);
  const std::string packed = (folder.path() / "floppy.cqm").string();
  ASSERT_TRUE(tests::run("dsktrans -itype raw -otype copyqm -format ibm360 -comment 'a note' " +
                         raw + " " + packed));
  const auto image = open_image(packed);
  ASSERT_TRUE(image) << image.error().text;
  EXPECT_EQ(image->format, "copyqm");
  const auto media = read_exactly(*image->main_view().source, 0, floppy.size());
  ASSERT_TRUE(media);
  EXPECT_EQ(*media, floppy);
  EXPECT_EQ(image->main_view().source->size(), floppy.size());
  ASSERT_TRUE(image->geometry);
  EXPECT_EQ(image->geometry->cylinders, 40U);
  EXPECT_EQ(image->geometry->sectors_per_track, 9U);
  EXPECT_NE(find(*image, "copyqm.comment")->text.find("a note"), std::string::npos);
  for (const Finding& finding : image->findings)
    EXPECT_EQ(finding.severity, Severity::note) << finding.code;

  auto bytes = tests::file_bytes(packed);
  bytes[93] ^= std::byte{1};  // of the CRC, and the sum follows
  bytes[132] = static_cast<std::byte>(std::to_integer<int>(bytes[132]) +
                                      ((bytes[93] & std::byte{1}) == std::byte{1} ? -1 : 1));
  const auto wrong = open_image(folder.write("wrong.cqm", bytes));
  ASSERT_TRUE(wrong) << wrong.error().text;
  EXPECT_NE(find(*wrong, "copyqm.crc-mismatch"), nullptr);
}

// One head, two sectors of 128 bytes a track.
std::string header(int stored, int cylinders, const std::string& comment = "", int heads = 1,
                   int sector = 128) {
  std::string text = "CQ\x14"s + le(sector, 2) + std::string(11, '\0') + le(2, 2) + le(heads, 2) +
                     std::string(8, '\0') + "a floppy" + std::string(52, '\0') + "\0\0"s +
                     le(stored, 1) + le(cylinders, 1) + le(0, 4) + std::string(15, ' ') +
                     le(comment.size(), 2) + std::string(19, '\0');
  int sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  return text + static_cast<char>(-sum) + comment;
}
std::string filled(int count, char with) { return le(0x10000 - count, 2) + with; }

class CopyQmFile : public testing::Test {
 protected:
  Result<Image> open(const std::string& text, const std::string& format = "copyqm") {
    return open_image(folder_.write("x.cqm", as_bytes(text)), {.format = format});
  }
  TemporaryFolder folder_;
};

TEST_F(CopyQmFile, ExpandsRunsOfBothKinds) {
  const auto image = open(header(1, 1) + filled(100, 'a') + le(3, 2) + "bcd" + filled(153, 'e'));
  ASSERT_TRUE(image);
  const auto media = read_exactly(*image->main_view().source, 0, 256);
  ASSERT_TRUE(media);
  EXPECT_EQ(as_text(*media), std::string(100, 'a') + "bcd" + std::string(153, 'e'));
  EXPECT_NE(find(*image, "copyqm.crc-mismatch"), nullptr);  // it says 0
  EXPECT_EQ(find(*image, "copyqm.cut"), nullptr);
}

// Zeros with CRC 0: a CRC that starts at 0 and is not inverted.
TEST_F(CopyQmFile, LeavesCylindersThatWereNotRecordedUnreadable) {
  const auto image = open(header(2, 4) + filled(512, '\0'));
  ASSERT_TRUE(image);
  EXPECT_EQ(find(*image, "copyqm.crc-mismatch"), nullptr);
  ASSERT_NE(find(*image, "copyqm.cylinders-missing"), nullptr);
  std::vector<std::byte> bytes(1024);
  const ReadResult read = image->main_view().source->read(0, bytes);
  EXPECT_EQ(read.bad, (std::vector<ByteRange>{{512, 512}}));
}

TEST_F(CopyQmFile, DeliversWhatStandsBeforeACutAtEveryLength) {
  const std::string whole =
      header(1, 1, "note") + filled(200, 'a') + le(56, 2) + std::string(56, 'b');
  for (std::size_t length = 1; length < whole.size(); ++length) {
    const auto image = open(whole.substr(0, length));
    if (!image) {
      EXPECT_FALSE(image.error().text.empty());
      continue;
    }
    EXPECT_NE(find(*image, "copyqm.cut"), nullptr) << length;
    EXPECT_EQ(image->main_view().source->size(), 256U);
  }
}

TEST_F(CopyQmFile, StopsAtRunsBeyondTheCylindersThatTheHeaderNames) {
  const auto image = open(header(1, 1) + filled(200, 'a') + filled(57, 'b'));
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "copyqm.cut"), nullptr);
  EXPECT_EQ(open(header(1, 1) + filled(0x8000, 'a')).error().code, Errc::corrupt);
}

TEST_F(CopyQmFile, RefusesWhatIsNone) {
  EXPECT_EQ(open(header(2, 1) + filled(256, 'a')).error().code, Errc::corrupt);
  EXPECT_EQ(open(header(1, 1)).error().code, Errc::corrupt);
  for (const std::string& other :
       {header(1, 0), header(1, 91), header(1, 1, "", 0), header(1, 1, "", 3),
        header(1, 1, "", 1, 500), std::string(200, 'x'), "CQ\x14"s})
    EXPECT_EQ(open(other + filled(256, 'a')).error().code, Errc::not_this);
  std::string sum = header(1, 1) + filled(256, 'a');
  sum[40] = 'x';
  EXPECT_EQ(open(sum).error().code, Errc::not_this);
  EXPECT_EQ(open(sum, "")->format, "raw");
}

}  // namespace
}  // namespace discern
