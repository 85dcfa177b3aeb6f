// SPDX-License-Identifier: Apache-2.0
// Layouts and clause numbers: PKWARE APPNOTE.TXT 6.3.10.
#include "image/zip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/image/container_builder.h"
#include "corpus.h"

namespace discern {
namespace {

using tests::build_zip;
using tests::Descriptor;
using tests::le;
using tests::sample_payload;
using tests::source_of;
using tests::ZipLayout;
using tests::ZipMember;

Result<ZipArchive> read(std::string_view bytes) { return read_zip(*source_of(bytes), "test.zip"); }

std::vector<std::string> codes(const ZipArchive& archive) {
  std::vector<std::string> codes;
  for (const Finding& finding : archive.findings) codes.push_back(finding.code);
  return codes;
}

std::vector<std::string> names(const ZipArchive& archive) {
  std::vector<std::string> names;
  for (const ZipEntry& entry : archive.entries) names.push_back(entry.name);
  return names;
}

// Two entries, the second written to a pipe.
std::vector<ZipMember> two() {
  return {{.name = "one.img", .payload = sample_payload(600)},
          {.name = "two.img",
           .payload = sample_payload(900),
           .method = 0,
           .descriptor = Descriptor::signed_32}};
}

TEST(Zip, ListsEntriesWithTheirPlacesInTheFile) {
  const ZipLayout zip = build_zip(two());
  const auto archive = read(zip.bytes);
  ASSERT_TRUE(archive);
  EXPECT_FALSE(archive->salvaged);
  EXPECT_THAT(codes(*archive), testing::IsEmpty());
  ASSERT_THAT(names(*archive), testing::ElementsAre("one.img", "two.img"));
  const ZipEntry& one = archive->entries[0];
  EXPECT_EQ(one.method, 8);
  EXPECT_EQ(one.size, 600U);
  EXPECT_EQ(one.compressed, tests::deflated(sample_payload(600)).size());
  EXPECT_EQ(one.crc32, tests::crc32(sample_payload(600)));
  EXPECT_EQ(one.header_offset, 0U);
  EXPECT_EQ(one.limit_offset, zip.headers[1]);
  EXPECT_EQ(archive->entries[1].header_offset, zip.headers[1]);
  EXPECT_EQ(archive->entries[1].limit_offset, zip.directory);
}

TEST(Zip, ShiftsOffsetsByWhatStandsInFrontOfTheArchive) {
  const std::string program = "MZ" + std::string(4094, 'x');
  const ZipLayout zip = build_zip(two(), program);
  const auto archive = read(zip.bytes);
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->entries[1].header_offset, zip.headers[1]);
  ASSERT_THAT(codes(*archive), testing::ElementsAre("imz.prefix"));
  EXPECT_EQ(archive->findings[0].text, "4096 bytes in front of the archive");
}

TEST(Zip, AcceptsOffsetsThatCountWhatStandsInFront) {
  const std::string program = "MZ" + std::string(4094, 'x');
  std::vector<ZipMember> members = {{.payload = sample_payload(600)}};
  members[0].central.header_offset = 4096;
  ZipLayout zip = build_zip(members, program);
  zip.bytes.replace(zip.end + 16, 4, le(zip.directory, 4));
  auto archive = read(zip.bytes);
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->entries.at(0).header_offset, 4096U);
  EXPECT_FALSE(archive->salvaged);
  // Info-ZIP's `zip -A` makes the same of a self-extractor.
  const tests::TemporaryFolder folder;
  (void)folder.write("plain.zip", as_bytes(build_zip(two(), program).bytes));
  if (!tests::runs("cd " + folder.path().string() + " && zip -A plain.zip"))
    GTEST_SKIP() << "cannot run zip";
  const auto adjusted = tests::file_bytes(folder.path() / "plain.zip");
  archive = read(as_text(adjusted));
  ASSERT_TRUE(archive);
  EXPECT_FALSE(archive->salvaged);
  EXPECT_EQ(archive->entries.at(0).header_offset, 4096U);
}

