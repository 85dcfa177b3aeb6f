// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "corpus.h"
#include "samples.h"

namespace discern {
namespace {

using namespace tests;
using testing::HasSubstr;

void expect_complete(const std::string& file, std::string_view type = "zip") {
  const auto verdict = validated("zip", file + noise(500));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->length, file.size()) << verdict->end_reason;
  EXPECT_EQ(name_of(verdict->soundness), "complete") << verdict->end_reason;
  EXPECT_EQ(verdict->type, type);
  EXPECT_EQ(verdict->extension, type);
}

Verdict verdict_of(const std::string& file) {
  const auto verdict = validated("zip", file);
  EXPECT_TRUE(verdict);
  return verdict.value_or(Verdict{});
}

TEST(Zip, EndsBehindItsComment) { expect_complete(zip({{"a", "b"}}, "PK\5\6 a comment")); }

TEST(Zip, TellsDocumentsApart) {
  const auto media = [](const std::string& type) {
    return zip({{"mimetype", type}, {"META-INF/manifest.xml", "<x/>"}});
  };
  expect_complete(media("application/vnd.oasis.opendocument.text"), "odt");
  expect_complete(media("application/vnd.oasis.opendocument.spreadsheet"), "ods");
  expect_complete(media("application/vnd.oasis.opendocument.presentation"), "odp");
  expect_complete(media("application/epub+zip"), "epub");
  expect_complete(media("application/x-other"), "zip");
  const auto package = [](const std::string& part) {
    return zip({{"[Content_Types].xml", "<x/>"}, {part, "<y/>"}});
  };
  expect_complete(package("word/document.xml"), "docx");
  expect_complete(package("xl/workbook.xml"), "xlsx");
  expect_complete(package("ppt/presentation.xml"), "pptx");
  expect_complete(package("other/part.xml"), "zip");
  expect_complete(zip({{"word/document.xml", "<y/>"}}), "zip");
  expect_complete(zip({{"META-INF/MANIFEST.MF", "x"}, {"A.class", "y"}}), "jar");
  expect_complete(zip({{"META-INF/MANIFEST.MF", "x"}, {"AndroidManifest.xml", "y"}}), "apk");
}

TEST(Zip, StepsOverAnApkSigningBlock) {
  const std::string pairs = noise(40);
  const std::string size = little(pairs.size() + 24, 8);
  expect_complete(zip({{"AndroidManifest.xml", "y"}}, "", size + pairs + size + "APK Sig Block 42"),
                  "apk");
}

TEST(Zip, FindsStoredDataOfUnknownSizeByItsDescriptor) {
  // The data holds the signature of a descriptor, with another size behind.
  const std::string data = noise(70000) + "PK\7\10" + noise(30);
  expect_complete(zip({{"a", data, 8}, {"b", "", 8}, {"c", "x"}}));
}

TEST(Zip, CannotCheckEncryptedEntriesAndSaysSo) {
  const std::string file = zip({{"a", "secret", 1}, {"b", "x"}, {"c", "other", 0, 12}});
  expect_complete(file);
  EXPECT_THAT(verdict_of(file).end_reason, HasSubstr("2 of 3 entries cannot be checked"));
}

TEST(Zip, IsDamagedWhenACrcDiffers) {
  for (const unsigned flags : {0U, 8U}) {
    const std::string file = zip({{"a", "x"}, {"b", "hello", flags, 0, 0x12345678}});
    const Verdict verdict = verdict_of(file + noise(300));
    EXPECT_EQ(verdict.soundness, Soundness::damaged);
    EXPECT_EQ(verdict.length, file.size());
    EXPECT_THAT(verdict.end_reason, HasSubstr("does not match its CRC"));
  }
}

TEST(Zip, IsDamagedWhenDeflatedDataIsNoDeflateStream) {
  const Verdict verdict = verdict_of(zip({{"a", "\xFF\xFF\xFF\xFF", 0, 8}}));
  EXPECT_EQ(verdict.soundness, Soundness::damaged);
  // Of unknown size, its end cannot be found.
  const Verdict endless = verdict_of(zip({{"a", "\xFF\xFF\xFF\xFF", 8, 8}}));
  EXPECT_EQ(endless.soundness, Soundness::truncated);
  EXPECT_THAT(endless.end_reason, HasSubstr("no end to the data"));
}

TEST(Zip, IsDamagedWhenTheDirectoryContradictsTheEntries) {
  const std::string file = zip();
  const std::size_t central = file.find("PK\1\2");
  const std::size_t end = file.find("PK\5\6");
  const auto with = [&](std::size_t at, char value) {
    std::string changed = file;
    changed[at] = value;
    return verdict_of(changed);
  };
  EXPECT_EQ(with(central + 42, 1).soundness, Soundness::damaged);
  EXPECT_THAT(with(central + 42, 1).end_reason, HasSubstr("leads to no local header"));
  EXPECT_EQ(with(end + 10, 7).soundness, Soundness::damaged) << "count";
  EXPECT_EQ(with(end + 12, 7).soundness, Soundness::damaged) << "length";
  EXPECT_EQ(with(end + 16, 7).soundness, Soundness::damaged) << "offset";
  EXPECT_EQ(with(end + 19, 7).soundness, Soundness::truncated) << "offset before the header";
  EXPECT_EQ(with(end, 'x').soundness, Soundness::truncated) << "no end record";
  EXPECT_EQ(with(end, 'x').length, end);
}

// A header at the start of a sector may be that of a later entry.
TEST(Zip, CallsTheTailOfAnArchiveTruncated) {
  const std::string file = zip({{"a", noise(100)}, {"b", "hello"}});
  const std::size_t second = file.find("PK\3\4", 4);
  const Verdict verdict = verdict_of(file.substr(second));
  EXPECT_EQ(verdict.soundness, Soundness::truncated);
  EXPECT_THAT(verdict.end_reason, HasSubstr(std::to_string(second) + " bytes before"));
}

TEST(Zip, IsTruncatedWhereNoRecordFollows) {
  const std::string file = zip();
  const std::string entries = file.substr(0, file.find("PK\1\2"));
  const Verdict verdict = verdict_of(entries + std::string(600, '\0'));
  EXPECT_EQ(verdict.soundness, Soundness::truncated);
  EXPECT_EQ(verdict.length, entries.size());
}

TEST(Zip, RejectsImplausibleFirstHeaders) {
  const auto with = [](std::size_t at, char value) {
    std::string file = zip();
    file[at] = value;
    return validated("zip", file).has_value();
  };
  EXPECT_TRUE(with(10, 5)) << "time";
  EXPECT_FALSE(with(4, '\xC8')) << "version";
  EXPECT_FALSE(with(7, '\x10')) << "unused flag";
  EXPECT_FALSE(with(8, 77)) << "method";
  EXPECT_FALSE(with(26, 0)) << "no name";
  EXPECT_FALSE(with(27, '\x7F')) << "name too long";
  EXPECT_FALSE(with(31, '\x01')) << "control character in the name";
}

// Archives by real tools, in a pipe (sizes in descriptors) and to a file; `unzip -t` is their
// judge.
class MadeZip : public testing::TestWithParam<std::string> {};

TEST_P(MadeZip, EndsWhereTheToolEndedIt) {
  const TemporaryFolder folder;
  folder.write("text.txt", as_bytes(std::string(300000, 'a') + "and so on"));
  folder.write("noise.bin", as_bytes(noise(150000)));
  folder.write("empty", {});
  std::filesystem::create_directory(folder.path() / "folder");
  const std::string command = "cd " + folder.path().string() + " && { " + GetParam() +
                              "; } >log 2>&1 && { [ ! -e e.zip ] || unzip -tq e.zip >log; }";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "not made by: " << GetParam();
  const auto file = file_bytes(
      folder.path() / (std::filesystem::exists(folder.path() / "e.zip") ? "e.zip" : "out.zip"));
  ASSERT_GT(file.size(), 100u);
  expect_complete(std::string(as_text(file)));

  const SourcePtr disc = std::make_shared<RawDiscData>(as_text(file));
  Candidate candidate(*disc, 0, UINT64_MAX);
  const auto verdict = find_validator("zip")->validate(candidate);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->length, file.size());
  EXPECT_EQ(verdict->soundness, Soundness::complete);

