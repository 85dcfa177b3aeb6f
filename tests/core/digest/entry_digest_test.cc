// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "discern/pass.h"

namespace discern {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::array kSha1 = {Algorithm::sha1};

View view_of(std::size_t size) {
  return {"media", 512, memory_source(std::vector<std::byte>(size, std::byte{'x'}), "x.img")};
}

Entry sparse_file(std::uint64_t size) {
  Entry entry{.path = "/sparse", .id = "1", .size = size};
  entry.runs = {{0, 512, 0}, {512, size - 512, std::nullopt}};
  return entry;
}

TEST(HashEntry, HashesZerosOfSparseRuns) {
  const DigestSet set = hash_entry(sparse_file(1024), view_of(4096), kSha1);
  ASSERT_THAT(set.digests, SizeIs(1));
  // (head -c 512 /dev/zero | tr '\0' x; head -c 512 /dev/zero) | sha1sum
  EXPECT_EQ(set.digests[0].hex, "ac09cf61a2bfd3d087b90789f5f3674060c8042e");
  EXPECT_THAT(set.bad, IsEmpty());
  EXPECT_EQ(set.not_hashed, "");
}

TEST(HashEntry, RefusesSparseSizesThatOnlyADirectoryClaims) {
  for (const std::uint64_t size :
       {(std::uint64_t{1} << 30) + 513, std::uint64_t{1} << 60, std::uint64_t{0} - 1}) {
    const DigestSet set = hash_entry(sparse_file(size), view_of(4096), kSha1);
    EXPECT_THAT(set.digests, IsEmpty()) << size;
    EXPECT_THAT(set.not_hashed, HasSubstr("lie on no block"));
  }
}

TEST(HashEntry, RefusesSizesFarBehindTheLastRun) {
  Entry entry{.path = "/long", .id = "1", .size = std::uint64_t{1} << 60};
  entry.runs = {{0, 512, 0}};
  EXPECT_THAT(hash_entry(entry, view_of(4096), kSha1).not_hashed, HasSubstr("lie on no block"));
}

TEST(HashEntry, RefusesRunsThatLeadFarBehindTheView) {
  Entry entry{.path = "/long", .id = "1", .size = std::uint64_t{1} << 60};
  entry.runs = {{0, entry.size, 0}};
  EXPECT_THAT(hash_entry(entry, view_of(4096), kSha1).not_hashed, HasSubstr("lie on no block"));
}

TEST(HashEntry, SaysThatNoRunHasTheContent) {
  const Entry entry{.path = "/resident", .id = "1", .size = 100};
  const DigestSet set = hash_entry(entry, view_of(4096), kSha1);
  EXPECT_THAT(set.bad, ElementsAre(ByteRange{0, 100}));
  EXPECT_EQ(set.not_hashed, "no byte of the content lies in a run");
}

}  // namespace
}  // namespace discern
