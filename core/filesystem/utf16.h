// SPDX-License-Identifier: Apache-2.0
// Names in UTF-16 or UCS-2 as UTF-8.
#ifndef DISCERN_FILESYSTEM_UTF16_H
#define DISCERN_FILESYSTEM_UTF16_H

#include <cstdint>
#include <span>
#include <string>

namespace discern {

// An unpaired surrogate becomes the three bytes that its number would have: not valid UTF-8, but
// nothing is lost, and no two names become one.
std::string utf8_of(std::span<const char16_t> text);

void append_code_point(std::string& text, std::uint32_t code_point);

}  // namespace discern

#endif
