// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "corpus.h"
#include "discern/digest.h"

namespace discern {
namespace {

using tests::corpus;

struct Vector {
  std::vector<std::byte> message;
  std::string digest;
};

std::vector<std::byte> from_hex(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

// The response file format of NIST's CAVS: `Len = bits`, `Msg = hex` ("00" when Len is 0), `MD =
// hex`.
std::vector<Vector> read_vectors(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::vector<Vector> vectors;
  std::size_t length = 0;
  for (std::string line; std::getline(in, line);) {
    line.erase(std::find(line.begin(), line.end(), '\r'), line.end());
    if (line.starts_with("Len = ")) {
      length = std::stoul(line.substr(6)) / 8;
    } else if (line.starts_with("Msg = ")) {
      vectors.push_back({from_hex(line.substr(6)), {}});
      vectors.back().message.resize(length);
    } else if (line.starts_with("MD = ")) {
      vectors.back().digest = line.substr(5);
    }
  }
  return vectors;
}

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
                                                  "crc32"}));
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
