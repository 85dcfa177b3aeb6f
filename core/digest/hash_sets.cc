// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "digest/hex.h"
#include "digest/set_matches.h"
#include "discern/bytes.h"
#include "discern/hash_set.h"

namespace discern {
namespace {

constexpr std::array kReaders = {
    HashSetReader{"SQLite database of NSRL or The Sleuth Kit", is_sqlite, read_sqlite_set},
    HashSetReader{"EnCase hash set", is_encase_set, read_encase_set},
    HashSetReader{"NSRL RDS version 2", is_nsrl_text, read_nsrl_text},
    HashSetReader{"index of hfind", is_hfind_index, read_hfind_index},
    HashSetReader{"hashdeep list", is_hashdeep_set, read_hashdeep_set},
    HashSetReader{"sum file", is_sum_set, read_sum_set},
};

// Bytes behind the digest are zero.
std::optional<std::array<std::byte, 32>> value_of(Algorithm algorithm, std::string_view hex) {
  std::array<std::byte, 32> value{};
  if (!from_hex(hex, std::span(value).first(digest_size(algorithm)))) return std::nullopt;
  return value;
}

std::size_t place_of(Algorithm algorithm) {
  return static_cast<std::size_t>(std::ranges::find(kCompared, algorithm) - kCompared.begin());
}

}  // namespace

std::string_view standing_of(const DigestSet& digests) {
  if (digests.marks.empty()) return {};
  return std::ranges::any_of(digests.marks, &SetMark::notable) ? "notable" : "known";
}

SetMatches::SetMatches(std::span<DigestSet> digests, HashSetFile file, const Progress& progress)
    : digests_(digests), file_(std::move(file)), progress_(progress), is_marked_(digests.size()) {
  for (std::size_t i = 0; i < digests.size(); ++i)
    for (const Digest& digest : digests[i].digests) {
      const std::size_t place = place_of(digest.algorithm);
      if (place == kCompared.size()) continue;
      if (const auto value = value_of(digest.algorithm, digest.hex))
        tables_[place].push_back({*value, i});
    }
  for (auto& table : tables_) std::ranges::sort(table, {}, &Value::bytes);
}

const std::vector<SetMatches::Value>& SetMatches::table(Algorithm algorithm) const {
  static const std::vector<Value> none;
  const std::size_t place = place_of(algorithm);
  return place == kCompared.size() ? none : tables_[place];
}

void SetMatches::see(Algorithm algorithm, std::string_view hex, std::string_view name) {
  const std::vector<Value>& values = table(algorithm);
  if (values.empty()) return;
  const auto value = value_of(algorithm, hex);
  if (!value) return;
  comparable_ = true;
  for (auto equal = std::ranges::lower_bound(values, *value, {}, &Value::bytes);
       equal != values.end() && equal->bytes == *value; ++equal) {
    if (is_marked_[equal->index]) continue;
    is_marked_[equal->index] = true;
    ++marked_;
    digests_[equal->index].marks.push_back(
        {file_.path, file_.notable, algorithm, std::string(name)});
  }
}

void SetMatches::see(std::string_view hex, std::string_view name) {
  for (const Algorithm algorithm : kCompared)
    if (hex.size() == 2 * digest_size(algorithm)) see(algorithm, hex, name);
}

std::vector<std::string> SetMatches::wanted(Algorithm algorithm) const {
  std::vector<std::string> result;
  for (const Value& value : table(algorithm)) {
    std::string hex = to_hex(Bytes(value.bytes).first(digest_size(algorithm)));
    if (result.empty() || result.back() != hex) result.push_back(std::move(hex));
  }
  return result;
}

bool SetMatches::go_on(std::uint64_t done, std::uint64_t total) const {
  return !progress_ || progress_(file_.path, done, total);
}

Result<SetReading> mark_digests(std::span<DigestSet> digests, const HashSetFile& file,
                                const Progress& progress) {
  errno = 0;
  std::ifstream in(file.path, std::ios::binary);
  std::array<char, 4096> head{};
  in.read(head.data(), head.size());
  const auto size = static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0));
  if (size == 0) {
    const bool none = errno == ENOENT;
    return Error{none    ? Errc::missing
                 : errno ? Errc::io
                         : Errc::not_this,
                 errno ? std::generic_category().message(errno) : "is empty", file.path};
  }
  const Bytes start = as_bytes({head.data(), size});
  for (const HashSetReader& reader : kReaders) {
    if (!reader.probe(start)) continue;
    SetMatches matches(digests, file, progress);
    if (const Status read = reader.read(file.path, matches); !read) return read.error();
    return matches.reading(reader.name);
  }
  return Error{Errc::not_this, "is no hash set that is known here", file.path};
}

}  // namespace discern
