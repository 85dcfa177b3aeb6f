// SPDX-License-Identifier: Apache-2.0
// What the parts that call OpenSSL share: digests and base64 of bytes, errors.
#ifndef DISCERN_REPORT_OPENSSL_H
#define DISCERN_REPORT_OPENSSL_H

#include <openssl/evp.h>

#include <optional>
#include <string>
#include <string_view>

#include "discern/result.h"

namespace discern {

// Errc::corrupt; forgets what OpenSSL has queued about it.
Error corrupt_by_openssl(std::string text, const std::string& file = {});

// The digest of `bytes`, raw.
std::string hashed(const EVP_MD* digest, std::string_view bytes);

std::string base64(std::string_view bytes);
// White space aside; nothing when it is no base64 or empty.
std::optional<std::string> from_base64(std::string_view text);

inline const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace discern

#endif
