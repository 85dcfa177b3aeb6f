// SPDX-License-Identifier: Apache-2.0
#include "report/openssl.h"

#include <openssl/err.h>

#include <array>
#include <vector>

namespace discern {

Error corrupt_by_openssl(std::string text, const std::string& file) {
  ERR_clear_error();
  return {Errc::corrupt, std::move(text), file};
}

std::string base64(std::string_view bytes) {
  std::vector<unsigned char> out(bytes.size() / 3 * 4 + 8);
  const int length = EVP_EncodeBlock(out.data(), raw(bytes), static_cast<int>(bytes.size()));
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(length)};
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string plain;
  for (const char c : text)
    if (c != '\n' && c != '\r' && c != ' ') plain += c;
  if (plain.empty() || plain.size() % 4 != 0) return std::nullopt;
  std::vector<unsigned char> out(plain.size());
  const int length = EVP_DecodeBlock(out.data(), raw(plain), static_cast<int>(plain.size()));
  if (length < 0) return std::nullopt;
  std::size_t size = static_cast<std::size_t>(length);
  for (std::size_t i = plain.size(); i > plain.size() - 2 && plain[i - 1] == '='; --i) --size;
  return std::string(reinterpret_cast<const char*>(out.data()), size);
}

std::string hashed(const EVP_MD* digest, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, digest, nullptr);
  return {reinterpret_cast<const char*>(out.data()), length};
}

}  // namespace discern