  // Cut at a dense set of lengths, and with every 997th byte changed.
  for (std::size_t length = 0; length < file.size(); length += 1 + length / 50) {
    const auto cut = validated("zip", as_text(Bytes(file).first(length)));
    if (cut) EXPECT_EQ(cut->length, length) << cut->end_reason;
    if (cut) EXPECT_EQ(name_of(cut->soundness), "truncated");
  }
  for (std::size_t at = 14; at < file.size(); at += 9973) {
    auto changed = file;
    changed[at] ^= std::byte{0x40};
    const auto damaged = validated("zip", as_text(changed));
    if (damaged) EXPECT_LE(damaged->length, changed.size());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Tools, MadeZip,
    testing::Values("zip -q e.zip text.txt noise.bin empty && zip -qr e.zip folder",
                    "zip -qr - text.txt noise.bin empty folder | cat > e.zip",
                    "zip -qr -fd e.zip text.txt noise.bin empty folder",
                    "zip -qr -fz e.zip text.txt noise.bin empty",
                    "zip -qr0 - text.txt noise.bin empty | cat > e.zip",
                    "zip -qr -P secret out.zip text.txt noise.bin empty",
                    "zip -qr -P secret - text.txt noise.bin empty | cat > out.zip",
                    "zip -qr e.zip text.txt && echo a comment | zip -qz e.zip",
                    "7z a -tzip e.zip text.txt noise.bin empty folder",
                    "7z a -tzip -mx=9 e.zip text.txt noise.bin",
                    "7z a -tzip -mm=BZip2 out.zip text.txt noise.bin",
                    "python3 -c \"import zipfile;z=zipfile.ZipFile('e.zip','w',8);"
                    "f=z.open('big','w',force_zip64=True);f.write(bytes(200000));f.close();"
                    "z.write('noise.bin')\""));

}  // namespace
}  // namespace discern
