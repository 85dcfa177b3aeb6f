// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <bit>
#include <string>

#include "corpus.h"
#include "discern/image.h"
#include "image/imagedisk.h"
#include "image/lzhuf.h"
#include "image/teledisk.h"

namespace discern {
namespace {

using std::string_literals::operator""s;
using tests::corpus;
using tests::TemporaryFolder;

std::vector<std::byte> bytes_of(std::string_view text) {
  const Bytes bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

const Finding* find(const Image& image, std::string_view code) {
  for (const Finding& finding : image.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

struct Twin {
  const char* file;
  const char* raw;
  const char* format;
};
void PrintTo(const Twin& twin, std::ostream* out) { *out << twin.file; }
class Twins : public testing::TestWithParam<Twin> {};

// The raw twins were made by the programs that the corpus manifest names.
TEST_P(Twins, HoldTheBytesOfTheRawImage) {
  const auto path = corpus(GetParam().file);
  const auto raw = corpus(GetParam().raw);
  SKIP_WITHOUT(path);
  SKIP_WITHOUT(raw);
  const auto image = open_image(path.string());
  ASSERT_TRUE(image) << image.error().text;
  EXPECT_EQ(image->format, GetParam().format);
  const auto expected = tests::file_bytes(raw);
  const auto media = read_exactly(*image->main_view().source, 0, expected.size());
  ASSERT_TRUE(media);
  EXPECT_EQ(*media, expected);
  EXPECT_EQ(image->main_view().source->size(), expected.size());
  ASSERT_TRUE(image->geometry);
  EXPECT_EQ(image->geometry->cylinders, 40U);
  EXPECT_EQ(image->geometry->sectors_per_track, 9U);
  for (const Finding& finding : image->findings)
    EXPECT_EQ(finding.severity, Severity::note) << finding.text;
  EXPECT_FALSE(image->proofs.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Corpus, Twins,
    testing::Values(Twin{"floppy/DRDOS1.IMD", "floppy/DRDOS1_IMD.img", "imd"},
                    Twin{"floppy/sector_test_360k.imd", "floppy/sector_test_360k.img", "imd"},
                    Twin{"floppy/sector_test_360k.td0", "floppy/sector_test_360k.img", "td0"}));

class CutImages : public testing::TestWithParam<const char*> {};

// What is delivered of a cut file is what the whole one says, and the rest is unreadable or not
// there.
TEST_P(CutImages, AreDeliveredUpToTheCutOrRefused) {
  const auto path = corpus(GetParam());
  SKIP_WITHOUT(path);
  const auto whole = tests::file_bytes(path);
  const bool teledisk = path.extension() == ".td0";
  const auto open = [&](std::size_t length) {
    const SourcePtr file = memory_source({whole.begin(), whole.begin() + length}, "cut");
    return teledisk ? open_teledisk(file, "cut") : open_imagedisk(file, "cut");
  };
  const auto expected = open(whole.size());
  ASSERT_TRUE(expected);
  for (std::size_t length = 0; length < whole.size();
       length += length < 600 ? 1 : whole.size() / 97) {
    const auto image = open(length);
    if (!image) {
      EXPECT_FALSE(image.error().text.empty());
      continue;
    }
    const ByteSource& media = *image->main_view().source;
    ASSERT_LE(media.size(), expected->main_view().source->size());
    std::vector<std::byte> got(media.size());
    std::vector<std::byte> wanted(media.size());
    const ReadResult read = media.read(0, got);
    (void)expected->main_view().source->read(0, wanted);
    std::size_t at = 0;
    for (const ByteRange& bad : read.bad) {
      ASSERT_TRUE(std::equal(got.begin() + at, got.begin() + bad.offset, wanted.begin() + at));
      at = bad.end();
    }
    ASSERT_TRUE(std::equal(got.begin() + at, got.end(), wanted.begin() + at));
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, CutImages,
                         testing::Values("floppy/sector_test_360k.imd",
                                         "floppy/sector_test_360k.td0", "floppy/DRDOS1.IMD"));

// ---- ImageDisk, written by hand from chapter 6 of IMD.TXT ------------------------------------

std::string track(int cylinder, int head, int size_code, const std::string& ids,
                  const std::vector<std::string>& records) {
  std::string text{'\5', static_cast<char>(cylinder), static_cast<char>(head),
                   static_cast<char>(ids.size()), static_cast<char>(size_code)};
  text += ids;
  for (const std::string& record : records) text += record;
  return text;
}
std::string record(int kind, char fill) {
  return std::string(1, static_cast<char>(kind)) + std::string(kind % 2 ? 128 : 1, fill);
}
Result<Image> imagedisk(const std::string& tracks) {
  return open_imagedisk(memory_source(bytes_of("IMD 1.18: 01/01/2020\r\na note\x1A" + tracks), "x"),
                        "x");
}
std::string media(const Image& image) {
  const ByteSource& source = *image.main_view().source;
  std::vector<std::byte> bytes(source.size());
  std::string text;
  const ReadResult read = source.read(0, bytes);
  for (const ByteRange& bad : read.bad)
    std::fill_n(bytes.begin() + bad.offset, bad.length, std::byte{'?'});
  for (std::size_t at = 0; at < bytes.size(); at += 128)
    text += static_cast<char>(std::to_integer<int>(bytes[at]));
  return text;
}

TEST(ImageDisk, PutsSectorsInOrderOfTheirIds) {
  const auto image =
      imagedisk(track(0, 0, 0, "\3\1\2", {record(1, 'c'), record(2, 'a'), record(1, 'b')}) +
                track(1, 0, 0, "\1\2\3", {record(2, 'd'), record(2, 'e'), record(2, 'f')}));
  ASSERT_TRUE(image);
  EXPECT_EQ(media(*image), "abcdef");
  EXPECT_NE(find(*image, "imd.comment")->text.find("a note"), std::string::npos);
}

TEST(ImageDisk, LeadsBackToTheFileWhereSectorsStandPlain) {
  const TemporaryFolder folder;
  const std::string path = folder.write(
      "a.imd",
      as_bytes("IMD 1.18: \x1A" + track(0, 0, 0, "\2\1", {record(1, 'b'), record(2, 'a')})));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  // Behind the 11 bytes of the header, the track's 5 + 2, and the kind.
  EXPECT_EQ(image->main_view().source->locate(128).offset, 11U + 7 + 1);
  EXPECT_EQ(image->main_view().source->locate(128).file, path);
  EXPECT_FALSE(image->main_view().source->locate(0).offset);
}

TEST(ImageDisk, LeavesHolesForSectorsWithoutData) {
  const auto image =
      imagedisk(track(0, 0, 0, "\1\2\3", {record(2, 'a'), "\0"s, record(2, 'c')}) +
                track(1, 0, 0, "\1\3", {record(2, 'd'), record(2, 'f')}) +
                track(3, 0, 0, "\1\2\3", {record(2, 'g'), record(2, 'h'), record(2, 'i')}));
  ASSERT_TRUE(image);
  EXPECT_EQ(media(*image), "a?cd?f???ghi");
  const Finding* missing = find(*image, "floppy.sectors-missing");
  ASSERT_NE(missing, nullptr);
  EXPECT_EQ(missing->severity, Severity::damage);
  EXPECT_NE(
      missing->text.find("cylinder 0 head 0 sector 2, cylinder 1 head 0 sector 2, cylinder 2"),
      std::string::npos)
      << missing->text;
}

TEST(ImageDisk, ReportsErrorsAndDeletedSectors) {
  const auto image = imagedisk(track(0, 0, 0, "\1\2\3\4\5\6",
                                     {record(3, 'a'), record(4, 'b'), record(5, 'c'),
                                      record(6, 'd'), record(7, 'e'), record(8, 'f')}));
  ASSERT_TRUE(image);
  EXPECT_EQ(media(*image), "abcdef");
  EXPECT_EQ(find(*image, "floppy.deleted-sectors")->text.substr(0, 2), "4 ");
  EXPECT_EQ(find(*image, "floppy.data-errors")->text.substr(0, 2), "4 ");
}

TEST(ImageDisk, KeepsATrackOfAnotherShapeAsItIs) {
  const auto image =
      imagedisk(track(0, 0, 0, "\1\2\3", {record(2, 'a'), record(2, 'b'), record(2, 'c')}) +
                track(1, 0, 1, "\1\2", {"\2d", "\2e"}) + track(2, 0, 1, "\1\2", {"\2f", "\2g"}));
  ASSERT_TRUE(image);
  EXPECT_EQ(media(*image), "abcddeeffgg");
  EXPECT_FALSE(image->geometry);
  EXPECT_NE(find(*image, "floppy.mixed-tracks"), nullptr);
}

TEST(ImageDisk, TakesTheGoodOneOfTwoSectorsWithOneId) {
  const auto image =
      imagedisk(track(0, 0, 0, "\1\1\2", {record(6, 'x'), record(2, 'a'), record(2, 'b')}));
  ASSERT_TRUE(image);
  EXPECT_EQ(media(*image), "ab");
  EXPECT_NE(find(*image, "floppy.sector-left-out"), nullptr);
}

TEST(ImageDisk, ReadsIdMapsAndSizeTables) {
  const auto image =
      imagedisk("\5\0\xC0\2\0\1\2"s + "\0\7"s + "\0\0"s + record(2, 'a') + record(2, 'b') +
                "\5\1\0\2\xFF\1\2"s + "\x80\0\x80\0"s + record(2, 'c') + record(2, 'd'));
  ASSERT_TRUE(image);
  EXPECT_EQ(media(*image), "abcd");
  EXPECT_NE(find(*image, "floppy.foreign-ids"), nullptr);
}

TEST(ImageDisk, RefusesWhatHasNoTrack) {
  EXPECT_EQ(imagedisk("").error().code, Errc::corrupt);
  EXPECT_EQ(imagedisk("\6\0\0\1\0\1"s).error().code, Errc::corrupt);          // no such mode
  EXPECT_EQ(imagedisk("\5\0\2\1\0\1"s).error().code, Errc::corrupt);          // no such head
  EXPECT_EQ(imagedisk("\5\0\0\1\7\1"s).error().code, Errc::corrupt);          // no such size
  EXPECT_EQ(imagedisk("\5\0\0\0\0"s).error().code, Errc::corrupt);            // no sector
  EXPECT_EQ(imagedisk("\5\0\0\1\xFF\1\0\0\0"s).error().code, Errc::corrupt);  // of no bytes
  const auto no_end = open_imagedisk(memory_source(bytes_of("IMD 1.18: no end"), "x"), "x");
  EXPECT_EQ(no_end.error().code, Errc::corrupt);
  const auto other = open_imagedisk(memory_source(bytes_of("a text\x1A"), "x"), "x");
  EXPECT_EQ(other.error().code, Errc::not_this);
}

TEST(ImageDisk, BoundsWhatItExpandsTo) {
  std::string tracks;
  for (int cylinder = 0; cylinder < 40; ++cylinder) {
    std::string ids;
    std::vector<std::string> records;
    for (int id = 1; id < 256; ++id) {
      ids += static_cast<char>(id);
      records.push_back("\2x");
    }
    tracks += track(cylinder, 0, 6, ids, records);
  }
  EXPECT_EQ(imagedisk(tracks).error().code, Errc::limit);
  // Two sectors far apart would leave a hole of gigabytes between them.
  std::string ids(255, '\0');
  for (int i = 0; i < 255; ++i) ids[static_cast<std::size_t>(i)] = static_cast<char>(i);
  EXPECT_EQ(imagedisk(track(255, 1, 6, ids, std::vector<std::string>(255, "\0"s))).error().code,
            Errc::limit);
}

// ---- Teledisk
// ------------------------------------------------------------------------------------

std::string with_crc(std::string bytes, bool low_byte_only = true) {
  unsigned crc = 0;
  for (const char c : bytes) {
    crc ^= (static_cast<unsigned>(c) & 0xFF) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000 ? crc << 1 ^ 0xA097 : crc << 1) & 0xFFFF;
  }
  bytes += static_cast<char>(crc);
  if (!low_byte_only) bytes += static_cast<char>(crc >> 8);
  return bytes;
}
std::string teledisk_header(int version = 21, int volume = 0, const char* signature = "TD") {
  return with_crc(std::string(signature) + static_cast<char>(volume) + "\0"s +
                      static_cast<char>(version) + "\0\1\0\0\1"s,
                  false);
}
// A sector of 128 bytes whose data is `data` once expanded.
std::string teledisk_sector(int id, int flags, const std::string& data, const std::string& block) {
  const std::string crc = with_crc(data).substr(data.size());
  std::string text = "\0\0"s + static_cast<char>(id) + "\0"s + static_cast<char>(flags) + crc;
  if (flags & 0x30) return text;
  return text + static_cast<char>(block.size()) + static_cast<char>(block.size() >> 8) + block;
}
Result<Image> teledisk(const std::string& bytes) {
  return open_teledisk(memory_source(bytes_of(bytes), "x"), "x");
}

TEST(Teledisk, ExpandsItsThreeEncodings) {
  const std::string a(128, 'a');
  std::string b;
  for (int i = 0; i < 64; ++i) b += "bc";
  const std::string c = "dd" + std::string(126, 'e');
  const auto image =
      teledisk(teledisk_header() + with_crc("\3\0\0"s) + teledisk_sector(1, 0, a, "\0"s + a) +
               teledisk_sector(2, 4, b, "\1\x40\0bc"s) +
               teledisk_sector(3, 2, c, "\2\0\2dd\1\x3F"s + "ee") + "\xFF"s);
  ASSERT_TRUE(image) << image.error().text;
  const auto bytes = read_exactly(*image->main_view().source, 0, 384);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(as_text(*bytes), a + b + c);
  EXPECT_EQ(find(*image, "td0.sector-crc"), nullptr);
  EXPECT_EQ(find(*image, "td0.cut"), nullptr);
  EXPECT_NE(find(*image, "floppy.deleted-sectors"), nullptr);
  EXPECT_NE(find(*image, "floppy.data-errors"), nullptr);
}

TEST(Teledisk, LeavesHolesForSectorsThatWereNotRecorded) {
  const std::string a(128, 'a');
  const auto image =
      teledisk(teledisk_header() + with_crc("\3\0\0"s) + teledisk_sector(1, 0, a, "\0"s + a) +
               teledisk_sector(2, 0x10, a, "") + teledisk_sector(3, 0, a, "\1\1\0ab"s) + "\xFF"s);
  ASSERT_TRUE(image) << image.error().text;
  EXPECT_EQ(media(*image), "a??");
  EXPECT_NE(find(*image, "td0.sector-data"), nullptr);  // two bytes are no sector
  EXPECT_EQ(find(*image, "floppy.sectors-missing")->text.substr(0, 2), "2 ");
}

TEST(Teledisk, NoticesWrongCrcs) {
  const std::string a(128, 'a');
  auto bytes =
      teledisk_header() + with_crc("\1\0\0"s) + teledisk_sector(1, 0, a, "\0"s + a) + "\xFF"s;
  bytes[bytes.size() - 10] = 'x';
  EXPECT_NE(find(*teledisk(bytes), "td0.sector-crc"), nullptr);
  bytes[12] = '\2';  // the track's header
  EXPECT_EQ(teledisk(bytes).error().code, Errc::corrupt);
  bytes[3] = '\1';  // the file's header
  EXPECT_EQ(teledisk(bytes).error().code, Errc::not_this);
}

TEST(Teledisk, NamesWhatItDoesNotRead) {
  EXPECT_EQ(teledisk(teledisk_header(15, 0, "td")).error().code, Errc::unsupported);
  EXPECT_EQ(teledisk(teledisk_header(21, 1)).error().code, Errc::unsupported);
  EXPECT_EQ(teledisk("TD").error().code, Errc::not_this);
}

// Any bits expand to something, within the bound.
TEST(Lzhuf, ExpandsAnyBitsUpToItsBound) {
  std::vector<std::byte> bits(100000);
  unsigned state = 1;
  for (std::byte& byte : bits) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::byte>(state >> 24);
  }
  EXPECT_EQ(expand_lzhuf(bits, 1000).size(), 1000U);
  EXPECT_GT(expand_lzhuf(bits, 1U << 24).size(), 100000U);
  EXPECT_TRUE(expand_lzhuf({}, 1000).empty());
}

// ---- headers in front
// ----------------------------------------------------------------------------

std::string big32(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

class Headers : public testing::Test {
 protected:
  Result<Image> open(const std::string& bytes) {
    return open_image(folder_.write("a.img", as_bytes(bytes)));
  }
  // A floppy image of which each sector is different.
  static std::string sectors(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i / 512 * 7 + i % 3);
    return text;
  }
  static std::string media_of(const Image& image) {
    const ByteSource& source = *image.main_view().source;
    const auto bytes = read_exactly(source, 0, source.size());
    return bytes ? std::string(as_text(*bytes)) : "unreadable";
  }
  TemporaryFolder folder_;
};

std::string disk_copy(const std::string& data) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < data.size(); i += 2)
    sum = std::rotr(sum + ((data[i] & 0xFFU) << 8 | (data[i + 1] & 0xFFU)), 1);
  std::string header = "\4Disk" + std::string(59, '\0') + big32(data.size()) + big32(0) +
                       big32(sum) + big32(0) + "\3\x22\1\0"s;
  return header + data;
}

TEST_F(Headers, DiskCopyIsReadAndItsChecksumTested) {
  const std::string data = sectors(819200);
  auto image = open(disk_copy(data));
  ASSERT_TRUE(image) << image.error().text;
  EXPECT_EQ(image->format, "dc42");
  EXPECT_EQ(media_of(*image), data);
  EXPECT_NE(image->main_view().derivation.find("checksum matches"), std::string::npos);
  auto damaged = disk_copy(data);
  damaged[5000] = static_cast<char>(damaged[5000] + 1);
  image = open(damaged);
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "dc42.checksum"), nullptr);
  image = open(disk_copy(data).substr(0, 400000));
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "dc42.cut"), nullptr);
  EXPECT_EQ(image->main_view().source->size(), 819200U);
  EXPECT_EQ(open(data)->format, "raw");
}

