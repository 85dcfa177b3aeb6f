// SPDX-License-Identifier: Apache-2.0
#include "digest/reference_lines.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace discern {
namespace {

struct Length {
  std::string_view algorithm;
  std::size_t digits;
};
// The first of a length is what a bare value of that length is taken for.
constexpr std::array kLengths = {
    Length{"crc32", 8},    Length{"md5", 32},      Length{"sha1", 40},       Length{"sha256", 64},
    Length{"sha512", 128}, Length{"sha3_256", 64}, Length{"blake3", 64},     Length{"sha224", 56},
    Length{"sha384", 96},  Length{"tiger", 48},    Length{"whirlpool", 128},
};

}  // namespace

Lines::Lines(std::string_view text) : rest_(text) {
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

std::optional<std::string_view> Lines::next() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  ++number_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_hex(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string algorithm_called(std::string_view name) {
  std::string plain;
  for (const char c : lower(name))
    if (c != '-' && c != '_' && c != ' ') plain += c;
  if (plain.starts_with("sha2") && plain.size() == 7 && plain != "sha2256")
    plain.erase(3, 1);  // SHA2-512, as OpenSSL writes
  if (plain == "sha2256") return "sha256";
  if (plain == "sha3256") return "sha3_256";
  if (plain == "crc") return "crc32";
  return plain;
}

std::string_view algorithm_of_length(std::size_t digits) {
  const auto* found = std::ranges::find(kLengths, digits, &Length::digits);
  return found == kLengths.end() ? std::string_view() : found->algorithm;
}

std::size_t digits_of(std::string_view algorithm) {
  const auto* found = std::ranges::find(kLengths, algorithm, &Length::algorithm);
  return found == kLengths.end() ? 0 : found->digits;
}

std::optional<std::string> value_of(std::string_view algorithm, std::string_view text) {
  text = trimmed(text);
  if (text.size() != digits_of(algorithm) || !is_hex(text)) return std::nullopt;
  return lower(text);
}

}  // namespace discern