TEST(Zip, ReadsTheZip64RecordsOfInfoZipBehindAProgram) {
  const tests::TemporaryFolder folder;
  (void)folder.write("disk.img", as_bytes(sample_payload(4096)));
  if (!tests::runs("cd " + folder.path().string() +
                   " && zip -q -fz a.zip disk.img && (printf MZ; head -c 998 /dev/zero; cat a.zip)"
                   " > b.zip"))
    GTEST_SKIP() << "cannot run zip";
  const auto bytes = tests::file_bytes(folder.path() / "b.zip");
  ASSERT_NE(as_text(bytes).find("PK\x06\x06"), std::string_view::npos);
  const auto archive = read(as_text(bytes));
  ASSERT_TRUE(archive);
  EXPECT_FALSE(archive->salvaged);
  ASSERT_EQ(archive->entries.size(), 1U);
  EXPECT_EQ(archive->entries[0].header_offset, 1000U);
  EXPECT_EQ(archive->entries[0].size, 4096U);
}

// 4.3.14 and 4.3.15: the record with 0xFFFFFFFF in the end record, as for archives over 4 GiB.
TEST(Zip, TakesZip64FiguresWhereTheEndRecordHasAllOnes) {
  ZipLayout zip = build_zip(two());
  const std::size_t directory_size = zip.end - zip.directory;
  const std::string end64 = "PK\x06\x06" + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 4) + le(0, 4) +
                            le(2, 8) + le(2, 8) + le(directory_size, 8) + le(zip.directory, 8);
  const std::string locator = "PK\x06\x07" + le(0, 4) + le(zip.end, 8) + le(1, 4);
  zip.bytes.resize(zip.end);
  zip.bytes += end64 + locator + "PK\x05\x06" + le(0xFFFFFFFF, 4) + le(0xFFFFFFFF, 4) +
               le(0xFFFFFFFF, 4) + le(0xFFFFFFFF, 4) + le(0, 2);
  const auto archive = read(zip.bytes);
  ASSERT_TRUE(archive);
  EXPECT_FALSE(archive->salvaged);
  EXPECT_EQ(archive->entries.size(), 2U);
  EXPECT_THAT(codes(*archive), testing::IsEmpty());
}

TEST(Zip, ReportsCommentAndTrailingBytes) {
  const ZipLayout zip = build_zip(two(), {}, "boot\tdisk");
  const auto archive = read(zip.bytes + std::string(512, '\0'));
  ASSERT_TRUE(archive);
  ASSERT_THAT(codes(*archive), testing::ElementsAre("imz.trailing-bytes", "imz.comment"));
  EXPECT_EQ(archive->findings[0].where.offset, zip.bytes.size());
  EXPECT_EQ(archive->findings[0].text, "512 bytes behind the archive");
  EXPECT_EQ(archive->findings[1].text, "archive comment: boot\\x09disk");
}

TEST(Zip, ReportsACommentThatIsCut) {
  const ZipLayout zip = build_zip(two(), {}, "boot disk");
  const auto archive = read(std::string_view(zip.bytes).substr(0, zip.bytes.size() - 5));
  ASSERT_TRUE(archive);
  EXPECT_FALSE(archive->salvaged);
  EXPECT_THAT(codes(*archive), testing::Contains("imz.comment-cut"));
}

TEST(Zip, IsNotMisledByAnEndRecordInsideTheComment) {
  const std::string fake =
      "PK\x05\x06" + le(0, 4) + le(1, 2) + le(1, 2) + le(46, 4) + le(3, 4) + le(0, 2);
  const auto archive = read(build_zip(two(), {}, fake).bytes);
  ASSERT_TRUE(archive);
  EXPECT_FALSE(archive->salvaged);
  EXPECT_EQ(archive->entries.size(), 2U);
}

