// SPDX-License-Identifier: Apache-2.0
// Digests that advance together on one thread, and how a set of algorithms is cut into such.
#ifndef DISCERN_CORE_DIGEST_RUNNING_DIGESTS_H
#define DISCERN_CORE_DIGEST_RUNNING_DIGESTS_H

#include <span>
#include <variant>
#include <vector>

#include "digest/stitched_hasher.h"
#include "discern/digest.h"

namespace discern {

// Cycles a byte, roughly: only to spread work over threads.
double cost_of(Algorithm algorithm);

class RunningDigests {
 public:
  // One Algorithm, or MD5 with SHA-1 or SHA-256 or both.
  explicit RunningDigests(std::span<const Algorithm> algorithms);
  void update(Bytes bytes);
  // Ends the digests.
  std::vector<Digest> finish();
  double cost() const { return cost_; }

 private:
  std::variant<StitchedHasher, Hasher> state_;
  double cost_;
};

// Those that one thread does for the price of the dearest stand together.
std::vector<RunningDigests> running_digests(std::span<const Algorithm> algorithms);

// The digests of all, in the order of `algorithms`.
std::vector<Digest> finish_all(std::vector<RunningDigests>& running,
                               std::span<const Algorithm> algorithms);

}  // namespace discern

#endif
