// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CORE_DIGEST_STITCHED_HASHER_H
#define DISCERN_CORE_DIGEST_STITCHED_HASHER_H

#include <array>
#include <cstdint>
#include <vector>

#include "digest/kernels.h"
#include "discern/digest.h"

namespace discern {

// MD5, and SHA-1 and SHA-256 as wanted, of one sequence of bytes by a stitched kernel.
class StitchedHasher {
 public:
  // stitched_kernel(with_sha1, with_sha256) must not be null.
  StitchedHasher(bool with_sha1, bool with_sha256);

  void update(Bytes bytes);
  // Ends the digests.
  std::vector<Digest> finish();

 private:
  bool with_sha1_;
  bool with_sha256_;
  StitchedKernel kernel_;
  Chains chains_;
  std::array<std::byte, kDigestBlock> rest_ = {};  // of the bytes so far, what fills no block
  std::size_t filled_ = 0;
  std::uint64_t length_ = 0;
};

}  // namespace discern

#endif