TEST_F(Headers, SaveDskFIsReadUncompressed) {
  const std::string data = sectors(1000 * 512);
  std::string header = "\xAA\x59\xF0\0\0\2"s + std::string(18, '\0') + "\x50\0\2\0\x12\0"s +
                       std::string(4, '\0') + "\xE8\3\x28\0\x29\0\0"s;
  auto image = open(header + data);
  ASSERT_TRUE(image) << image.error().text;
  EXPECT_EQ(image->format, "savedskf");
  EXPECT_EQ(media_of(*image), data);
  EXPECT_EQ(image->geometry->cylinders, 80U);
  EXPECT_NE(find(*open(header + data.substr(1)), "savedskf.cut"), nullptr);
  EXPECT_EQ(open(header.substr(0, 41)).error().code, Errc::corrupt);
  auto old = header;
  old[1] = '\x58';  // the sectors begin at 512
  image = open(old + std::string(512 - 41, '\0') + data);
  ASSERT_TRUE(image);
  EXPECT_EQ(media_of(*image), data);
  old[1] = '\x5A';
  image = open(old + data);
  ASSERT_FALSE(image);
  EXPECT_NE(image.error().text.find("compressed IBM SaveDskF"), std::string::npos);
  old[1] = '\x59';
  old[26] = '\3';  // heads
  EXPECT_EQ(open(old + data)->format, "raw");
}