TEST(Zip, ReportsAWrongCountOfEntries) {
  ZipLayout zip = build_zip(two());
  for (const char count : {1, 7}) {
    zip.bytes[zip.end + 10] = count;
    const auto archive = read(zip.bytes);
    ASSERT_TRUE(archive);
    EXPECT_EQ(archive->entries.size(), 2U);
    EXPECT_THAT(codes(*archive), testing::ElementsAre("imz.directory-count"));
  }
}

TEST(Zip, AcceptsADigitalSignatureBehindTheDirectory) {  // 4.3.13
  ZipLayout zip = build_zip(two());
  const std::string signature = "PK\x05\x05" + le(4, 2) + "sign";
  zip.bytes.insert(zip.end, signature);
  const std::size_t end = zip.end + signature.size();
  zip.bytes.replace(end + 12, 4, le(end - zip.directory, 4));
  const auto archive = read(zip.bytes);
  ASSERT_TRUE(archive);
  EXPECT_FALSE(archive->salvaged);
  EXPECT_EQ(archive->entries.size(), 2U);
}

TEST(Zip, FindsEntriesByLocalHeadersWithoutADirectory) {
  std::vector<ZipMember> members = two();
  members.push_back(
      {.name = "three.img", .payload = sample_payload(700), .descriptor = Descriptor::unsigned_32});
  members.push_back({.name = "four.img", .payload = sample_payload(100)});
  const ZipLayout zip = build_zip(members, "junk");
  const auto archive = read(std::string_view(zip.bytes).substr(0, zip.directory));
  ASSERT_TRUE(archive);
  EXPECT_TRUE(archive->salvaged);
  EXPECT_THAT(codes(*archive), testing::ElementsAre("imz.directory-missing", "imz.prefix"));
  EXPECT_EQ(archive->findings[0].where.offset, zip.directory);
  ASSERT_THAT(names(*archive), testing::ElementsAre("one.img", "two.img", "three.img", "four.img"));
  EXPECT_EQ(archive->entries[0].source, "ZIP local file header");
  EXPECT_EQ(archive->entries[1].source, "ZIP data descriptor");
  EXPECT_EQ(archive->entries[1].size, 900U);
  EXPECT_EQ(archive->entries[1].crc32, tests::crc32(sample_payload(900)));
  EXPECT_EQ(archive->entries[2].size, std::nullopt);  // its descriptor has no signature
  EXPECT_EQ(archive->entries[2].limit_offset, zip.headers[3]);
  EXPECT_EQ(archive->entries[3].size, 100U);
}

TEST(Zip, FindsEntriesByLocalHeadersWhenTheDirectoryIsDamaged) {
  ZipLayout zip = build_zip(two());
  const std::size_t second = zip.bytes.find("PK\x01\x02", zip.directory + 1);
  zip.bytes[second] = 'X';
  auto archive = read(zip.bytes);
  ASSERT_TRUE(archive);
  EXPECT_TRUE(archive->salvaged);
  EXPECT_EQ(archive->entries.size(), 2U);
  EXPECT_EQ(archive->findings.at(0).text,
            "ZIP central directory is damaged; entries are found by local headers");
  // An end record too far from the file's end is out of reach.
  archive = read(build_zip(two()).bytes + std::string(70000, 'x'));
  ASSERT_TRUE(archive);
  EXPECT_TRUE(archive->salvaged);
  EXPECT_EQ(archive->entries.size(), 2U);
}

TEST(Zip, FindsLocalHeadersAcrossTheScannersBlocks) {
  // Blocks of 4 KiB, 8 KiB, ... each beginning three bytes before the last one's end.
  for (std::size_t size = 4080; size < 12300; size += size == 4100 ? 8180 : 1) {
    const std::string junk(size, 'P');
    const ZipLayout zip = build_zip({{.payload = sample_payload(100)}}, junk);
    const auto archive = read(std::string_view(zip.bytes).substr(0, zip.directory));
    ASSERT_TRUE(archive);
    EXPECT_EQ(archive->entries.at(0).header_offset, size);
  }
}

