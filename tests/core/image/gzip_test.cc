// SPDX-License-Identifier: Apache-2.0
// Layouts and section numbers: RFC 1952.
#include "image/gzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/image/container_builder.h"
#include "corpus.h"

namespace discern {
namespace {

using tests::build_gzip;
using tests::le;
using tests::read_all;
using tests::sample_payload;
using tests::source_of;

constexpr PayloadLimits kLimits = {.memory = 64ULL << 20U};

Result<GzipFile> read(std::string_view bytes, const PayloadLimits& limits = kLimits) {
  return read_gzip(source_of(bytes), "test.gz", limits);
}

std::string payload_of(const GzipFile& file) { return read_all(*file.payload); }

std::vector<std::string> codes(const GzipFile& file) {
  std::vector<std::string> codes;
  for (const Finding& finding : file.findings) codes.push_back(finding.code);
  return codes;
}

// FEXTRA, FNAME, FCOMMENT, FHCRC in the order of section 2.3; flags 2 + 4 + 8 + 16.
std::string all_fields(bool good_crc = true) {
  std::string fields = le(6, 2) + "AB" + le(2, 2) + "xy" + "disk.img" + '\0' + "a floppy" + '\0';
  const std::string header =
      std::string("\x1f\x8b\x08\x1e", 4) + le(0x5F000000, 4) + std::string("\x00\x03", 2) + fields;
  return fields + le((tests::crc32(header) & 0xFFFFU) ^ (good_crc ? 0U : 1U), 2);
}

TEST(Gzip, ReadsEveryHeaderField) {
  const std::string payload = sample_payload(5000);
  const auto file = read(build_gzip(payload, 0x1E, all_fields()));
  ASSERT_TRUE(file);
  EXPECT_EQ(payload_of(*file), payload);
  EXPECT_EQ(file->header.name, "disk.img");
  EXPECT_EQ(file->header.comment, "a floppy");
  EXPECT_EQ(file->header.mtime, 0x5F000000U);
  EXPECT_EQ(file->header.length, 10U + 8 + 9 + 9 + 2);
  EXPECT_EQ(file->crc32, tests::crc32(payload));
  EXPECT_THAT(codes(*file), testing::IsEmpty());
}

TEST(Gzip, ReadsTheNameThatGzipRecords) {
  const tests::TemporaryFolder folder;
  (void)folder.write("disk.img", as_bytes(sample_payload(5000)));
  if (!tests::runs("cd " + folder.path().string() +
                   " && touch -d @1700000000 disk.img && gzip "
                   "disk.img"))
    GTEST_SKIP() << "cannot run gzip";
  const auto bytes = tests::file_bytes(folder.path() / "disk.img.gz");
  const auto file = read(as_text(bytes));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->header.name, "disk.img");
  EXPECT_EQ(file->header.mtime, 1700000000U);
  EXPECT_EQ(payload_of(*file), sample_payload(5000));
}

TEST(Gzip, ReportsAHeaderCrcThatDoesNotMatch) {
  const auto file = read(build_gzip("payload", 0x1E, all_fields(false)));
  ASSERT_TRUE(file);
  EXPECT_THAT(codes(*file), testing::ElementsAre("imz.header-crc"));
}

TEST(Gzip, ReportsReservedFlags) {  // 2.3.1.2: must be zero
  const auto file = read(build_gzip("payload", 0x20));
  ASSERT_TRUE(file);
  EXPECT_THAT(codes(*file), testing::ElementsAre("imz.reserved-flags"));
  EXPECT_EQ(file->findings[0].where.offset, 3U);
}

TEST(Gzip, JoinsMembers) {  // section 2.2
  const std::string first = sample_payload(40000);
  const std::string second = sample_payload(70000);
  const auto file = read(build_gzip(first) + build_gzip("") + build_gzip(second));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->members, 3U);
  EXPECT_TRUE(payload_of(*file) == first + second);
  EXPECT_EQ(file->crc32, std::nullopt);  // none is of the whole
  EXPECT_THAT(codes(*file), testing::IsEmpty());
}

TEST(Gzip, KeepsWhatItHasWhileThePayloadGrows) {
  const std::string payload = sample_payload(20U << 20U);  // moves several times
  const auto file = read(build_gzip(payload) + build_gzip(payload));
  ASSERT_TRUE(file);
  EXPECT_TRUE(payload_of(*file) == payload + payload);
}

