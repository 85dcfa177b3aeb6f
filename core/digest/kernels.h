// SPDX-License-Identifier: Apache-2.0
// Compression functions of MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4) for x86-64, over whole
// blocks of 64 bytes. Padding and everything else is their callers'. OpenSSL does the same work
// where a kernel does not run.
#ifndef DISCERN_CORE_DIGEST_KERNELS_H
#define DISCERN_CORE_DIGEST_KERNELS_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "discern/bytes.h"

namespace discern {

constexpr std::size_t kDigestBlock = 64;

// The chaining values, as native words.
using Md5Chain = std::array<std::uint32_t, 4>;
using Sha1Chain = std::array<std::uint32_t, 5>;
using Sha256Chain = std::array<std::uint32_t, 8>;
constexpr Md5Chain kMd5Start = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
constexpr Sha1Chain kSha1Start = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
constexpr Sha256Chain kSha256Start = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                      0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

// ---- one message, several digests: stitched.cc -------------------------------------------------

struct Chains {
  Md5Chain md5 = kMd5Start;
  Sha1Chain sha1 = kSha1Start;
  Sha256Chain sha256 = kSha256Start;
};
using StitchedKernel = void (*)(Chains& chains, const std::byte* blocks, std::size_t count);
// MD5 and what else is wanted, in one thread for the price of MD5; null where it does not run.
StitchedKernel stitched_kernel(bool with_sha1, bool with_sha256);

// ---- one digest of several messages: many_md5.cc, many_sha.cc
// ------------------------------------

// `lanes` messages advance by `count` blocks each.
template <class Chain, std::size_t lanes>
using ManyKernel = void (*)(std::span<Chain, lanes> chains,
                            std::span<const std::byte* const, lanes> messages, std::size_t count);
constexpr std::size_t kMd5Lanes = 8;
constexpr std::size_t kShaLanes = 2;
using ManyMd5 = ManyKernel<Md5Chain, kMd5Lanes>;
using ManySha1 = ManyKernel<Sha1Chain, kShaLanes>;
using ManySha256 = ManyKernel<Sha256Chain, kShaLanes>;
// Null where they do not run: AVX2 for MD5, the SHA extensions for the others.
ManyMd5 many_md5_kernel();
ManySha1 many_sha1_kernel();
ManySha256 many_sha256_kernel();

// The processor has the SHA extensions (CPUID leaf 7, EBX bit 29) and SSE4.1.
bool has_sha_extensions();

}  // namespace discern

#endif
