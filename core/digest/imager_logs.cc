// SPDX-License-Identifier: Apache-2.0
// Logs of imaging programs: the digests that they computed of the source device while they read it.
//
// FTK Imager 3 and 4, IMAGE.E01.txt:
//   [Computed Hashes]
//    MD5 checksum:    3422bde521801901155f73f7de5cd8fe
//    SHA1 checksum:   0fa6ab4bd9a707d49ded70e8b9198fe18114b369
//   Image Verification Results:                     (of the image it wrote: not used)
//    MD5 checksum:    3422bde521801901155f73f7de5cd8fe : verified
//
// guymager 0.8, IMAGE.info:
//   MD5 hash                   : 50decb45c3d56ffe1a3c538bb7898fd9
//   MD5 hash verified image    : 50decb45c3d56ffe1a3c538bb7898fd9  (not used)
//
// dc3dd 7.2:
//   input results for file `a.img':
//      ea53de1939d0367f08f24b51bbc99a2d (md5), sectors 0 - 255       (hashes of pieces)
//      9e83f3b0f52dcd89dda28fd93f6692b4 (md5)
//   output results for file `c.img':
//      [ok] 9e83f3b0f52dcd89dda28fd93f6692b4 (md5)
//
// dcfldd 1.9, hashlog=:
//   0 - 131072: ea53de1939d0367f08f24b51bbc99a2d    (the end is not counted)
//   Total (md5): 9e83f3b0f52dcd89dda28fd93f6692b4
//
// X-Ways Forensics and others, IMAGE.txt or .log: `Hash of source data: HEX (MD5)` and lines like
// it where a name of an algorithm and a value of its length stand together.
#include <algorithm>
#include <array>

#include "digest/reference_lines.h"

