// SPDX-License-Identifier: Apache-2.0
#include "discern/verify.h"

#include <gtest/gtest.h>

#include "core/digest/disc_image.h"

namespace discern {
namespace {

using namespace tests;

// RFC 1321 (MD5 of "abc") and the check value of CRC-32 ("123456789").
constexpr const char* kMd5 = "900150983cd24fb0d6963f7d28e17f72";
constexpr const char* kCrc = "cbf43926";

Verification only(const StoredDigest& stored, const std::vector<DigestSet>& computed) {
  Image image;
  image.stored_digests.push_back(stored);
  const auto result = verify(image, computed, nullptr);
  EXPECT_EQ(result.size(), 1U);
  return result.at(0);
}

DigestSet media(std::vector<Digest> digests) {
  return {.object = "view:media", .size = 3, .digests = std::move(digests)};
}

TEST(Verify, MatchesTheSameDigestOfTheSameObject) {
  const auto result = only({"view:media", "md5", kMd5, "EWF digest section"},
                           {media({{Algorithm::sha1, "00"}, {Algorithm::md5, kMd5}})});
  EXPECT_EQ(result.object, "view:media");
  EXPECT_EQ(result.check, "digest");
  EXPECT_EQ(result.expected, kMd5);
  EXPECT_EQ(result.computed, kMd5);
  EXPECT_EQ(result.source, "EWF digest section");
  EXPECT_EQ(result.verdict, Outcome::match);
}

TEST(Verify, CallsCrc32ACrc) {
  const auto result =
      only({"view:media", "crc32", kCrc, "ZIP"}, {media({{Algorithm::crc32, "00000000"}})});
  EXPECT_EQ(result.check, "crc");
  EXPECT_EQ(result.computed, "00000000");
  EXPECT_EQ(result.verdict, Outcome::mismatch);
}

TEST(Verify, CannotVerifyWhatWasNotComputed) {
  const std::vector<DigestSet> computed = {media({{Algorithm::md5, kMd5}})};
  for (const StoredDigest& stored :
       {StoredDigest{"view:media", "sha1", "00", ""}, StoredDigest{"file:x", "md5", kMd5, ""},
        StoredDigest{"view:media", "whirlpool", kMd5, ""}}) {
    const auto result = only(stored, computed);
    EXPECT_EQ(result.verdict, Outcome::unverifiable) << stored.object << stored.algorithm;
    EXPECT_EQ(result.computed, "");
  }
}

TEST(Verify, CannotTellADifferenceFromUnreadableParts) {
  DigestSet set = media({{Algorithm::md5, "00"}});
  set.bad.push_back({0, 1});
  EXPECT_EQ(only({"view:media", "md5", kMd5, ""}, {set}).verdict, Outcome::unverifiable);
  EXPECT_EQ(only({"view:media", "md5", "00", ""}, {set}).verdict, Outcome::match);
}

TEST(Verify, TakesTheDigestOfTheObjectWithTheSameBytes) {
  DigestSet view = media({});
  view.same_as = "file:x.img";
  const DigestSet file{.object = "file:x.img", .size = 3, .digests = {{Algorithm::md5, kMd5}}};
  EXPECT_EQ(only({"view:media", "md5", kMd5, ""}, {file, view}).verdict, Outcome::match);
}

// ---- sectors ------------------------------------------------------------------------------

Verification row(const std::vector<Verification>& rows, std::string_view check) {
  for (const Verification& each : rows)
    if (each.check == check) return each;
  ADD_FAILURE() << "no row " << check;
  return {};
}

TEST(Verify, CountsBadSectorsFieldByField) {
  auto bytes = mode1_sectors(0, 2);
  append(bytes, build_sector(SectorMode::mode2_form2, Lba{2}, as_bytes("data")));
  bytes[2 * kRawSector + 30] ^= std::byte{1};
  const SourcePtr file = memory_source(bytes, "x.bin");
  const Image image = disc_image(file, {extent_of(file, 0, 3)});
  const auto audit = audited(image);
  const auto rows = verify(image, {}, audit.get());
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(row(rows, "edc").object, "view:raw");
  EXPECT_EQ(row(rows, "edc").expected, "0 bad of 3");
  EXPECT_EQ(row(rows, "edc").computed, "1 bad of 3");
  EXPECT_EQ(row(rows, "edc").verdict, Outcome::mismatch);
  // Form 2 has neither P nor Q.
  EXPECT_EQ(row(rows, "ecc_p").computed, "0 bad of 2");
  EXPECT_EQ(row(rows, "ecc_p").verdict, Outcome::match);
  EXPECT_EQ(row(rows, "ecc_q").computed, "0 bad of 2");
  EXPECT_EQ(row(rows, "ecc_q").verdict, Outcome::match);
}

TEST(Verify, DoesNotCallSectorsGoodThatWereNotRead) {
  const SourcePtr file = memory_source(mode1_sectors(0, 3), "x.bin");
  const Image image = disc_image(file, {extent_of(file, 0, 3)});
  const auto audit = audited(image, 1U << 20, {{10, 1}});
  const auto rows = verify(image, {}, audit.get());
  EXPECT_EQ(row(rows, "edc").computed, "0 bad of 2, 1 unread");
  EXPECT_EQ(row(rows, "edc").verdict, Outcome::unverifiable);
}

TEST(Verify, SaysNothingOfSectorsThatHaveNothingToCheck) {
  const SourcePtr file = memory_source(std::vector<std::byte>(kRawSector, std::byte{1}), "x");
  const Image image = disc_image(file, {extent_of(file, 0, 1, 0, SectorMode::audio)});
  const auto audit = audited(image);
  EXPECT_TRUE(verify(image, {}, audit.get()).empty());
}

TEST(Verify, NamesEveryOutcome) {
  EXPECT_EQ(name_of(Outcome::match), "match");
  EXPECT_EQ(name_of(Outcome::mismatch), "mismatch");
  EXPECT_EQ(name_of(Outcome::unverifiable), "unverifiable");
}

}  // namespace
}  // namespace discern
