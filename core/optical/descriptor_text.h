// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_DESCRIPTOR_TEXT_H
#define DISCERN_OPTICAL_DESCRIPTOR_TEXT_H

#include <optional>
#include <string>
#include <string_view>

namespace discern {

// Text of a descriptor as UTF-8: as it is when it is that already, else read as CP1252.
std::string utf8_text(std::string_view text);

// Halves of pairs that stand alone, and an odd byte at the end, become U+FFFD.
std::string utf8_from_utf16(std::string_view bytes, bool big_endian);

// A text as its byte order mark says, UTF-16 in either order or UTF-8, without the mark; as it is
// where there is none.
std::string utf8_by_byte_order_mark(std::string_view bytes);

// Text in a code page that iconv knows by `name`: "CP932" (Japanese Windows, whose second bytes may
// be those of \ and letters), "CP437", "CP850" (DOS). Nothing where `bytes` are not such a text, or
// the system has no table for it.
std::optional<std::string> utf8_from(const char* name, std::string_view bytes);

// What two spellings of one file name have in common: composed (NFC) and without case, by Unicode.
// Text that is not UTF-8 stays as it is.
std::string folded_name(const std::string& name);

}  // namespace discern

#endif
