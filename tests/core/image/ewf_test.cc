// SPDX-License-Identifier: Apache-2.0
// The images are made by ewfacquire (libewf's own writer); the oracle for their content is the raw
// file that it acquired.
#include <gtest/gtest.h>
#include <libewf.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <string>

#include "corpus.h"
#include "discern/image.h"
#include "tool.h"

namespace discern {
namespace {

using tests::TemporaryFolder;

constexpr std::size_t kChunk = std::size_t{64} * 512;

// Chunks in turn of text (which compresses), noise (which is stored as it is) and zeros.
std::vector<std::byte> medium(std::size_t chunks) {
  std::mt19937 random(7);
  std::vector<std::byte> bytes(chunks * kChunk);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t kind = i / kChunk % 3;
    if (kind == 0) bytes[i] = static_cast<std::byte>('a' + i / 100 % 26);
    if (kind == 1) bytes[i] = static_cast<std::byte>(random() & 0xFF);
  }
  return bytes;
}

class Ewf : public testing::Test {
 protected:
  // Acquires `bytes` to a.E01 with `options`; false when that did not work.
  bool acquire(Bytes bytes, const std::string& options) {
    const std::string raw = folder_.write("a.img", bytes);
    return tests::run("ewfacquire -u -q -t " + path("a") + " -d sha1 -c fast " + options + " " +
                      raw);
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  TemporaryFolder folder_;
};

std::vector<std::byte> media_of(const Image& image) {
  const auto bytes = read_exactly(*image.main_view().source, 0, image.main_view().source->size());
  return bytes ? *bytes : std::vector<std::byte>();
}

const Finding* find(const Image& image, std::string_view code, std::string_view text = "") {
  for (const Finding& finding : image.findings)
    if (finding.code == code && finding.text.find(text) != std::string::npos) return &finding;
  return nullptr;
}

#define NEED_EWFACQUIRE() SKIP_WITHOUT_TOOL("ewfacquire")

TEST_F(Ewf, DeliversTheMediumInWholeAndInPieces) {
  NEED_EWFACQUIRE();
  const auto expected = medium(50);
  ASSERT_TRUE(acquire(Bytes(expected).first(expected.size() - 512 * 5), "-f encase6"));
  const auto image = open_image(path("a.E01"));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, "ewf");
  ASSERT_EQ(image->proofs.size(), 1U);
  const ByteSource& source = *image->main_view().source;
  ASSERT_EQ(source.size(), expected.size() - 512 * 5);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end() - 512 * 5, media_of(*image).begin()));
  std::mt19937 random(11);
  for (int i = 0; i < 300; ++i) {
    const std::size_t offset = random() % source.size();
    std::vector<std::byte> buffer(random() % 100000 + 1);
    const ReadResult read = source.read(offset, buffer);
    EXPECT_EQ(read.bytes, std::min<std::size_t>(buffer.size(), source.size() - offset));
    EXPECT_TRUE(read.complete());
    EXPECT_TRUE(std::equal(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(read.bytes),
                           expected.begin() + static_cast<std::ptrdiff_t>(offset)));
  }
}

TEST_F(Ewf, ReportsHeaderValuesAndStoredDigests) {
  NEED_EWFACQUIRE();
  ASSERT_TRUE(acquire(medium(3), "-f encase6 -C 2024-17 -E 3 -e 'Jane Doe' -N 'from the desk'"));
  const auto image = open_image(path("a.E01"));
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "ewf.header", "case number: 2024-17"), nullptr);
  EXPECT_NE(find(*image, "ewf.header", "evidence number: 3"), nullptr);
  EXPECT_NE(find(*image, "ewf.header", "examiner name: Jane Doe"), nullptr);
  EXPECT_NE(find(*image, "ewf.header", "notes: from the desk"), nullptr);
  ASSERT_EQ(image->stored_digests.size(), 2U);
  for (const StoredDigest& stored : image->stored_digests) {
    EXPECT_EQ(stored.object, "view:media");
    EXPECT_TRUE(
        tests::run(stored.algorithm + "sum " + path("a.img") + " | grep -q ^" + stored.value))
        << stored.algorithm << " " << stored.value;
  }
}

TEST_F(Ewf, OpensASetOfSegmentsByAnyOfThem) {
  NEED_EWFACQUIRE();
  const auto expected = medium(150);  // 50 of noise: 1.6 MB, two segments of 1 MiB
  ASSERT_TRUE(acquire(expected, "-f encase6 -S 1M"));
  ASSERT_TRUE(std::filesystem::exists(path("a.E02")));
  for (const char* name : {"a.E01", "a.E02"}) {
    const auto image = open_image(path(name));
    ASSERT_TRUE(image) << describe(image.error());
    ASSERT_EQ(image->files.size(), 2U);
    EXPECT_EQ(image->files[0].name(), "a.E01");
    EXPECT_EQ(image->files[1].role, "segment");
    EXPECT_TRUE(media_of(*image) == expected);
  }
}