namespace discern {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Reference of_medium(std::string_view algorithm, std::string value, const std::string& path,
                    std::uint32_t line) {
  Reference reference;
  reference.of = Reference::Of::medium;
  reference.algorithm = algorithm;
  reference.value = std::move(value);
  reference.file = path;
  reference.line = line;
  return reference;
}

// "9e83.. (md5)", with or without "[ok] " before it.
std::optional<std::pair<std::string, std::string>> dc3dd_value(std::string_view line) {
  line = trimmed(line);
  if (line.starts_with('['))
    line = trimmed(line.substr(std::min(line.find(']'), line.size() - 1) + 1));
  const std::size_t blank = line.find(' ');
  const std::size_t close = line.find(')');
  if (blank == std::string_view::npos || close == std::string_view::npos || close < blank + 2 ||
      line[blank + 1] != '(')
    return std::nullopt;
  std::string algorithm = algorithm_called(line.substr(blank + 2, close - blank - 2));
  auto value = value_of(algorithm, line.substr(0, blank));
  if (!value || !trimmed(line.substr(close + 1)).empty()) return std::nullopt;
  return std::pair(std::move(algorithm), std::move(*value));
}

// "0 - 131072: HEX"
std::optional<Reference> dcfldd_window(std::string_view line) {
  const std::size_t dash = line.find(" - ");
  const std::size_t colon = line.find(": ");
  if (dash == std::string_view::npos || colon == std::string_view::npos || colon < dash)
    return std::nullopt;
  const auto first = whole_number(line.substr(0, dash));
  const auto end = whole_number(line.substr(dash + 3, colon - dash - 3));
  const std::string_view value = trimmed(line.substr(colon + 2));
  if (!first || !end || *end <= *first || value.size() < 32 || !is_hex(value)) return std::nullopt;
  const std::string_view algorithm = algorithm_of_length(value.size());
  if (algorithm.empty()) return std::nullopt;
  Reference reference;
  reference.of = Reference::Of::medium;
  reference.algorithm = algorithm;
  reference.value = lower(value);
  reference.range = ByteRange{*first, *end - *first};
  return reference;
}

// "Total (md5): HEX"
std::optional<Reference> dcfldd_total(std::string_view line) {
  constexpr std::string_view kTotal = "Total (";
  const std::size_t close = line.find("): ");
  if (!line.starts_with(kTotal) || close == std::string_view::npos) return std::nullopt;
  const std::string algorithm = algorithm_called(line.substr(kTotal.size(), close - kTotal.size()));
  const auto value = value_of(algorithm, line.substr(close + 3));
  if (!value) return std::nullopt;
  return of_medium(algorithm, *value, {}, 0);
}

std::optional<Reference> dcfldd_line(std::string_view line) {
  line = trimmed(line);
  if (auto window = dcfldd_window(line)) return window;
  return dcfldd_total(line);
}

constexpr std::array<std::string_view, 6> kWrittenNames = {"sha-512", "sha-256", "sha-1",
                                                           "sha256",  "sha1",    "md5"};

// A name of an algorithm and one value of its length in the same line.
std::optional<Reference> named_value(std::string_view line) {
  const std::string small = lower(line);
  for (const std::string_view name : kWrittenNames) {
    if (!has(small, name)) continue;
    const std::string algorithm = algorithm_called(name);
    for (std::string_view rest = line; !rest.empty();) {
      const std::size_t end =
          std::min(rest.find_first_not_of("0123456789abcdefABCDEF"), rest.size());
      if (const auto value = value_of(algorithm, rest.substr(0, end)))
        return of_medium(algorithm, *value, {}, 0);
      rest.remove_prefix(std::min(std::max<std::size_t>(end, 1), rest.size()));
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_ftk_log(std::string_view head, std::string_view) {
  return has(head, "[Computed Hashes]") && has(head, " checksum:");
}

std::vector<Reference> parse_ftk_log(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  bool computed = false;
  Lines lines(text);
  while (const auto found = lines.next()) {
    const std::string_view line = trimmed(*found);
    if (line.starts_with("[Computed Hashes]")) {
      computed = true;
      continue;
    }
    if (!computed) continue;
    constexpr std::string_view kChecksum = " checksum:";
    const std::size_t at = line.find(kChecksum);
    if (at == std::string_view::npos) {
      // The list ends with the next heading, or an empty line.
      computed = false;
      continue;
    }
    const std::string algorithm = algorithm_called(line.substr(0, at));
    if (const auto value = value_of(algorithm, line.substr(at + kChecksum.size())))
      references.push_back(of_medium(algorithm, *value, path, lines.number()));
  }
  return references;
}

bool is_guymager_info(std::string_view head, std::string_view) {
  return has(head, "GUYMAGER ACQUISITION INFO FILE") ||
         (has(head, "Hash calculation") && has(head, "Source verification"));
}

std::vector<Reference> parse_guymager_info(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  bool files = false;
  Lines lines(text);
  while (const auto found = lines.next()) {
    const std::string_view line = trimmed(*found);
    if (line.starts_with("Generated image files and their MD5 hashes")) files = true;
    if (files) {
      const std::size_t blank = line.find(' ');
      const auto value = value_of("md5", line.substr(0, std::min(blank, line.size())));
      if (!value || blank == std::string_view::npos) continue;
      Reference reference;
      reference.algorithm = "md5";
      reference.value = *value;
      reference.name = trimmed(line.substr(blank));
      reference.file = path;
      reference.line = lines.number();
      references.push_back(std::move(reference));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view label = trimmed(line.substr(0, colon));
    if (!label.ends_with(" hash")) continue;
    const std::string algorithm = algorithm_called(label.substr(0, label.size() - 5));
    if (const auto value = value_of(algorithm, line.substr(colon + 1)))
      references.push_back(of_medium(algorithm, *value, path, lines.number()));
  }
  return references;
}

bool is_dc3dd_log(std::string_view head, std::string_view) {
  return has(head, "dc3dd ") && has(head, " started at ");
}

std::vector<Reference> parse_dc3dd_log(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  bool input = false;
  std::uint64_t sector_size = 512;
  Lines lines(text);
  while (const auto found = lines.next()) {
    const std::string_view line = trimmed(*found);
    if (line.starts_with("input results for ")) input = true;
    if (line.starts_with("output results for ")) input = false;
    constexpr std::string_view kSize = "sector size: ";
    if (line.starts_with(kSize))
      sector_size =
          whole_number(line.substr(kSize.size(), line.find(' ', kSize.size()) - kSize.size()))
              .value_or(sector_size);
    if (!input) continue;
    const std::size_t pieces = line.find(", sectors ");
    const auto value = dc3dd_value(line.substr(0, std::min(pieces, line.size())));
    if (!value) continue;
    Reference reference = of_medium(value->first, value->second, path, lines.number());
    if (pieces != std::string_view::npos) {
      const std::string_view ends = line.substr(pieces + 10);
      const std::size_t dash = ends.find(" - ");
      if (dash == std::string_view::npos) continue;
      const auto first = whole_number(ends.substr(0, dash));
      const auto last = whole_number(ends.substr(dash + 3));
      if (!first || !last || *last < *first || sector_size == 0 ||
          *last >= UINT64_MAX / sector_size)
        continue;
      reference.range = ByteRange{*first * sector_size, (*last - *first + 1) * sector_size};
    }
    references.push_back(std::move(reference));
  }
  return references;
}

bool is_dcfldd_log(std::string_view head, std::string_view) {
  Lines lines(head);
  while (const auto line = lines.next())
    if (!trimmed(*line).empty()) return dcfldd_line(*line).has_value();
  return false;
}

std::vector<Reference> parse_dcfldd_log(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  Lines lines(text);
  while (const auto line = lines.next()) {
    auto reference = dcfldd_line(*line);
    if (!reference) continue;
    reference->file = path;
    reference->line = lines.number();
    references.push_back(std::move(*reference));
  }
  return references;
}

bool is_xways_log(std::string_view head, std::string_view) {
  const std::string small = lower(head);
  return has(small, "x-ways") || has(small, "winhex") || has(small, "hash of source data");
}

std::vector<Reference> parse_xways_log(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  Lines lines(text);
  while (const auto line = lines.next()) {
    auto reference = named_value(*line);
    if (!reference) continue;
    reference->file = path;
    reference->line = lines.number();
    references.push_back(std::move(*reference));
  }
  return references;
}

}  // namespace discern