TEST_F(Headers, Anex86IsRead) {
  const std::string data = sectors(1261568);
  std::string header =
      std::string(8, '\0') + "\0\x10\0\0\0\x40\x13\0\0\4\0\0\x08\0\0\0\2\0\0\0\x4D\0\0\0"s;
  header.resize(4096);
  auto image = open(header + data);
  ASSERT_TRUE(image) << image.error().text;
  EXPECT_EQ(image->format, "anex86");
  EXPECT_EQ(media_of(*image), data);
  EXPECT_EQ(image->geometry->bytes_per_sector, 1024U);
  EXPECT_NE(find(*open(header + data.substr(1)), "anex86.cut"), nullptr);
  EXPECT_NE(find(*open(header + data + "x"), "anex86.trailing"), nullptr);
  EXPECT_EQ(open(header).error().code, Errc::corrupt);
  header[24] = '\3';
  EXPECT_EQ(open(header + data)->format, "raw");
}

TEST_F(Headers, DiskDupeIsReadByItsTrackMap) {
  const std::string data = sectors(1474560);
  std::string header = "IM" + std::string(8, '\0') + "\4"s;
  header.resize(9216);
  for (std::size_t i = 0; i < 160; ++i) {
    header[100 + 6 * i] = '\1';
    header[101 + 6 * i] = static_cast<char>(i + 1);  // the header takes the first track's place
    header[105 + 6 * i] = '\1';
  }
  auto image = open(header + data);
  ASSERT_TRUE(image) << image.error().text;
  EXPECT_EQ(image->format, "diskdupe");
  EXPECT_EQ(media_of(*image), data);
  EXPECT_NE(find(*open(header + data.substr(1)), "diskdupe.cut"), nullptr);
  header[100 + 6 * 159] = '\0';
  image = open(header + data.substr(0, 159 * 9216));
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "diskdupe.tracks-missing"), nullptr);
  EXPECT_EQ(image->main_view().source->size(), 1474560U);
  EXPECT_EQ(media_of(*image), "unreadable");
  EXPECT_EQ(open(header).error().code, Errc::corrupt);
  header[10] = '\5';
  EXPECT_EQ(open(header + data)->format, "raw");

  std::string old = "MSD Image Version 1 ";
  old.resize(1280);
  image = open(old + data);
  ASSERT_TRUE(image);
  EXPECT_EQ(media_of(*image), data);
  EXPECT_EQ(open(old).error().code, Errc::corrupt);
}

}  // namespace
}  // namespace discern