TEST_F(Ewf, NamesAMissingSegment) {
  NEED_EWFACQUIRE();
  ASSERT_TRUE(acquire(medium(250), "-f encase6 -S 1M"));
  ASSERT_TRUE(std::filesystem::exists(path("a.E03")));

  std::filesystem::rename(path("a.E02"), path("kept"));
  const auto middle = open_image(path("a.E01"));
  ASSERT_FALSE(middle);
  EXPECT_EQ(middle.error().code, Errc::missing);
  EXPECT_NE(middle.error().text.find("a.E02"), std::string::npos) << middle.error().text;

  std::filesystem::rename(path("kept"), path("a.E02"));
  std::filesystem::remove(path("a.E03"));
  const auto last = open_image(path("a.E01"));
  ASSERT_FALSE(last);
  EXPECT_NE(last.error().text.find("a.E03"), std::string::npos) << last.error().text;

  std::filesystem::remove(path("a.E01"));
  const auto first = open_image(path("a.E02"));
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Errc::missing);
  EXPECT_NE(first.error().text.find("a.E01"), std::string::npos) << first.error().text;
}

// One bit in the data of a chunk: ewfverify names the 64 sectors of that chunk, so do we.
TEST_F(Ewf, MakesADamagedChunkUnreadableAndNoOther) {
  NEED_EWFACQUIRE();
  const auto expected = medium(30);
  ASSERT_TRUE(acquire(expected, "-f encase6"));
  auto file = tests::file_bytes(path("a.E01"));
  // Chunk 1 is noise and stored as it is; find it and flip a bit inside.
  const auto noise = std::search(file.begin(), file.end(), expected.begin() + kChunk,
                                 expected.begin() + kChunk + 64);
  ASSERT_NE(noise, file.end());
  *(noise + 1000) ^= std::byte{4};
  folder_.write("a.E01", file);

  const auto image = open_image(path("a.E01"));
  ASSERT_TRUE(image) << describe(image.error());
  std::vector<std::byte> bytes(expected.size());
  const ReadResult read = image->main_view().source->read(0, bytes);
  EXPECT_EQ(read.bad, (std::vector<ByteRange>{{kChunk, kChunk}}));
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + kChunk, expected.begin()));
  EXPECT_TRUE(std::equal(bytes.begin() + 2 * kChunk, bytes.end(), expected.begin() + 2 * kChunk));
  // Small reads say the same, each for its part.
  std::vector<std::byte> small(1024);
  EXPECT_EQ(image->main_view().source->read(2 * kChunk - 512, small).bad,
            (std::vector<ByteRange>{{2 * kChunk - 512, 512}}));
  EXPECT_EQ(image->main_view().source->read(kChunk - 512, small).bad,
            (std::vector<ByteRange>{{kChunk, 512}}));
}

TEST_F(Ewf, NoticesADamagedCompressedChunk) {
  NEED_EWFACQUIRE();
  const auto expected = medium(30);
  ASSERT_TRUE(acquire(expected, "-f encase6"));
  auto file = tests::file_bytes(path("a.E01"));
  // The zlib stream of chunk 3 (text) follows those of chunks 0 to 2; chunk 1 is noise, chunk 2
  // zeros, so that chunk 3 starts within the first bytes behind the noise.
  const auto noise = std::search(file.begin(), file.end(), expected.begin() + kChunk,
                                 expected.begin() + kChunk + 64);
  ASSERT_NE(noise, file.end());
  const auto behind = noise + static_cast<std::ptrdiff_t>(kChunk + 4);
  for (int i = 60; i < 90; ++i) *(behind + i) ^= std::byte{0xFF};
  folder_.write("a.E01", file);

  const auto image = open_image(path("a.E01"));
  ASSERT_TRUE(image) << describe(image.error());
  std::vector<std::byte> bytes(expected.size());
  const ReadResult read = image->main_view().source->read(0, bytes);
  EXPECT_FALSE(read.complete());
  for (const ByteRange& bad : read.bad) {
    EXPECT_EQ(bad.offset % kChunk, 0U);
    EXPECT_GE(bad.offset, 2 * kChunk);
    EXPECT_LE(bad.end(), 4 * kChunk);
  }
}

