// SPDX-License-Identifier: Apache-2.0
// Known answers, so that a processor, a compiler or a library that computes wrongly is noticed
// before a digest is.
#include <algorithm>
#include <array>

#include "digest/pieces.h"
#include "digest/running_digests.h"

namespace discern {
namespace {

struct Answer {
  Algorithm algorithm;
  std::string_view message;
  std::string_view digest;
};

// Two blocks once padded: FIPS 180-4 examples, NIST.
constexpr std::string_view kTwoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

// "abc": RFC 1321 A.5, the NIST examples of FIPS 180-4 and FIPS 202; BLAKE3 by b3sum 1.2.0; CRC-32:
// the check value of the RevEng catalogue. The MD5 of the longer message is openssl's.
constexpr std::array kAnswers = {
    Answer{Algorithm::md5, "abc", "900150983cd24fb0d6963f7d28e17f72"},
    Answer{Algorithm::md5, kTwoBlocks, "8215ef0796a20bcaaae116d3876c664a"},
    Answer{Algorithm::sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    Answer{Algorithm::sha1, kTwoBlocks, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    Answer{Algorithm::sha256, "abc",
           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    Answer{Algorithm::sha256, kTwoBlocks,
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    Answer{Algorithm::sha512, "abc",
           "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
           "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    Answer{Algorithm::sha3_256, "abc",
           "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
    Answer{Algorithm::blake3, "abc",
           "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"},
    Answer{Algorithm::crc32, "123456789", "cbf43926"},
};

bool right(const Answer& answer, std::span<const Digest> digests) {
  return std::ranges::all_of(digests, [&](const Digest& digest) {
    return digest.algorithm != answer.algorithm || digest.hex == answer.digest;
  });
}

// By itself, beside the others that may be stitched to it, and as one of several pieces.
bool passes(const Answer& answer) {
  const Bytes message = as_bytes(answer.message);
  if (hex_digest(answer.algorithm, message) != answer.digest) return false;
  for (const bool with_sha1 : {false, true}) {
    for (const bool with_sha256 : {false, true}) {
      std::vector<Algorithm> algorithms = {Algorithm::md5};
      if (with_sha1) algorithms.push_back(Algorithm::sha1);
      if (with_sha256) algorithms.push_back(Algorithm::sha256);
      auto running = running_digests(algorithms);
      for (RunningDigests& each : running) each.update(message);
      if (!right(answer, finish_all(running, algorithms))) return false;
    }
  }
  constexpr std::size_t kPieces = 8;
  const std::size_t size = digest_size(answer.algorithm);
  std::string pieces;
  for (std::size_t i = 0; i < kPieces; ++i) pieces += answer.message;
  std::vector<std::byte> values(kPieces * size);
  digest_pieces(answer.algorithm, as_bytes(pieces), answer.message.size(), values.data(), size);
  for (std::size_t i = 0; i < kPieces; ++i)
    if (to_hex(Bytes(values).subspan(i * size, size)) != answer.digest) return false;
  return true;
}

Status test() {
  const auto* wrong = std::ranges::find_if_not(kAnswers, passes);
  if (wrong == kAnswers.end()) return Done{};
  return Error{Errc::unsupported,
               std::string(name_of(wrong->algorithm)) +
                   " of a known message came out wrong on this machine; nothing was hashed"};
}

}  // namespace

Status digest_self_test() {
  static const Status result = test();
  return result;
}

}  // namespace discern
