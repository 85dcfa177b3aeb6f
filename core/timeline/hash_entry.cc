// SPDX-License-Identifier: Apache-2.0
// Digests of files through their runs.

#include <algorithm>

#include "discern/timeline.h"

namespace discern {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
// A few bytes can claim any number of zeros.
constexpr std::uint64_t kMostZeros = std::uint64_t{1} << 34;

// Feeds the bytes of one run, or zeros where it is sparse.
void update(std::vector<Hasher>& hashers, const Run& run, std::uint64_t length, const View& view,
            std::vector<std::byte>& buffer, std::vector<ByteRange>& bad) {
  for (std::uint64_t at = 0; at < length;) {
    buffer.assign(static_cast<std::size_t>(std::min(kBlock, length - at)), std::byte{0});
    if (run.view_offset) {
      const ReadResult got = view.source->read(*run.view_offset + at, buffer);
      for (const ByteRange& range : got.bad)
        bad.push_back({run.file_offset + (range.offset - *run.view_offset), range.length});
    }
    for (Hasher& hasher : hashers) hasher.update(buffer);
    at += buffer.size();
  }
}

}  // namespace

std::optional<DigestSet> hash_entry(const Entry& entry, const View& view,
                                    std::span<const Algorithm> algorithms) {
  if (entry.type == 'd') return std::nullopt;
  const std::uint64_t end = view.source->size();
  std::uint64_t covered = 0;
  std::uint64_t zeros = 0;
  for (const Run& run : entry.runs) {
    const std::uint64_t length = std::min(run.length, entry.size - covered);
    if (run.file_offset != covered) return std::nullopt;
    if (run.view_offset && (*run.view_offset > end || length > end - *run.view_offset))
      return std::nullopt;
    if (!run.view_offset) zeros += length;
    covered += length;
  }
  if (covered != entry.size || zeros > kMostZeros) return std::nullopt;

  DigestSet set{"entry:" + show_name(entry.path).text, 0, entry.size, {}, {}, {}};
  std::vector<Hasher> hashers;
  for (const Algorithm algorithm : algorithms) hashers.emplace_back(algorithm);
  std::vector<std::byte> buffer;
  std::uint64_t done = 0;
  for (const Run& run : entry.runs) {
    const std::uint64_t length = std::min(run.length, entry.size - done);
    update(hashers, run, length, view, buffer, set.bad);
    done += length;
  }
  set.bad = merged(std::move(set.bad));
  for (Hasher& hasher : hashers) set.digests.push_back({hasher.algorithm(), hasher.finish()});
  return set;
}

}  // namespace discern
