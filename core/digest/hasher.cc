// SPDX-License-Identifier: Apache-2.0
#include <isa-l/crc.h>
#include <openssl/evp.h>

#include <array>
#include <new>
#include <stdexcept>
#include <variant>

#include "digest/blake3.h"
#include "discern/digest.h"

namespace discern {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

// CRC-32 of zlib, gzip, ZIP and Redump: reflected polynomial 0xEDB88320, start and final value
// inverted (ISO 3309, ITU-T V.42).
struct Crc32 {
  std::uint32_t value = 0;
};

const EVP_MD* openssl_digest(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::md5:
      return EVP_md5();
    case Algorithm::sha1:
      return EVP_sha1();
    case Algorithm::sha256:
      return EVP_sha256();
    case Algorithm::sha512:
      return EVP_sha512();
    case Algorithm::sha3_256:
      return EVP_sha3_256();
    case Algorithm::blake3:
    case Algorithm::crc32:
      break;
  }
  return nullptr;
}

// OpenSSL fails here when the machine's policy forbids the algorithm (MD5 in FIPS mode).
[[noreturn]] void refuse(Algorithm algorithm) {
  throw std::runtime_error("OpenSSL refuses " + std::string(name_of(algorithm)) +
                           " (forbidden by this machine's configuration?)");
}

}  // namespace

struct Hasher::State {
  Algorithm algorithm;
  std::variant<Crc32, Blake3, Context> running;
};

Hasher::Hasher(Algorithm algorithm) : state_(std::make_unique<State>()) {
  state_->algorithm = algorithm;
  if (algorithm == Algorithm::blake3) state_->running = Blake3();
  const EVP_MD* digest = openssl_digest(algorithm);
  if (digest == nullptr) return;
  Context context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  if (EVP_DigestInit_ex(context.get(), digest, nullptr) != 1) refuse(algorithm);
  state_->running = std::move(context);
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

Algorithm Hasher::algorithm() const { return state_->algorithm; }

void Hasher::update(Bytes bytes) {
  if (auto* crc = std::get_if<Crc32>(&state_->running)) {
    crc->value = crc32_gzip_refl(crc->value, reinterpret_cast<const unsigned char*>(bytes.data()),
                                 bytes.size());
    return;
  }
  if (auto* blake3 = std::get_if<Blake3>(&state_->running)) {
    blake3->update(bytes);
    return;
  }
  if (EVP_DigestUpdate(std::get<Context>(state_->running).get(), bytes.data(), bytes.size()) != 1)
    refuse(state_->algorithm);
}

std::string Hasher::finish() {
  std::array<std::byte, EVP_MAX_MD_SIZE> value{};
  if (const auto* crc = std::get_if<Crc32>(&state_->running)) {
    for (std::size_t i = 0; i < 4; ++i)
      value[i] = static_cast<std::byte>(crc->value >> (24 - 8 * i));
    return to_hex(std::span(value).first(4));
  }
  if (const auto* blake3 = std::get_if<Blake3>(&state_->running)) return to_hex(blake3->finish());
  unsigned length = 0;
  if (EVP_DigestFinal_ex(std::get<Context>(state_->running).get(),
                         reinterpret_cast<unsigned char*>(value.data()), &length) != 1)
    refuse(state_->algorithm);
  return to_hex(std::span(value).first(length));
}

std::string hex_digest(Algorithm algorithm, Bytes bytes) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace discern