TEST_F(Ewf, CutAtAnyLengthIsAnErrorOrUnreadableNeverWrong) {
  NEED_EWFACQUIRE();
  const auto expected = medium(9);
  ASSERT_TRUE(acquire(expected, "-f encase6"));
  const auto whole = tests::file_bytes(path("a.E01"));
  std::filesystem::remove(path("a.E01"));
  for (std::size_t length = 8; length < whole.size(); length += length < 4096 ? 61 : 2999) {
    const auto image = open_image(folder_.write("cut.E01", Bytes(whole).first(length)));
    if (!image) {
      EXPECT_FALSE(image.error().text.empty());
      EXPECT_EQ(image.error().code, Errc::corrupt) << length << ": " << image.error().text;
      continue;
    }
    std::vector<std::byte> bytes(expected.size());
    const ReadResult read = image->main_view().source->read(0, bytes);
    for (std::size_t i = 0; i < read.bytes; ++i) {
      const bool bad = std::any_of(read.bad.begin(), read.bad.end(), [&](const ByteRange& range) {
        return i >= range.offset && i < range.end();
      });
      ASSERT_TRUE(bad || bytes[i] == expected[i]) << "length " << length << ", byte " << i;
    }
  }
}

TEST_F(Ewf, SurvivesDamageAnywhere) {
  NEED_EWFACQUIRE();
  ASSERT_TRUE(acquire(medium(6), "-f encase6"));
  const auto whole = tests::file_bytes(path("a.E01"));
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    auto damaged = whole;
    for (int i = 0; i < 4; ++i) {
      // Structures stand at both ends; the middle is chunks.
      const std::size_t end = round % 2 == 0 ? 4096 : damaged.size();
      const std::size_t at = round % 2 == 0 ? random() % end : end - 1 - random() % 4096;
      damaged[at] = static_cast<std::byte>(random() & 0xFF);
    }
    const auto image = open_image(folder_.write("damaged.E01", damaged));
    if (!image) continue;
    std::vector<std::byte> bytes(1 << 20);
    image->main_view().source->read(0, bytes);
  }
}

// An image with a read error in it cannot be made without a failing device, but libewf's writer
// takes one.
TEST_F(Ewf, ReportsSectorsThatCouldNotBeAcquired) {
  libewf_handle_t* handle = nullptr;
  ASSERT_EQ(libewf_handle_initialize(&handle, nullptr), 1);
  std::string name = path("b");
  char* names[] = {name.data()};
  ASSERT_EQ(libewf_handle_open(handle, names, 1, LIBEWF_OPEN_WRITE, nullptr), 1);
  libewf_handle_set_format(handle, LIBEWF_FORMAT_ENCASE6, nullptr);
  libewf_handle_set_media_size(handle, kChunk, nullptr);
  std::vector<std::byte> bytes(kChunk);
  ASSERT_GT(libewf_handle_write_buffer(handle, bytes.data(), bytes.size(), nullptr), 0);
  ASSERT_EQ(libewf_handle_append_acquiry_error(handle, 10, 3, nullptr), 1);
  ASSERT_GE(libewf_handle_write_finalize(handle, nullptr), 0);
  libewf_handle_close(handle, nullptr);
  libewf_handle_free(&handle, nullptr);

  const auto image = open_image(path("b.E01"));
  ASSERT_TRUE(image) << describe(image.error());
  const Finding* error = find(*image, "ewf.acquisition-error");
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->severity, Severity::damage);
  EXPECT_EQ(error->where.lba, 10);
  EXPECT_EQ(error->text.substr(0, 18), "3 sectors from 10 ");
}

TEST_F(Ewf, PrintsNothing) {
  NEED_EWFACQUIRE();
  ASSERT_TRUE(acquire(medium(3), "-f encase6"));
  auto file = tests::file_bytes(path("a.E01"));
  file.resize(file.size() / 2);
  folder_.write("a.E01", file);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  (void)open_image(path("a.E01"));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Ewf, ReadsWhatEwfFormatsOfOtherProgramsHold) {
  NEED_EWFACQUIRE();
  const auto expected = medium(9);
  const std::pair<const char*, const char*> kWritten[] = {
      {"encase2", "a.E01"}, {"encase5", "a.E01"}, {"ftk", "a.E01"},
      {"linen6", "a.E01"},  {"ewfx", "a.e01"},    {"smart", "a.s01"}};
  for (const auto& [format, name] : kWritten) {
    ASSERT_TRUE(acquire(expected, std::string("-f ") + format)) << format;
    const auto image = open_image(path(name));
    ASSERT_TRUE(image) << format << ": " << describe(image.error());
    EXPECT_TRUE(media_of(*image) == expected) << format;
    EXPECT_EQ(find(*image, "image.extension-disagrees"), nullptr);
    std::filesystem::remove(path(name));
  }
}

TEST_F(Ewf, NamesLogicalEvidenceAsUnsupported) {
  using std::string_literals::operator""s;
  const auto image = open_image(folder_.write("a.L01", as_bytes("LVF\t\r\n\xFF\x00\x01"s)));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::unsupported);
}

}  // namespace
}  // namespace discern
