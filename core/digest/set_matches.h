// SPDX-License-Identifier: Apache-2.0
// The digests of the evidence, as the readers of hash sets look them up.
#ifndef DISCERN_DIGEST_SET_MATCHES_H
#define DISCERN_DIGEST_SET_MATCHES_H

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/hash_set.h"

namespace discern {

class SetMatches {
 public:
  // `digests` get the marks and must outlive this.
  SetMatches(std::span<DigestSet> digests, HashSetFile file, const Progress& progress);

  // What the set has: a value in hex of either case, and the name beside it, which may be empty.
  // Values of other lengths than the algorithm's are none.
  void see(Algorithm algorithm, std::string_view hex, std::string_view name);
  // By the number of its digits: 32, 40 or 64.
  void see(std::string_view hex, std::string_view name);

  // Whether any of the evidence's digests is of it.
  bool computed(Algorithm algorithm) const { return !table(algorithm).empty(); }
  // Their values in lower case, each once.
  std::vector<std::string> wanted(Algorithm algorithm) const;
  // A reader that looks up by itself says that it could.
  void note_comparable() { comparable_ = true; }

  // False: the user stops. `done` of `total` bytes.
  bool go_on(std::uint64_t done, std::uint64_t total) const;
  SetReading reading(std::string_view kind) const { return {kind, comparable_, marked_}; }

 private:
  struct Value {
    std::array<std::byte, 32> bytes = {};
    std::size_t index = 0;  // of digests_
  };
  const std::vector<Value>& table(Algorithm algorithm) const;

  std::span<DigestSet> digests_;
  HashSetFile file_;
  const Progress& progress_;
  std::array<std::vector<Value>, 3> tables_;  // of kCompared, sorted by value
  std::vector<bool> is_marked_;               // by this file
  bool comparable_ = false;
  std::uint64_t marked_ = 0;
};

// The algorithms that sets have.
inline constexpr std::array kCompared = {Algorithm::md5, Algorithm::sha1, Algorithm::sha256};

// One row per kind of file; the first whose probe takes the head (up to 4 KiB) reads it.
struct HashSetReader {
  std::string_view name;
  bool (*probe)(Bytes head);
  Status (*read)(const std::string& path, SetMatches& matches);
};

bool is_sqlite(Bytes head);
Status read_sqlite_set(const std::string& path, SetMatches& matches);
bool is_encase_set(Bytes head);
Status read_encase_set(const std::string& path, SetMatches& matches);
bool is_nsrl_text(Bytes head);
Status read_nsrl_text(const std::string& path, SetMatches& matches);
bool is_hfind_index(Bytes head);
Status read_hfind_index(const std::string& path, SetMatches& matches);
bool is_hashdeep_set(Bytes head);
Status read_hashdeep_set(const std::string& path, SetMatches& matches);
bool is_sum_set(Bytes head);
Status read_sum_set(const std::string& path, SetMatches& matches);

}  // namespace discern

#endif
