// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_DESCRIPTOR_TEXT_H
#define DISCERN_OPTICAL_DESCRIPTOR_TEXT_H

#include <string>
#include <string_view>

namespace discern {

// Text of a descriptor as UTF-8: as it is when it is that already, else read as CP1252.
std::string utf8_text(std::string_view text);

// UTF-16, little-endian, up to the first zero; halves of pairs that stand alone become U+FFFD.
std::string utf8_from_utf16(std::string_view bytes);

}  // namespace discern

#endif
