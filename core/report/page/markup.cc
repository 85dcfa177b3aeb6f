// SPDX-License-Identifier: Apache-2.0

#include "report/page/markup.h"

#include <array>
#include <charconv>

#include "discern/timeline.h"

namespace discern {
namespace {

void append_fixed(std::string& out, double number, int decimals) {
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                 std::chars_format::fixed, decimals)
                       .ptr;
  out.append(digits.data(), end);
}

}  // namespace

Markup& Markup::operator<<(std::string_view text) {
  for (const char c : show_name(text).text) {
    switch (c) {
      case '&':
        html_ += "&amp;";
        break;
      case '<':
        html_ += "&lt;";
        break;
      case '>':
        html_ += "&gt;";
        break;
      case '"':
        html_ += "&quot;";
        break;
      case '\'':
        html_ += "&#39;";
        break;
      default:
        html_ += c;
    }
  }
  return *this;
}

Markup& Markup::number_of(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) html_ += ',';
    html_ += digits[i];
  }
  return *this;
}

Markup& Markup::signed_number(std::int64_t number) {
  if (number >= 0) return number_of(static_cast<std::uint64_t>(number));
  html_ += "\xE2\x88\x92";  // U+2212, minus
  return number_of(0 - static_cast<std::uint64_t>(number));
}

Markup& Markup::decimal(double number) {
  append_fixed(html_, number, 2);
  return *this;
}

Markup& Markup::percent(double part, double whole) {
  append_fixed(html_, whole > 0 ? 100 * part / whole : 0, 3);
  html_ += '%';
  return *this;
}

Markup& Markup::count(std::uint64_t number, std::string_view one, std::string_view many) {
  return *this << number << " " << (number == 1 ? one : many);
}

Markup& Markup::bytes(std::uint64_t size) {
  count(size, "byte", "bytes");
  static constexpr std::array<std::string_view, 6> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (size < 1024) return *this;
  auto scaled = static_cast<double>(size) / 1024;
  std::size_t unit = 0;
  for (; scaled >= 1023.95 && unit + 1 < kUnits.size(); ++unit) scaled /= 1024;
  html_ += " (";
  append_fixed(html_, scaled, 1);
  return *this << " " << kUnits[unit] << ")";
}

Markup& Markup::link(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  static constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (kUnreserved.find(c) != std::string_view::npos)
      html_ += c;
    else
      html_ += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return *this;
}

Markup& Markup::append(const Markup& part) {
  html_ += part.html_;
  return *this;
}

}  // namespace discern
