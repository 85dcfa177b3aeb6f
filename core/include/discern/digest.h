// SPDX-License-Identifier: Apache-2.0
// Digests (hash values) of byte sequences. A "hash set" is something else: a known-file database.
#ifndef DISCERN_DIGEST_H
#define DISCERN_DIGEST_H

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/result.h"

namespace discern {

// Field names and their order in every output are those of this list.
enum class Algorithm { md5, sha1, sha256, sha512, sha3_256, blake3, crc32 };
std::span<const Algorithm> all_algorithms();
std::string_view name_of(Algorithm algorithm);  // "sha3_256"
std::optional<Algorithm> find_algorithm(std::string_view name);
std::size_t digest_size(Algorithm algorithm);  // bytes

// Known answers (RFC 1321, FIPS 180-4 and 202, BLAKE3, CRC-32's check value) by every
// implementation that this process would use, computed once; every pass begins with it.
// Errc::unsupported names the one that is wrong.
Status digest_self_test();

// One running digest. Not thread-safe; movable.
class Hasher {
 public:
  explicit Hasher(Algorithm algorithm);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  Algorithm algorithm() const;
  void update(Bytes bytes);
  // Lower-case hex. Ends the digest; update() must not be called afterwards.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string hex_digest(Algorithm algorithm, Bytes bytes);
std::string to_hex(Bytes bytes);

struct Digest {
  Algorithm algorithm;
  std::string hex;
};

// What a set of known files says of a digest.
struct SetMark {
  std::string set = {};  // the set's file
  bool notable = false;  // a set of what is looked for, not of what can be left aside
  Algorithm algorithm = Algorithm::md5;  // whose values are equal
  std::string name = {};                 // of the file as the set has it; empty: it has none
};

// A fuzzy hash. Says how alike contents may be, never that they are the same.
struct SimilarityDigest {
  std::string kind;  // "ssdeep", "tlsh"
  std::string value;
};

// Digests of one object: `file:<name>`, `view:media`, `track:1` ... (DESIGN section 5).
// `bad` ranges were not readable; zeros stood for them in every digest.
struct DigestSet {
  std::string object;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::vector<ByteRange> bad = {};  // of a piece: offsets in `of`
  std::vector<Digest> digests = {};
  std::string same_as = {};  // another object with the very same bytes in place, hashed once
  std::string of = {};  // of pieces and entries: the object whose bytes from `offset` on they are
  std::string not_hashed = {};  // why there are no digests
  std::vector<SetMark> marks = {};
  std::vector<SimilarityDigest> similarity = {};
  const std::string* find(Algorithm algorithm) const;
};

// Digests of consecutive pieces of one object, all of `piece` bytes but the last one, in one table.
struct PieceDigests {
  std::string object;
  std::uint64_t size = 0;
  std::uint64_t piece = 0;
  std::vector<ByteRange> bad = {};
  std::vector<Algorithm> algorithms = {};
  std::vector<std::byte> values = {};  // piece by piece, the algorithms' digests in their order

  std::uint64_t count() const { return piece == 0 ? 0 : size / piece + (size % piece != 0); }
  // `piece:<offset>`; index < count().
  DigestSet at(std::uint64_t index) const;
};

}  // namespace discern

#endif
