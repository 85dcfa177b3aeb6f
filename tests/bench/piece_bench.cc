// SPDX-License-Identifier: Apache-2.0
// Digests of the pieces of a buffer beside one OpenSSL call after the other, CPU time of one
// thread: piece_bench [MIB]. Medians of nine; both are compared first.
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "digest/pieces.h"

namespace {
using namespace discern;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

const EVP_MD* openssl(Algorithm algorithm) {
  return algorithm == Algorithm::md5    ? EVP_md5()
         : algorithm == Algorithm::sha1 ? EVP_sha1()
                                        : EVP_sha256();
}

// With one context for all: OpenSSL at its best.
void by_openssl(Algorithm algorithm, Bytes bytes, std::size_t piece, std::byte* out) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  for (; !bytes.empty(); bytes = bytes.subspan(piece), out += digest_size(algorithm)) {
    EVP_DigestInit_ex(context, openssl(algorithm), nullptr);
    EVP_DigestUpdate(context, bytes.data(), piece);
    EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(out), nullptr);
  }
  EVP_MD_CTX_free(context);
}
}  // namespace

int main(int argc, char** argv) {
  const std::size_t size = std::size_t{argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 64} << 20;
  std::vector<std::byte> bytes(size);
  std::mt19937 random(1);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  std::printf("%-8s %8s %10s %10s %6s\n", "", "piece", "openssl", "discern", "ratio");
  for (const Algorithm algorithm : {Algorithm::md5, Algorithm::sha1, Algorithm::sha256}) {
    for (const std::size_t piece : {512, 2048, 4096, 65536}) {
      const std::size_t digest = digest_size(algorithm);
      std::vector<std::byte> theirs(size / piece * digest);
      std::vector<std::byte> ours(theirs.size());
      std::vector<double> times[2];
      for (int round = 0; round < 9; ++round) {
        double start = cpu_seconds();
        by_openssl(algorithm, bytes, piece, theirs.data());
        times[0].push_back(cpu_seconds() - start);
        start = cpu_seconds();
        digest_pieces(algorithm, bytes, piece, ours.data(), digest);
        times[1].push_back(cpu_seconds() - start);
      }
      if (ours != theirs) return 1;
      for (auto& each : times) std::nth_element(each.begin(), each.begin() + 4, each.end());
      const double gigabytes = static_cast<double>(size) / 1e9;
      std::printf("%-8s %8zu %5.2f GB/s %5.2f GB/s %6.1f\n",
                  std::string(name_of(algorithm)).c_str(), piece, gigabytes / times[0][4],
                  gigabytes / times[1][4], times[0][4] / times[1][4]);
    }
  }
}