TEST(Gzip, ReportsTrailingGarbage) {
  const std::string gzip = build_gzip("payload");
  for (const std::string& garbage :
       {std::string(512, '\0'), std::string("x"), std::string("\x1f\x8b\x07xxxxxxxxxxxxxxxxx")}) {
    const auto file = read(gzip + garbage);
    ASSERT_TRUE(file);
    EXPECT_EQ(payload_of(*file), "payload");
    ASSERT_THAT(codes(*file), testing::ElementsAre("imz.trailing-bytes"));
    EXPECT_EQ(file->findings[0].where.offset, gzip.size());
    EXPECT_EQ(file->crc32, tests::crc32("payload"));
  }
}

TEST(Gzip, ReportsAFurtherMemberThatIsCut) {
  const std::string first = build_gzip("payload");
  const std::string second = build_gzip(sample_payload(3000), 8, std::string("name\0", 5));
  for (std::size_t length = 3; length < second.size(); ++length) {
    const auto file = read(first + second.substr(0, length));
    ASSERT_TRUE(file);
    EXPECT_THAT(codes(*file), testing::ElementsAre("imz.truncated"));
    EXPECT_EQ(payload_of(*file),
              ("payload" + sample_payload(3000)).substr(0, file->payload->size()));
  }
}

TEST(Gzip, ReportsTrailersThatDisagree) {
  const std::string payload = sample_payload(3000);
  const std::string good = build_gzip(payload);
  std::string bytes = good;
  bytes[bytes.size() - 8] ^= 1;
  auto file = read(bytes);
  ASSERT_TRUE(file);
  EXPECT_EQ(payload_of(*file), payload);
  ASSERT_THAT(codes(*file), testing::ElementsAre("imz.crc-mismatch"));
  EXPECT_EQ(file->findings[0].severity, Severity::damage);
  EXPECT_EQ(file->findings[0].where.offset, bytes.size() - 8);
  bytes = good;
  bytes[bytes.size() - 4] ^= 1;
  file = read(bytes);
  ASSERT_TRUE(file);
  ASSERT_THAT(codes(*file), testing::ElementsAre("imz.size-mismatch"));
  EXPECT_EQ(file->findings[0].severity, Severity::warning);
  EXPECT_EQ(file->findings[0].where.offset, bytes.size() - 4);
}

TEST(Gzip, DeliversAPrefixWhereverTheFileIsCut) {
  const std::string payload = sample_payload(4096);
  const std::string bytes = build_gzip(payload, 0x1E, all_fields());
  std::size_t last = 0;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    SCOPED_TRACE(length);
    const auto file = read(bytes.substr(0, length));
    if (length < 3 || length < 38) {
      ASSERT_FALSE(file);
      EXPECT_EQ(file.error().code, length < 3 ? Errc::not_this : Errc::corrupt);
      continue;
    }
    ASSERT_TRUE(file);
    ASSERT_EQ(payload_of(*file), payload.substr(0, file->payload->size()));
    ASSERT_THAT(codes(*file), testing::ElementsAre("imz.truncated"));
    EXPECT_GE(file->payload->size(), last);
    last = file->payload->size();
  }
  EXPECT_EQ(last, payload.size());
}

TEST(Gzip, DeliversWhatADamagedStreamGave) {
  const std::string payload = sample_payload(300000);
  std::string bytes = build_gzip(payload);
  // 0xFF from the middle on: sooner or later a code that does not exist.
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), bytes.end() - 8, '\xff');
  const auto file = read(bytes);
  ASSERT_TRUE(file);
  ASSERT_FALSE(file->findings.empty());
  EXPECT_EQ(file->findings[0].severity, Severity::damage);
  const std::string got = payload_of(*file);
  EXPECT_GT(got.size(), payload.size() / 3);
  EXPECT_TRUE(got.substr(0, payload.size() / 3) == payload.substr(0, payload.size() / 3));
}

TEST(Gzip, RefusesHeadersWhoseTextsNeverEnd) {
  const std::string bytes = std::string("\x1f\x8b\x08\x08", 4) + std::string(1U << 20U, 'n');
  EXPECT_EQ(read(bytes).error().code, Errc::corrupt);
}

TEST(Gzip, StopsWhenRestartPointsNeedTooMuchMemory) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += build_gzip("four");
  EXPECT_EQ(read(bytes, {.whole = 4000, .memory = 4000})->how, "");
  EXPECT_EQ(read(bytes, {.whole = 399, .memory = 1U << 20U})->how,
            ", decoded where it is read, from 100 restart points");
  const auto file = read(bytes, {.whole = 399, .memory = 500});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, Errc::limit);
}

TEST(Gzip, KeepsFewFindingsOfManyBadMembers) {
  std::string member = build_gzip("x");
  member[member.size() - 8] ^= 1;
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += member;
  const auto file = read(bytes);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->members, 1000U);
  EXPECT_EQ(file->findings.size(), 100U);
}

}  // namespace
}  // namespace discern
