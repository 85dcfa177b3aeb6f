// SPDX-License-Identifier: Apache-2.0
// MD5 is one chain of dependent instructions: 64 steps of 4 or 5 cycles a block, whatever the
// processor could do beside it. So the groups of SHA-1 and SHA-256 rounds, which work in other
// registers and other units, are put between its steps and cost next to nothing.
//
// The steps are inline assembly because compilers spoil the chain: g++ 12 moves the state to vector
// registers (hence -fno-tree-slp-vectorize on this file) and joins the terms of the sum in an order
// that makes the chain longer. With b the value of the step before, a step's chain is
//
//   F = ((c ^ d) & b) ^ d   and, xor, add, rotate, add    5 cycles
//   G = (b & d) + (c & ~d)       and, add, rotate, add    4: no bit is in both terms; + is as good
//   H = (c ^ d) ^ b              xor, add, rotate, add    4
//   I = (~d | b) ^ c         or, xor, add, rotate, add    5
//
// (the parts in brackets without b, and a + word + constant, are ready before), 288 cycles a block.
#include "digest/kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

#include "digest/md5_table.h"
#include "digest/sha_rounds.h"

namespace discern {
namespace {

// A word of the message, which may stand anywhere.
using Word [[gnu::may_alias, gnu::aligned(1)]] = std::uint32_t;

template <int step>
[[gnu::always_inline]] inline void md5_step(std::uint32_t& a, std::uint32_t b, std::uint32_t c,
                                            std::uint32_t d, const std::byte* block) {
  constexpr int kRotation = md5::rotation(step);
  constexpr auto kSine = static_cast<int>(md5::kSines[step]);
  const Word& word = *reinterpret_cast<const Word*>(block + std::size_t{4} * md5::word(step));
  std::uint32_t term = c;
  if constexpr (step < 16) {
    asm("addl %[word], %[a]\n\t"
        "xorl %[d], %[term]\n\t"
        "addl %[sine], %[a]\n\t"
        "andl %[b], %[term]\n\t"
        "xorl %[d], %[term]\n\t"
        "addl %[term], %[a]\n\t"
        "roll %[rotation], %[a]\n\t"
        "addl %[b], %[a]"
        : [a] "+&r"(a), [term] "+&r"(term)
        : [b] "r"(b), [d] "r"(d), [word] "m"(word), [sine] "i"(kSine), [rotation] "i"(kRotation)
        : "cc");
  } else if constexpr (step < 32) {
    std::uint32_t other = d;
    term = d;
    asm("addl %[word], %[a]\n\t"
        "notl %[other]\n\t"
        "addl %[sine], %[a]\n\t"
        "andl %[c], %[other]\n\t"
        "addl %[other], %[a]\n\t"
        "andl %[b], %[term]\n\t"
        "addl %[term], %[a]\n\t"
        "roll %[rotation], %[a]\n\t"
        "addl %[b], %[a]"
        : [a] "+&r"(a), [term] "+&r"(term), [other] "+&r"(other)
        : [b] "r"(b), [c] "r"(c), [word] "m"(word), [sine] "i"(kSine), [rotation] "i"(kRotation)
        : "cc");
  } else if constexpr (step < 48) {
    asm("addl %[word], %[a]\n\t"
        "xorl %[d], %[term]\n\t"
        "addl %[sine], %[a]\n\t"
        "xorl %[b], %[term]\n\t"
        "addl %[term], %[a]\n\t"
        "roll %[rotation], %[a]\n\t"
        "addl %[b], %[a]"
        : [a] "+&r"(a), [term] "+&r"(term)
        : [b] "r"(b), [d] "r"(d), [word] "m"(word), [sine] "i"(kSine), [rotation] "i"(kRotation)
        : "cc");
  } else {
    term = d;
    asm("addl %[word], %[a]\n\t"
        "notl %[term]\n\t"
        "addl %[sine], %[a]\n\t"
        "orl %[b], %[term]\n\t"
        "xorl %[c], %[term]\n\t"
        "addl %[term], %[a]\n\t"
        "roll %[rotation], %[a]\n\t"
        "addl %[b], %[a]"
        : [a] "+&r"(a), [term] "+&r"(term)
        : [b] "r"(b), [c] "r"(c), [word] "m"(word), [sine] "i"(kSine), [rotation] "i"(kRotation)
        : "cc");
  }
}

// 16 groups of four steps a block.
class Md5Steps {
 public:
  [[gnu::always_inline]] explicit Md5Steps(const Md5Chain& chain)
      : a_(chain[0]), b_(chain[1]), c_(chain[2]), d_(chain[3]) {}

