// SPDX-License-Identifier: Apache-2.0
#include "report/report_id.h"

#include "digest/hex.h"

namespace discern {

std::string uuid_from(std::string_view text) {
  std::string hex = hex_digest(Algorithm::sha256, as_bytes(text)).substr(0, 32);
  hex[12] = '8';
  // The variant's two bits are 10.
  constexpr std::string_view kVariant = "89ab";
  hex[16] = kVariant[static_cast<std::size_t>(hex_digit(hex[16])) % 4];
  for (const std::size_t at : {8U, 13U, 18U, 23U}) hex.insert(at, 1, '-');
  return hex;
}

std::string report_id(const Examination& examination) {
  std::string text = examination.image->format + "\n";
  for (const DigestSet& set : examination.digests) {
    text += set.object + " " + std::to_string(set.size);
    for (const Digest& digest : set.digests) text += " " + digest.hex;
    text += "\n";
  }
  return uuid_from(text);
}

}  // namespace discern
