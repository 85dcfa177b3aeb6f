// SPDX-License-Identifier: Apache-2.0
// What holds for every row of the table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "samples.h"

namespace discern {
namespace {

using namespace tests;

const std::map<std::string, std::string>& samples() {
  static const std::map<std::string, std::string> kSamples = {
      {"gif", gif()}, {"jpeg", jpeg()}, {"pdf", pdf()}, {"png", png()}, {"zip", zip()}};
  return kSamples;
}

TEST(Validators, HaveASampleAndAnIdEach) {
  for (const Validator& row : validators()) {
    EXPECT_GE(row.header.size(), 2u) << row.id;
    EXPECT_EQ(find_validator(row.id), &row);
    ASSERT_TRUE(samples().contains(std::string(row.id))) << row.id;
    EXPECT_TRUE(samples().at(std::string(row.id)).starts_with(row.header)) << row.id;
  }
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
    const std::string header(find_validator(id)->header);
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