TEST(Zip, NamesVolumesOfASpannedArchive) {
  ZipLayout zip = build_zip(two());
  zip.bytes[zip.end + 4] = 2;
  const auto archive = read(std::string_view(zip.bytes).substr(zip.headers[1] + 5));
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().code, Errc::unsupported);
}

TEST(Zip, RefusesMoreEntriesThanADiskArchiveHas) {
  std::vector<ZipMember> members(65536, ZipMember{.name = "a", .method = 0});
  const ZipLayout zip = build_zip(members);
  EXPECT_EQ(read(zip.bytes).error().code, Errc::limit);
  EXPECT_EQ(read(std::string_view(zip.bytes).substr(0, zip.directory)).error().code, Errc::limit);
}

TEST(Zip, RefusesWhatIsNoArchive) {
  EXPECT_EQ(read("").error().code, Errc::not_this);
  EXPECT_EQ(read(std::string(100000, 'P')).error().code, Errc::not_this);
  EXPECT_EQ(read("PK\x03\x04").error().code, Errc::corrupt);
  const auto empty = read(build_zip({}).bytes);
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->entries.empty());
}

TEST(Zip, FindsDataOfAnEntryWhoseLocalSignatureIsDamaged) {
  ZipLayout zip = build_zip(two());
  zip.bytes[1] = 'X';
  const auto source = source_of(zip.bytes);
  const auto archive = read_zip(*source, "test.zip");
  ASSERT_TRUE(archive);
  Findings findings;
  const auto data = find_zip_data(*source, "test.zip", archive->entries.at(0), findings);
  ASSERT_TRUE(data);
  EXPECT_EQ(data->offset, zip.data[0]);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "imz.local-header");
}

TEST(Zip, RefusesAnEntryWithoutLocalHeader) {
  const auto source = source_of(build_zip(two()).bytes);
  Findings findings;
  for (const std::uint64_t offset : {1ULL, 100000ULL, ~0ULL}) {
    ZipEntry entry;
    entry.name = "one.img";
    entry.header_offset = offset;
    const auto data = find_zip_data(*source, "test.zip", entry, findings);
    ASSERT_FALSE(data);
    EXPECT_EQ(data.error().code, Errc::corrupt);
    EXPECT_EQ(data.error().offset, offset);
  }
}

TEST(Zip, SurvivesExtraFieldsThatAreTooShort) {  // 4.5.3: ZIP64 field with less than it needs
  std::vector<ZipMember> members = {{.name = "a.img", .payload = sample_payload(100)}};
  members[0].central.size = 0xFFFFFFFF;
  const ZipLayout plain = build_zip(members);
  for (const std::string& extra : {le(1, 2) + le(8, 2) + "1234", le(1, 2) + le(4, 2) + "1234",
                                   le(1, 2), le(9, 2) + le(0xFFFF, 2)}) {
    std::string bytes = plain.bytes;
    bytes.insert(plain.end, extra);
    bytes.replace(plain.directory + 30, 2, le(extra.size(), 2));
    bytes.replace(plain.end + extra.size() + 12, 4,
                  le(plain.end + extra.size() - plain.directory, 4));
    const auto archive = read(bytes);
    ASSERT_TRUE(archive);
    EXPECT_FALSE(archive->salvaged);
    EXPECT_EQ(archive->entries.at(0).size, 0xFFFFFFFFU);
  }
}

TEST(Zip, ShowsNamesAndTimesAsText) {
  EXPECT_EQ(shown_name("a\x1b[31m\xff.img"), "a\\x1b[31m\\xff.img");
  EXPECT_EQ(dos_time_text(0x5974, 0xA87B), "2024-11-20 21:03:54");  // corpus demo.imz, unzip -lv
  EXPECT_EQ(zip_method_name(9), "deflate64");                       // 4.4.5
  EXPECT_EQ(zip_method_name(77), "method 77");
}

}  // namespace
}  // namespace discern