  template <int group>
  [[gnu::always_inline]] inline void steps(const std::byte* block) {
    md5_step<4 * group>(a_, b_, c_, d_, block);
    md5_step<4 * group + 1>(d_, a_, b_, c_, block);
    md5_step<4 * group + 2>(c_, d_, a_, b_, block);
    md5_step<4 * group + 3>(b_, c_, d_, a_, block);
  }
  [[gnu::always_inline]] inline void end(const Md5Chain& before) {
    a_ += before[0];
    b_ += before[1];
    c_ += before[2];
    d_ += before[3];
  }
  [[gnu::always_inline]] inline void store(Md5Chain& chain) const { chain = {a_, b_, c_, d_}; }

 private:
  std::uint32_t a_, b_, c_, d_;
};

constexpr int kGroups = 16;

template <int group = 0>
[[gnu::always_inline]] inline void all_steps(Md5Steps& md5, const std::byte* block) {
  if constexpr (group < kGroups) {
    md5.steps<group>(block);
    all_steps<group + 1>(md5, block);
  }
}

void md5_alone(Chains& chains, const std::byte* blocks, std::size_t count) {
  Md5Steps md5(chains.md5);
  for (; count > 0; --count, blocks += kDigestBlock) {
    all_steps(md5, blocks);
    md5.end(chains.md5);
    md5.store(chains.md5);
  }
}

// A sixteenth of a block's work: four steps of MD5, four rounds of SHA-256, four or eight of SHA-1.
template <int group, bool with_sha1, bool with_sha256>
DISCERN_SHA_INLINE void portion(Md5Steps& md5, Sha1Rounds& sha1, Sha256Rounds& sha256,
                                const std::byte* block) {
  if constexpr (with_sha256) sha256.rounds<group>(block);
  if constexpr (with_sha1) sha1.rounds<group + group / 4>(block);
  md5.steps<group>(block);
  if constexpr (with_sha1 && group % 4 == 3) sha1.rounds<group + group / 4 + 1>(block);
}

template <bool with_sha1, bool with_sha256, int group = 0>
DISCERN_SHA_INLINE void portions(Md5Steps& md5, Sha1Rounds& sha1, Sha256Rounds& sha256,
                                 const std::byte* block) {
  if constexpr (group < kGroups) {
    portion<group, with_sha1, with_sha256>(md5, sha1, sha256, block);
    portions<with_sha1, with_sha256, group + 1>(md5, sha1, sha256, block);
  }
}

template <bool with_sha1, bool with_sha256>
DISCERN_SHA void stitched(Chains& chains, const std::byte* blocks, std::size_t count) {
  Md5Steps md5(chains.md5);
  Sha1Rounds sha1(chains.sha1);
  Sha256Rounds sha256(chains.sha256);
  for (; count > 0; --count, blocks += kDigestBlock) {
    sha1.begin();
    sha256.begin();
    portions<with_sha1, with_sha256>(md5, sha1, sha256, blocks);
    md5.end(chains.md5);
    md5.store(chains.md5);
    if constexpr (with_sha1) sha1.end();
    if constexpr (with_sha256) sha256.end();
  }
  if constexpr (with_sha1) sha1.store(chains.sha1);
  if constexpr (with_sha256) sha256.store(chains.sha256);
}

}  // namespace

bool has_sha_extensions() {
  static const bool has = [] {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0 &&
           __builtin_cpu_supports("sse4.1");
  }();
  return has;
}

StitchedKernel stitched_kernel(bool with_sha1, bool with_sha256) {
  if (!with_sha1 && !with_sha256) return md5_alone;
  if (!has_sha_extensions()) return nullptr;
  if (!with_sha256) return stitched<true, false>;
  return with_sha1 ? stitched<true, true> : stitched<false, true>;
}

}  // namespace discern

#else

namespace discern {
bool has_sha_extensions() { return false; }
StitchedKernel stitched_kernel(bool, bool) { return nullptr; }
}  // namespace discern

#endif
