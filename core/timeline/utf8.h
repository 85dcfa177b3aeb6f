// SPDX-License-Identifier: Apache-2.0
// Strict UTF-8 as in Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above
// U+10FFFF.
#ifndef DISCERN_TIMELINE_UTF8_H
#define DISCERN_TIMELINE_UTF8_H

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace discern {

// One step through a byte string. When `valid` is false, `length` is that of the maximal subpart
// that a decoder replaces by one U+FFFD (Unicode 15, section 3.9, U+FFFD substitution).
struct Utf8Step {
  std::uint32_t code_point = 0;
  std::size_t length = 1;
  bool valid = false;
};

// Decodes at `at`, which must be below text.size().
inline Utf8Step utf8_step(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const std::uint32_t lead = byte(at);
  if (lead < 0x80) return {lead, 1, true};
  std::size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0) return {0, 1, false};

  // Only the second byte's range depends on the lead byte.
  std::uint32_t low = 0x80;
  std::uint32_t high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  std::uint32_t code_point = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint32_t next = byte(at + i);
    if (next < low || next > high) return {0, i, false};
    code_point = code_point << 6 | (next & 0x3F);
    low = 0x80;
    high = 0xBF;
  }
  return {code_point, length, true};
}

}  // namespace discern

#endif
