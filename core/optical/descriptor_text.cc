// SPDX-License-Identifier: Apache-2.0
#include "optical/descriptor_text.h"

#include <glib.h>
#include <iconv.h>

#include <cstdint>
#include <memory>

namespace discern {
namespace {

constexpr unsigned kReplacement = 0xFFFD;

bool is_utf8(std::string_view text) {
  std::size_t expected = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (expected > 0) {
      if ((byte & 0xC0) != 0x80) return false;
      --expected;
    } else if (byte >= 0xF0 && byte < 0xF8) {
      expected = 3;
    } else if (byte >= 0xE0) {
      if (byte >= 0xF8) return false;
      expected = 2;
    } else if (byte >= 0xC0) {
      expected = 1;
    } else if (byte >= 0x80) {
      return false;
    }
  }
  return expected == 0;
}

void append_utf8(std::string& text, unsigned code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (code >> 18));
    text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Windows code page 1252: Latin-1 but for 0x80..0x9F (Unicode mapping table CP1252.TXT).
std::string utf8_from_cp1252(std::string_view bytes) {
  static constexpr std::uint16_t kC1[32] = {
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(text, byte >= 0x80 && byte < 0xA0 ? kC1[byte - 0x80] : byte);
  }
  return text;
}

}  // namespace

std::string utf8_text(std::string_view text) {
  return is_utf8(text) ? std::string(text) : utf8_from_cp1252(text);
}

std::string utf8_from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned>(static_cast<unsigned char>(bytes[at]));
    const auto second = static_cast<unsigned>(static_cast<unsigned char>(bytes[at + 1]));
    return big_endian ? first << 8 | second : second << 8 | first;
  };
  std::string text;
  for (std::size_t at = 0; at + 2 <= bytes.size(); at += 2) {
    unsigned code = unit(at);
    const bool pair = code >= 0xD800 && code < 0xDC00 && at + 4 <= bytes.size() &&
                      unit(at + 2) >= 0xDC00 && unit(at + 2) < 0xE000;
    if (pair) {
      code = 0x10000 + ((code - 0xD800) << 10) + (unit(at + 2) - 0xDC00);
      at += 2;
    } else if (code >= 0xD800 && code < 0xE000) {
      code = kReplacement;
    }
    append_utf8(text, code);
  }
  if (bytes.size() % 2 != 0) append_utf8(text, kReplacement);
  return text;
}

std::string utf8_by_byte_order_mark(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return utf8_from_utf16(bytes.substr(2), false);
  if (bytes.starts_with("\xFE\xFF")) return utf8_from_utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  return std::string(bytes);
}

std::optional<std::string> utf8_from(const char* name, std::string_view bytes) {
  iconv_t converter = iconv_open("UTF-8", name);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): how iconv.h says that there is none
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string in(bytes);
  std::string out(bytes.size() * 3, '\0');  // two bytes become three at most, one becomes three
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size();
  std::size_t room = out.size();
  const bool whole = iconv(converter, &from, &left, &to, &room) != static_cast<std::size_t>(-1);
  iconv_close(converter);
  if (!whole || left > 0) return std::nullopt;
  out.resize(out.size() - room);
  return out;
}

std::string folded_name(const std::string& name) {
  using Text = std::unique_ptr<char, void (*)(void*)>;
  const auto size = static_cast<gssize>(name.size());
  if (!g_utf8_validate(name.data(), size, nullptr)) return name;
  const Text composed(g_utf8_normalize(name.data(), size, G_NORMALIZE_DEFAULT_COMPOSE), g_free);
  const Text folded(g_utf8_casefold(composed.get(), -1), g_free);
  return folded.get();
}

}  // namespace discern
