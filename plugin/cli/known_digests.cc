// SPDX-License-Identifier: Apache-2.0
// Digests of published messages.
#include "discern/digest.h"
#include "known_answers.h"

namespace discern::cli {
namespace {

// `repeat` times `text`.
struct Message {
  std::string_view text;
  std::size_t repeat;
  std::string_view digest;
};

Outcome compare_all(Algorithm algorithm, std::span<const Message> messages) {
  Outcome outcome;
  for (const Message& message : messages) {
    std::string text;
    for (std::size_t i = 0; i < message.repeat; ++i) text += message.text;
    outcome = compare(message.digest, hex_digest(algorithm, as_bytes(text)),
                      std::to_string(messages.size()) + " messages");
    if (outcome.verdict != Outcome::Verdict::pass) break;
  }
  return outcome;
}

constexpr std::string_view k448Bits = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

Outcome md5(const std::string&) {
  static constexpr Message kMessages[] = {
      {"", 1, "d41d8cd98f00b204e9800998ecf8427e"},
      {"a", 1, "0cc175b9c0f1b6a831c399e269772661"},
      {"abc", 1, "900150983cd24fb0d6963f7d28e17f72"},
      {"message digest", 1, "f96b697d7cb7938d525a2f31aaf161d0"},
      {"abcdefghijklmnopqrstuvwxyz", 1, "c3fcd3d76192e4007dfb496cca67e13b"},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 1,
       "d174ab98d277d9f5a5611c2c9f419d9f"},
      {"1234567890", 8, "57edf4a22be3c955ac49da2e2107b67a"}};
  return compare_all(Algorithm::md5, kMessages);
}

Outcome sha1(const std::string&) {
  static constexpr Message kMessages[] = {
      {"", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {"abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {k448Bits, 1, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
      {"a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"}};
  return compare_all(Algorithm::sha1, kMessages);
}

Outcome sha256(const std::string&) {
  static constexpr Message kMessages[] = {
      {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {k448Bits, 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}};
  return compare_all(Algorithm::sha256, kMessages);
}

Outcome sha512(const std::string&) {
  static constexpr Message kMessages[] = {
      {"", 1,
       "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
       "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
      {"abc", 1,
       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
       "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
      {"a", 1000000,
       "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
       "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"}};
  return compare_all(Algorithm::sha512, kMessages);
}

Outcome sha3_256(const std::string&) {
  static constexpr Message kMessages[] = {
      {"", 1, "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"},
      {"abc", 1, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
      {k448Bits, 1, "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376"},
      {"a", 1000000, "5c8875ae474a3634ba4fd55ec85bffd661f32aca75c6d699d0cdcb6c115891c1"}};
  return compare_all(Algorithm::sha3_256, kMessages);
}

Outcome blake3(const std::string&) {
  static constexpr Message kMessages[] = {
      {"", 1, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"},
      {"abc", 1, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"},
      {"a", 1000000, "616f575a1b58d4c9797d4217b9730ae5e6eb319d76edef6549b46f4efe31ff8b"}};
  return compare_all(Algorithm::blake3, kMessages);
}

Outcome crc32(const std::string&) {
  static constexpr Message kMessages[] = {
      {"", 1, "00000000"}, {"123456789", 1, "cbf43926"}, {"a", 1000000, "dc25bfbc"}};
  return compare_all(Algorithm::crc32, kMessages);
}

Outcome kernels(const std::string&) {
  const Status tested = digest_self_test();
  if (!tested) return failed_because(tested.error().text);
  return {.text = "alone, beside each other, several messages at a time"};
}

}  // namespace

std::vector<KnownAnswer> digest_answers() {
  return {{"hash:md5", "RFC 1321 A.5", md5},
          {"hash:sha1", "NIST, examples of FIPS 180", sha1},
          {"hash:sha256", "NIST, examples of FIPS 180", sha256},
          {"hash:sha512", "NIST, examples of FIPS 180", sha512},
          {"hash:sha3_256", "NIST, examples of FIPS 202", sha3_256},
          {"hash:blake3", "b3sum 1.2.0", blake3},
          {"hash:crc32", "RevEng catalogue; zlib 1.2.13", crc32},
          {"hash:kernels", "the same, in every kernel of this processor", kernels}};
}

}  // namespace discern::cli
