// SPDX-License-Identifier: Apache-2.0
// SHA-1 and SHA-256 of two messages at once. The instructions of the SHA extensions can begin twice
// as often as one message's chain of rounds needs them.
#include "digest/kernels.h"
#include "digest/sha_rounds.h"

#if defined(__x86_64__)

namespace discern {
namespace {

template <int groups, int group = 0, class Rounds>
DISCERN_SHA_INLINE void all_rounds(Rounds& first, Rounds& second, const std::byte* first_block,
                                   const std::byte* second_block) {
  if constexpr (group < groups) {
    first.template rounds<group>(first_block);
    second.template rounds<group>(second_block);
    all_rounds<groups, group + 1>(first, second, first_block, second_block);
  }
}

template <class Rounds, int groups, class Chain>
DISCERN_SHA void many_sha(std::span<Chain, kShaLanes> chains,
                          std::span<const std::byte* const, kShaLanes> messages,
                          std::size_t count) {
  Rounds first(chains[0]);
  Rounds second(chains[1]);
  for (std::size_t offset = 0; offset < count * kDigestBlock; offset += kDigestBlock) {
    first.begin();
    second.begin();
    all_rounds<groups>(first, second, messages[0] + offset, messages[1] + offset);
    first.end();
    second.end();
  }
  first.store(chains[0]);
  second.store(chains[1]);
}

}  // namespace

ManySha1 many_sha1_kernel() {
  return has_sha_extensions() ? many_sha<Sha1Rounds, 20, Sha1Chain> : nullptr;
}
ManySha256 many_sha256_kernel() {
  return has_sha_extensions() ? many_sha<Sha256Rounds, 16, Sha256Chain> : nullptr;
}

}  // namespace discern

#else

namespace discern {
ManySha1 many_sha1_kernel() { return nullptr; }
ManySha256 many_sha256_kernel() { return nullptr; }
}  // namespace discern

#endif
