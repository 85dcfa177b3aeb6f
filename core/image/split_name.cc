// SPDX-License-Identifier: Apache-2.0
// Names of segments as programs make them, by split(1), dcfldd, dc3dd, FTK Imager, X-Ways, EnCase's
// raw export, dd scripts, Apple's hdiutil:
//
//   disk.001 .002 ... .999 .1000   disk.000 ...   disk.1 .2 ...    digits in the extension
//   disk.aa .ab ...   disk.aaa ...   disk.AA ...                    letters in the extension
//   disk.1of5 ... disk.5of5                                         with the number of segments
//   disk_000 _001 ...   disk_aaa ...   xaa xab ...                  no extension
//   disk001.asb disk002.asb ...                                     ASR Data SMART
//   disk.dmg disk.002.dmgpart ...                                   the first has no counter
//
// Not disk.bin disk(2).bin, which some CD copiers write: browsers name second downloads like that.
#include "image/split_name.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace discern {
namespace {

constexpr std::size_t kMostDigits = 5;

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool all_in(std::string_view text, char low, char high) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [&](char c) { return c >= low && c <= high; });
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t value = 0;
  if (digits.size() > kMostDigits || !all_in(digits, '0', '9')) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::size_t width_of(std::string_view digits) {
  if (digits.front() == '0') return digits.size();
  return digits.size() >= 3 ? 3 : 1;
}

using Parsed = std::optional<SplitName>;

Parsed by_digits(std::string_view prefix, std::string_view digits, std::string_view suffix) {
  const auto index = number_of(digits);
  if (!index) return std::nullopt;
  SplitName name;
  name.prefix = prefix;
  name.suffix = suffix;
  name.width = width_of(digits);
  name.index = *index;
  return name;
}

Parsed by_letters(std::string_view prefix, std::string_view counter) {
  if (counter.size() < 2 || counter.size() > 3) return std::nullopt;
  const bool upper = all_in(counter, 'A', 'Z');
  if (!upper && !all_in(counter, 'a', 'z')) return std::nullopt;
  SplitName name;
  name.prefix = prefix;
  name.letters = true;
  name.upper = upper;
  name.width = counter.size();
  for (const char c : counter)
    name.index = name.index * 26 + static_cast<std::uint64_t>(c - (upper ? 'A' : 'a'));
  return name;
}

Parsed by_total(std::string_view prefix, std::string_view extension) {
  const std::size_t of = extension.find("of");
  if (of == std::string_view::npos) return std::nullopt;
  const auto total = number_of(extension.substr(of + 2));
  auto name = by_digits(prefix, extension.substr(0, of), extension.substr(of));
  if (!name || !total || name->index > *total) return std::nullopt;
  name->total = *total;
  return name;
}

// `stem` is the path up to the suffix.
Parsed by_digits_before(std::string_view stem, std::string_view suffix) {
  const std::size_t last = stem.find_last_not_of("0123456789");
  const std::size_t start = last == std::string_view::npos ? 0 : last + 1;
  return by_digits(stem.substr(0, start), stem.substr(start), suffix);
}

}  // namespace

std::string SplitName::path(std::uint64_t at) const {
  if (at == 1 && !first_name.empty()) return first_name;
  std::string counter;
  const std::uint64_t base = letters ? 26 : 10;
  const char zero = !letters ? '0' : upper ? 'A' : 'a';
  for (; at > 0 || counter.size() < width; at /= base)
    counter.insert(counter.begin(), static_cast<char>(zero + static_cast<char>(at % base)));
  return prefix + counter + suffix;
}

std::uint64_t SplitName::first_index() const {
  if (!first_name.empty() || total > 0) return 1;
  return letters || exists(path(0)) ? 0 : 1;
}

bool SplitName::exists_before() const { return index > first_index() && exists(first()); }

std::optional<SplitName> parse_split_name(const std::string& path) {
  const std::string_view whole = path;
  const std::size_t slash = whole.rfind('/');
  const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
  const std::string_view file = whole.substr(start);
  if (file.ends_with(".asb")) return by_digits_before(whole.substr(0, whole.size() - 4), ".asb");
  if (file.ends_with(".dmgpart")) {
    auto name = by_digits_before(whole.substr(0, whole.size() - 8), ".dmgpart");
    if (name && name->prefix.ends_with('.')) name->first_name = name->prefix + "dmg";
    return name;
  }
  if (file.ends_with(".dmg")) {
    SplitName name;
    name.prefix = path.substr(0, path.size() - 3);
    name.suffix = ".dmgpart";
    name.width = 3;
    name.index = 1;
    name.first_name = path;
    return name;
  }
  const std::size_t dot = whole.find_last_of("._");
  if (dot != std::string_view::npos && dot >= start) {
    const std::string_view prefix = whole.substr(0, dot + 1);
    const std::string_view counter = whole.substr(dot + 1);
    if (auto name = by_digits(prefix, counter, "")) return name;
    if (auto name = by_letters(prefix, counter)) return name;
    if (auto name = by_total(prefix, counter)) return name;
  }
  if (file.starts_with('x') && file.find('.') == std::string_view::npos)
    if (auto name = by_letters(whole.substr(0, start + 1), file.substr(1))) return name;
  return std::nullopt;
}

}  // namespace discern
