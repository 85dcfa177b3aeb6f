// SPDX-License-Identifier: Apache-2.0
// Every kernel and every lane against published vectors, and against OpenSSL on random messages.
#include <gtest/gtest.h>

#include <random>

#include "core/digest/vectors.h"
#include "corpus.h"
#include "digest/pieces.h"
#include "digest/running_digests.h"

namespace discern {
namespace {

using tests::corpus;
using tests::read_vectors;
using tests::Vector;

std::vector<std::byte> random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

using Set = std::vector<Algorithm>;
const std::vector<Set> kStitched = {{Algorithm::md5},
                                    {Algorithm::md5, Algorithm::sha1},
                                    {Algorithm::md5, Algorithm::sha256},
                                    {Algorithm::md5, Algorithm::sha1, Algorithm::sha256}};

// The message in parts of up to `most` bytes.
std::vector<Digest> stitched(const Set& set, Bytes message, unsigned seed, std::size_t most) {
  StitchedHasher hasher(std::ranges::count(set, Algorithm::sha1) > 0,
                        std::ranges::count(set, Algorithm::sha256) > 0);
  std::mt19937 random(seed);
  while (!message.empty()) {
    const std::size_t part = std::min<std::size_t>(random() % most, message.size());
    hasher.update(message.first(part));
    message = message.subspan(part);
  }
  return hasher.finish();
}

#define SKIP_WITHOUT_KERNEL(kernel) \
  if ((kernel) == nullptr) GTEST_SKIP() << "this processor lacks the instructions"

TEST(Stitched, HasOpenSslsDigestsOfRandomMessagesInRandomParts) {
  SKIP_WITHOUT_KERNEL(stitched_kernel(true, true));
  for (const Set& set : kStitched) {
    for (unsigned length = 0; length < 400; ++length) {
      const auto message = random_bytes(length, length);
      for (const Digest& digest : stitched(set, message, length, 100))
        EXPECT_EQ(digest.hex, hex_digest(digest.algorithm, message)) << length;
    }
    for (unsigned seed = 0; seed < 40; ++seed) {
      const auto message = random_bytes(10000 + 977 * seed, seed);
      const auto digests = stitched(set, message, seed, 5000);
      EXPECT_EQ(digests.size(), set.size());
      for (const Digest& digest : digests)
        EXPECT_EQ(digest.hex, hex_digest(digest.algorithm, message)) << message.size();
    }
  }
}

// From here on 2^32 bits are behind, and the length fills more than one word.
TEST(Stitched, CountsMoreThan512MiB) {
  SKIP_WITHOUT_KERNEL(stitched_kernel(true, true));
  const auto part = random_bytes(std::size_t{1} << 20, 1);
  StitchedHasher all(true, true);
  std::vector<Hasher> single;
  for (const Algorithm algorithm : kStitched.back()) single.emplace_back(algorithm);
  for (int i = 0; i < 513; ++i) {
    all.update(part);
    for (Hasher& hasher : single) hasher.update(part);
  }
  const auto digests = all.finish();
  ASSERT_EQ(digests.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(digests[i].hex, single[i].finish());
}

struct VectorFile {
  const char* file;
  Algorithm algorithm;
};
void PrintTo(const VectorFile& vectors, std::ostream* out) { *out << vectors.file; }
class KernelVectors : public testing::TestWithParam<VectorFile> {};

TEST_P(KernelVectors, HoldForEveryStitchedKernel) {
  SKIP_WITHOUT_KERNEL(stitched_kernel(true, true));
  const auto path = corpus(std::string("hash/cavp/") + GetParam().file);
  SKIP_WITHOUT(path);
  for (const Vector& vector : read_vectors(path))
    for (const Set& set : kStitched)
      for (const Digest& digest : stitched(set, vector.message, 1, 300))
        if (digest.algorithm == GetParam().algorithm)
          EXPECT_EQ(digest.hex, vector.digest) << vector.message.size() << " bytes";
}

// Each vector in each lane, another message in the others.
TEST_P(KernelVectors, HoldInEveryLane) {
  const auto path = corpus(std::string("hash/cavp/") + GetParam().file);
  SKIP_WITHOUT(path);
  const std::size_t size = digest_size(GetParam().algorithm);
  for (const Vector& vector : read_vectors(path)) {
    if (vector.message.empty()) continue;
    for (std::size_t lane = 0; lane < kMd5Lanes; ++lane) {
      const std::size_t length = vector.message.size();
      auto pieces = random_bytes(kMd5Lanes * length, 7);
      std::copy(vector.message.begin(), vector.message.end(), pieces.begin() + lane * length);
      std::vector<std::byte> values(kMd5Lanes * size);
      digest_pieces(GetParam().algorithm, pieces, length, values.data(), size);
      EXPECT_EQ(to_hex(Bytes(values).subspan(lane * size, size)), vector.digest) << length;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, KernelVectors,
                         testing::Values(VectorFile{"rfc-1321.txt", Algorithm::md5},
                                         VectorFile{"SHA1ShortMsg.rsp", Algorithm::sha1},
                                         VectorFile{"SHA1LongMsg.rsp", Algorithm::sha1},
                                         VectorFile{"SHA256ShortMsg.rsp", Algorithm::sha256},
                                         VectorFile{"SHA256LongMsg.rsp", Algorithm::sha256},
                                         VectorFile{"SHA512ShortMsg.rsp", Algorithm::sha512},
                                         VectorFile{"SHA512LongMsg.rsp", Algorithm::sha512}));

TEST(Pieces, HaveOpenSslsDigestsForAnyNumberAndSize) {
  for (const Algorithm algorithm : all_algorithms()) {
    const std::size_t size = digest_size(algorithm);
    const std::size_t stride = size + 3;
    for (const std::size_t piece : {1, 55, 56, 63, 64, 65, 119, 120, 512, 2048, 2352, 4096}) {
      for (const std::size_t count : {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23}) {
        const auto bytes = random_bytes(piece * count, static_cast<unsigned>(piece + count));
        std::vector<std::byte> values(count * stride);
        digest_pieces(algorithm, bytes, piece, values.data(), stride);
        for (std::size_t i = 0; i < count; ++i)
          EXPECT_EQ(to_hex(Bytes(values).subspan(i * stride, size)),
                    hex_digest(algorithm, Bytes(bytes).subspan(i * piece, piece)))
              << name_of(algorithm) << ' ' << piece << ' ' << i << " of " << count;
      }
    }
  }
}

TEST(PieceHasher, DoesNotDependOnHowTheBytesArrive) {
  constexpr std::size_t kPiece = 1000;
  const auto bytes = random_bytes(40 * kPiece + 123, 3);
  for (const Algorithm algorithm : {Algorithm::md5, Algorithm::sha256, Algorithm::crc32}) {
    const std::size_t size = digest_size(algorithm);
    for (unsigned seed = 1; seed < 20; ++seed) {
      std::vector<std::byte> values(41 * size);
      PieceHasher hasher(algorithm, kPiece, values.data(), size);
      std::mt19937 random(seed);
      for (Bytes rest = bytes; !rest.empty();) {
        const std::size_t part = std::min<std::size_t>(random() % 12000, rest.size());
        hasher.update(rest.first(part));
        rest = rest.subspan(part);
      }
      hasher.finish();
      for (std::size_t i = 0; i < 41; ++i)
        ASSERT_EQ(
            to_hex(Bytes(values).subspan(i * size, size)),
            hex_digest(algorithm, Bytes(bytes).subspan(
                                      i * kPiece, std::min(kPiece, bytes.size() - i * kPiece))))
            << i;
    }
  }
}

TEST(RunningDigests, KeepTheOrderOfTheAlgorithms) {
  const Set set = {Algorithm::crc32, Algorithm::sha256, Algorithm::blake3, Algorithm::md5};
  auto running = running_digests(set);
  for (RunningDigests& each : running) each.update(as_bytes("123456789"));
  const auto digests = finish_all(running, set);
  ASSERT_EQ(digests.size(), set.size());
  for (std::size_t i = 0; i < set.size(); ++i) {
    EXPECT_EQ(digests[i].algorithm, set[i]);
    EXPECT_EQ(digests[i].hex, hex_digest(set[i], as_bytes("123456789")));
  }
}

}  // namespace
}  // namespace discern
