// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/digest/vectors.h"
#include "corpus.h"
#include "discern/digest.h"

namespace discern {
namespace {

using tests::corpus;
using tests::read_vectors;
using tests::Vector;

struct VectorFile {
  const char* file;
  Algorithm algorithm;
  std::size_t vectors;
};
void PrintTo(const VectorFile& vectors, std::ostream* out) { *out << vectors.file; }
class Cavs : public testing::TestWithParam<VectorFile> {};

TEST_P(Cavs, EveryMessageHasTheDigestOfItsVector) {
  const auto path = corpus(std::string("hash/cavp/") + GetParam().file);
  SKIP_WITHOUT(path);
  const auto vectors = read_vectors(path);
  ASSERT_EQ(vectors.size(), GetParam().vectors);
  for (const Vector& vector : vectors)
    EXPECT_EQ(hex_digest(GetParam().algorithm, vector.message), vector.digest)
        << vector.message.size() << " bytes";
}

TEST_P(Cavs, PiecesOfAnySizeGiveTheSameDigest) {
  const auto path = corpus(std::string("hash/cavp/") + GetParam().file);
  SKIP_WITHOUT(path);
  std::mt19937 random(1);
  for (const Vector& vector : read_vectors(path)) {
    Hasher hasher(GetParam().algorithm);
    for (Bytes rest = vector.message; !rest.empty();) {
      const std::size_t piece = std::min<std::size_t>(random() % 200, rest.size());
      hasher.update(rest.first(piece));
      rest = rest.subspan(piece);
    }
    EXPECT_EQ(hasher.finish(), vector.digest) << vector.message.size() << " bytes";
  }
}

// Counts: `grep -c ^Len`.
INSTANTIATE_TEST_SUITE_P(Files, Cavs,
                         testing::Values(VectorFile{"rfc-1321.txt", Algorithm::md5, 7},
                                         VectorFile{"SHA1ShortMsg.rsp", Algorithm::sha1, 65},
                                         VectorFile{"SHA1LongMsg.rsp", Algorithm::sha1, 64},
                                         VectorFile{"SHA256ShortMsg.rsp", Algorithm::sha256, 65},
                                         VectorFile{"SHA256LongMsg.rsp", Algorithm::sha256, 64},
                                         VectorFile{"SHA512ShortMsg.rsp", Algorithm::sha512, 129},
                                         VectorFile{"SHA512LongMsg.rsp", Algorithm::sha512, 128}));

// The check value of CRC-32/ISO-HDLC in the RevEng catalogue.
TEST(Crc32, HasTheCatalogueCheckValue) {
  EXPECT_EQ(hex_digest(Algorithm::crc32, as_bytes("123456789")), "cbf43926");
}

TEST(Crc32, ContinuesOverPieces) {
  Hasher hasher(Algorithm::crc32);
  for (const std::string_view piece : {"1", "", "2345", "6789"}) hasher.update(as_bytes(piece));
  EXPECT_EQ(hasher.finish(), "cbf43926");
}

TEST(Crc32, OfNothingIsEightZeros) { EXPECT_EQ(hex_digest(Algorithm::crc32, {}), "00000000"); }

// NIST, "SHA-3 examples", SHA3-256 of the empty message and of "abc"; rhash --sha3-256 agrees.
TEST(Sha3, HasTheDigestsOfTheNistExamples) {
  EXPECT_EQ(hex_digest(Algorithm::sha3_256, {}),
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  EXPECT_EQ(hex_digest(Algorithm::sha3_256, as_bytes("abc")),
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
}

// The input of the official test vectors: byte I is I mod 251. Digests by b3sum 1.2.0; lengths
// where blocks, chunks and groups of eight chunks begin.
TEST(Blake3, HasTheDigestsOfB3sum) {
  struct Row {
    std::size_t length;
    const char* digest;
  };
  for (const Row& row : {
           Row{0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"},
           Row{1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"},
           Row{63, "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b"},
           Row{64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98"},
           Row{65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee"},
           Row{1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"},
           Row{1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"},
           Row{1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"},
           Row{2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"},
           Row{2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"},
           Row{3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2"},
           Row{4096, "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969"},
           Row{5120, "9cadc15fed8b5d854562b26a9536d9707cadeda9b143978f319ab34230535833"},
           Row{8192, "aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63"},
           Row{8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b"},
           Row{16384, "f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4"},
           Row{31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"},
           Row{102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"},
           Row{1000003, "cd5a3272e01b1a2f47bb4565d8d202db0f95704d32550a2da61a0fd363d4c90d"},
       }) {
    std::vector<std::byte> message(row.length);
    for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::byte>(i % 251);
    EXPECT_EQ(hex_digest(Algorithm::blake3, message), row.digest) << row.length;
    std::mt19937 random(1);
    Hasher hasher(Algorithm::blake3);
    for (Bytes rest = message; !rest.empty();) {
      const std::size_t piece = std::min<std::size_t>(random() % 20000, rest.size());
      hasher.update(rest.first(piece));
      rest = rest.subspan(piece);
    }
    EXPECT_EQ(hasher.finish(), row.digest) << row.length << " in pieces";
  }
}

TEST(SelfTest, PassesHere) {
  const Status tested = digest_self_test();
  EXPECT_TRUE(tested) << tested.error().text;
}

TEST(Hasher, GoesOnAfterBeingMoved) {
  Hasher first(Algorithm::md5);
  first.update(as_bytes("ab"));
  Hasher second = std::move(first);
  second.update(as_bytes("c"));
  EXPECT_EQ(second.algorithm(), Algorithm::md5);
  EXPECT_EQ(second.finish(), "900150983cd24fb0d6963f7d28e17f72");  // RFC 1321 A.5
}

TEST(Algorithms, AreFoundByTheNamesOfTheOutputs) {
  std::vector<std::string_view> names;
  for (const Algorithm algorithm : all_algorithms()) {
    names.push_back(name_of(algorithm));
    EXPECT_EQ(find_algorithm(name_of(algorithm)), algorithm);
  }
  EXPECT_EQ(names, (std::vector<std::string_view>{"md5", "sha1", "sha256", "sha512", "sha3_256",
                                                  "blake3", "crc32"}));
  EXPECT_EQ(find_algorithm("MD5"), std::nullopt);
  EXPECT_EQ(find_algorithm(""), std::nullopt);
}

TEST(DigestSet, FindsAnAlgorithmThatWasComputed) {
  const DigestSet set{"view:media", 0, 0, {}, {{Algorithm::crc32, "00000000"}}};
  ASSERT_NE(set.find(Algorithm::crc32), nullptr);
  EXPECT_EQ(*set.find(Algorithm::crc32), "00000000");
  EXPECT_EQ(set.find(Algorithm::md5), nullptr);
}

}  // namespace
}  // namespace discern
