// SPDX-License-Identifier: Apache-2.0
#include "digest/running_digests.h"

#include <algorithm>

namespace discern {

// Cycles per byte of OpenSSL 3.0, ISA-L and the kernels here with AVX2 and the SHA extensions.
double cost_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::md5:
    case Algorithm::sha512:
      return 4.8;
    case Algorithm::sha1:
    case Algorithm::sha256:
      return 2.0;
    case Algorithm::sha3_256:
      return 9.0;
    case Algorithm::blake3:
      return 1.4;
    case Algorithm::crc32:
      return 0.3;
  }
  return 1.0;
}

namespace {

bool has(std::span<const Algorithm> algorithms, Algorithm wanted) {
  return std::ranges::find(algorithms, wanted) != algorithms.end();
}

bool stitches(std::span<const Algorithm> algorithms) {
  return has(algorithms, Algorithm::md5) &&
         stitched_kernel(has(algorithms, Algorithm::sha1), has(algorithms, Algorithm::sha256));
}

std::variant<StitchedHasher, Hasher> begun(std::span<const Algorithm> algorithms) {
  if (stitches(algorithms))
    return StitchedHasher(has(algorithms, Algorithm::sha1), has(algorithms, Algorithm::sha256));
  return Hasher(algorithms.front());
}

}  // namespace

RunningDigests::RunningDigests(std::span<const Algorithm> algorithms)
    : state_(begun(algorithms)),
      cost_(cost_of(*std::ranges::max_element(algorithms, {}, cost_of))) {}

void RunningDigests::update(Bytes bytes) {
  std::visit([&](auto& hasher) { hasher.update(bytes); }, state_);
}

std::vector<Digest> RunningDigests::finish() {
  if (auto* stitched = std::get_if<StitchedHasher>(&state_)) return stitched->finish();
  auto& hasher = std::get<Hasher>(state_);
  return {{hasher.algorithm(), hasher.finish()}};
}

std::vector<RunningDigests> running_digests(std::span<const Algorithm> algorithms) {
  std::vector<Algorithm> together;
  for (const Algorithm algorithm : {Algorithm::md5, Algorithm::sha1, Algorithm::sha256})
    if (has(algorithms, algorithm)) together.push_back(algorithm);
  if (!stitches(together)) together.clear();
  std::vector<RunningDigests> running;
  if (!together.empty()) running.emplace_back(together);
  for (const Algorithm algorithm : algorithms)
    if (!has(together, algorithm)) running.emplace_back(std::span(&algorithm, 1));
  return running;
}

std::vector<Digest> finish_all(std::vector<RunningDigests>& running,
                               std::span<const Algorithm> algorithms) {
  std::vector<Digest> digests;
  for (RunningDigests& each : running)
    for (Digest& digest : each.finish()) digests.push_back(std::move(digest));
  std::ranges::sort(digests, {}, [&](const Digest& digest) {
    return std::ranges::find(algorithms, digest.algorithm) - algorithms.begin();
  });
  return digests;
}

}  // namespace discern
