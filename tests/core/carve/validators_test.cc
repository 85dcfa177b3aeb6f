// SPDX-License-Identifier: Apache-2.0
// What holds for every row of the table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "built_samples.h"

namespace discern {
namespace {

using namespace tests;

const std::map<std::string, std::string>& samples() {
  static const std::map<std::string, std::string> kSamples = {
      {"gif", gif()},
      {"jpeg", jpeg()},
      {"pdf", pdf()},
      {"png", png()},
      {"zip", zip()},
      {"bmp", from_hex(kBmpHex)},
      {"tiff", from_hex(kTiffHex)},
      {"psd", from_hex(kPsdHex)},
      {"jp2", from_hex(kJp2Hex)},
      {"j2k", from_hex(kJp2Hex).substr(from_hex(kJp2Hex).find("\xFF\x4F\xFF\x51"))},
      {"rtf", rtf()},
      {"ole", ole()},
      {"gzip", from_hex(kGzipHex)},
      {"bzip2", from_hex(kBzip2Hex)},
      {"xz", from_hex(kXzHex)},
      {"7z", from_hex(kSevenZipHex)},
      {"rar", rar()},
      {"tar", tar()},
      {"zstd", from_hex(kZstdHex)},
      {"riff", wav()},
      {"isobmff", mp4()},
      {"mp3", mp3()},
      {"ogg", ogg()},
      {"flac", flac()},
      {"matroska", mkv()},
      {"mpeg", mpeg()},
      {"sqlite", from_hex(kSqliteHex)},
      {"sqlite_wal", wal()},
      {"elf", elf()},
      {"pe", pe()},
      {"macho", macho()},
      {"font", font()},
      {"evtx", evtx()},
      {"hive", hive()},
      {"lnk", lnk()},
      {"prefetch", prefetch()},
      {"pst", pst()},
      {"mbox", mbox()},
      {"eml", eml()}};
  return kSamples;
}

// Text has no end of its own.
bool is_text_run(const std::string& id) { return id == "eml" || id == "mbox"; }

TEST(Validators, HaveASampleAndAnIdEach) {
  std::map<std::string_view, bool> headed;
  for (const Validator& row : validators()) {
    EXPECT_GE(row.header.size(), 2u) << row.id;
    EXPECT_EQ(find_validator(row.id)->id, row.id);
    EXPECT_EQ(find_validator(row.id)->validate, row.validate) << row.id;
    ASSERT_TRUE(samples().contains(std::string(row.id))) << row.id;
    headed[row.id] |=
        samples().at(std::string(row.id)).substr(row.header_offset).starts_with(row.header);
  }
  for (const auto& [id, with_header] : headed) EXPECT_TRUE(with_header) << id;
  EXPECT_EQ(find_validator("no such type"), nullptr);
}

TEST(Validators, NameTheirVerdicts) {
  EXPECT_EQ(name_of(Soundness::complete), "complete");
  EXPECT_EQ(name_of(Soundness::truncated), "truncated");
  EXPECT_EQ(name_of(Soundness::damaged), "damaged");
}

TEST(Validators, FindTheExactEndWhateverFollows) {
  std::vector<std::string> followers = {"", std::string(5000, '\0'), std::string(5000, '\xFF'),
                                        noise(5000), "plain text that goes on and on, 12 of it"};
  for (const auto& [other, text] : samples()) followers.push_back(std::string(512, '\0') + text);
  for (const auto& [id, text] : samples())
    for (const std::string& follower : followers) {
      if (is_text_run(id)) continue;
      const auto verdict = validated(id, text + follower);
      ASSERT_TRUE(verdict) << id;
      EXPECT_EQ(verdict->length, text.size()) << id << ": " << verdict->end_reason;
      EXPECT_EQ(name_of(verdict->soundness), "complete") << id << ": " << verdict->end_reason;
    }
}

TEST(Validators, CallACutFileTruncatedAtTheCut) {
  for (const auto& [id, text] : samples())
    for (std::size_t length = 0; length < text.size(); ++length) {
      const auto verdict = validated(id, text.substr(0, length));
      if (!verdict) continue;
      // What is cut between frames is whole as far as they can tell.
      if ((id == "mp3" || id == "sqlite_wal") && verdict->soundness == Soundness::complete)
        continue;
      // Without its last line end a PDF file is still one.
      if (id == "pdf" && length + 1 == text.size()) continue;
      EXPECT_EQ(name_of(verdict->soundness), "truncated") << id << " cut at " << length;
      EXPECT_EQ(verdict->length, length) << id << ": " << verdict->end_reason;
    }
}

TEST(Validators, KeepWhatIsBeforeUnreadableBytes) {
  for (const auto& [id, text] : samples()) {
    const std::size_t present = text.size() - 1;
    const SourcePtr source =
        partial_source(memory_source(bytes_of(text.substr(0, present)), "sample"), text.size());
    Candidate candidate(*source, 0, UINT64_MAX);
    const auto verdict = find_validator(id)->validate(candidate);
    ASSERT_TRUE(verdict) << id;
    EXPECT_LE(verdict->length, present) << id;
    if (id != "pdf") EXPECT_EQ(name_of(verdict->soundness), "truncated") << id;
  }
}

TEST(Validators, RejectOtherFilesAndNoise) {
  for (const auto& [id, text] : samples()) {
    EXPECT_FALSE(validated(id, "")) << id;
    EXPECT_FALSE(validated(id, std::string(4096, '\0'))) << id;
    EXPECT_FALSE(validated(id, noise(4096))) << id;
    const Validator& row = *find_validator(id);
    const std::string header = std::string(row.header_offset, '\0') + std::string(row.header);
    EXPECT_FALSE(validated(id, header)) << id;
    for (unsigned seed = 0; seed < 200; ++seed)
      EXPECT_FALSE(validated(id, header + noise(4096, seed))) << id << " seed " << seed;
    EXPECT_FALSE(validated(id, header + std::string(4096, '\0'))) << id;
    EXPECT_FALSE(validated(id, header + std::string(4096, '\xFF'))) << id;
    for (const auto& [other, other_text] : samples())
      if (other != id) EXPECT_FALSE(validated(id, other_text)) << id << " took " << other;
  }
}

// Whatever bytes change, nothing is claimed beyond the view, and a small budget ends the work.
TEST(Validators, StayInsideWhenBytesChange) {
  std::mt19937 random(7);
  for (const auto& [id, text] : samples())
    for (int round = 0; round < 3000; ++round) {
      std::string changed = text;
      for (int i = 0; i < 3; ++i) changed[random() % changed.size()] = static_cast<char>(random());
      const auto verdict = validated(id, changed);
      if (verdict) EXPECT_LE(verdict->length, changed.size()) << id;
      const auto cheap = validated(id, changed, random() % 2000);
      if (cheap) EXPECT_LE(cheap->length, changed.size()) << id;
    }
}

}  // namespace
}  // namespace discern
