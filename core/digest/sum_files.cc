// SPDX-License-Identifier: Apache-2.0
// Sum files, one digest a line (coreutils manual, "md5sum invocation"; md5deep(1); BagIt, RFC 8493
// 2.1.3). The algorithm of the first form is told by the file's name or the number of digits:
//
//   d41d8cd98f00b204e9800998ecf8427e  name          GNU, and BagIt manifests
//   d41d8cd98f00b204e9800998ecf8427e *name          GNU, "binary"
//   \d41d8cd98f00b204e9800998ecf8427e  na\\me       GNU, escaped
//      300000  d41d8cd98f00b204e9800998ecf8427e  name                 md5deep -z
//   d41d8cd98f00b204e9800998ecf8427e  name offset 0-131071            md5deep -p
//   MD5 (name) = d41d8cd98f00b204e9800998ecf8427e   BSD; OpenSSL without blanks
//   d41d8cd98f00b204e9800998ecf8427e                bare
//
// SFV: `name CRC32`, comments behind a semicolon.
#include "digest/reference_lines.h"

namespace discern {
namespace {

std::string unescaped(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '\\' || i + 1 == name.size()) {
      out += name[i];
      continue;
    }
    ++i;
    out += name[i] == 'n' ? '\n' : name[i] == 'r' ? '\r' : name[i];
  }
  return out;
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

// "name offset 0-131071": both ends counted.
void take_piece(Reference& reference) {
  const std::size_t at = reference.name.rfind(" offset ");
  if (at == std::string::npos) return;
  const std::string_view ends = std::string_view(reference.name).substr(at + 8);
  const std::size_t dash = ends.find('-');
  if (dash == std::string_view::npos) return;
  const auto first = whole_number(ends.substr(0, dash));
  const auto last = whole_number(ends.substr(dash + 1));
  if (!first || !last || *last < *first || *last - *first == UINT64_MAX) return;
  reference.range = ByteRange{*first, *last - *first + 1};
  reference.name.resize(at);
}

std::optional<Reference> bsd_line(std::string_view line) {
  const std::size_t open = line.find('(');
  const std::size_t close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  const std::string_view behind = trimmed(line.substr(close + 1));
  if (!behind.starts_with('=')) return std::nullopt;
  Reference reference;
  reference.algorithm = algorithm_called(trimmed(line.substr(0, open)));
  const auto value = value_of(reference.algorithm, behind.substr(1));
  if (!value) return std::nullopt;
  reference.value = *value;
  reference.name = line.substr(open + 1, close - open - 1);
  return reference;
}

std::optional<Reference> gnu_line(std::string_view line, std::string_view hinted) {
  const bool escaped = line.starts_with('\\');
  if (escaped) line.remove_prefix(1);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  Reference reference;
  std::string_view word = take_word(line);
  // A size first, unless that number is itself the digest.
  if (!algorithm_of_length(word.size()).empty() ? false : whole_number(word).has_value()) {
    reference.size = whole_number(word);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    word = take_word(line);
  }
  // CRC-32 has a form of its own: eight digits are too easily something else.
  if (word.size() < 32 || !is_hex(word)) return std::nullopt;
  reference.algorithm =
      digits_of(hinted) == word.size() ? hinted : algorithm_of_length(word.size());
  if (reference.algorithm.empty()) return std::nullopt;
  reference.value = lower(word);
  if (!line.empty()) line.remove_prefix(1);
  if (!line.empty() && (line.front() == ' ' || line.front() == '*')) line.remove_prefix(1);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  reference.name = escaped ? unescaped(line) : std::string(line);
  take_piece(reference);
  return reference;
}

// "disk.img.sha3_256", "manifest-sha512.txt" -> the algorithm.
std::string hint_of(std::string_view path) {
  const std::string name = lower(path.substr(path.find_last_of('/') + 1));
  if (name.starts_with("manifest-") || name.starts_with("tagmanifest-")) {
    const std::size_t dash = name.find('-');
    return algorithm_called(std::string_view(name).substr(dash + 1, name.rfind('.') - dash - 1));
  }
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? "" : algorithm_called(std::string_view(name).substr(dot + 1));
}

bool is_comment(std::string_view line) {
  line = trimmed(line);
  return line.empty() || line.front() == '#' || line.front() == ';';
}

std::optional<Reference> sfv_line(std::string_view line) {
  line = trimmed(line);
  const std::size_t blank = line.find_last_of(" \t");
  if (blank == std::string_view::npos) return std::nullopt;
  const auto value = value_of("crc32", line.substr(blank + 1));
  if (!value) return std::nullopt;
  Reference reference;
  reference.algorithm = "crc32";
  reference.value = *value;
  reference.name = trimmed(line.substr(0, blank));
  return reference;
}

// The first line that is no comment is of the form.
template <class Form>
bool first_line_is(std::string_view head, Form form) {
  Lines lines(head);
  while (const auto line = lines.next())
    if (!is_comment(*line)) return form(*line).has_value();
  return false;
}

template <class Form>
std::vector<Reference> references_of(std::string_view text, const std::string& path, Form form) {
  std::vector<Reference> references;
  Lines lines(text);
  while (const auto line = lines.next()) {
    if (is_comment(*line)) continue;
    auto reference = form(*line);
    if (!reference) continue;
    reference->file = path;
    reference->line = lines.number();
    references.push_back(std::move(*reference));
  }
  return references;
}

}  // namespace

std::optional<Reference> sum_line(std::string_view line, std::string_view hinted) {
  if (auto reference = bsd_line(line)) return reference;
  return gnu_line(line, hinted);
}

bool is_sum_file(std::string_view head, std::string_view file_name) {
  const std::string hint = hint_of(file_name);
  return first_line_is(head, [&](std::string_view line) { return sum_line(line, hint); });
}

std::vector<Reference> parse_sum_file(std::string_view text, const std::string& path) {
  const std::string hint = hint_of(path);
  return references_of(text, path, [&](std::string_view line) { return sum_line(line, hint); });
}

bool is_sfv(std::string_view head, std::string_view file_name) {
  return lower(file_name).ends_with(".sfv") && first_line_is(head, sfv_line);
}

std::vector<Reference> parse_sfv(std::string_view text, const std::string& path) {
  return references_of(text, path, sfv_line);
}

// %%%% HASHDEEP-1.0
// %%%% size,md5,sha1,filename
// ## comments
// 131072,ea53..,20c9..,a.img offset 0-131071        a piece (-p): `size` is the piece's
//
// Names are the last field and hold commas as they are. Text of hashdeep 4.4.
bool is_hashdeep(std::string_view head, std::string_view) {
  return head.starts_with("%%%% HASHDEEP-1.");
}

std::vector<Reference> HashdeepLines::next(std::string_view line) {
  if (line.starts_with("%%%% size,")) {
    columns_.clear();
    line.remove_prefix(5);
    while (!line.empty()) {
      const std::size_t comma = std::min(line.find(','), line.size());
      columns_.push_back(algorithm_called(line.substr(0, comma)));
      line.remove_prefix(std::min(comma + 1, line.size()));
    }
    return {};
  }
  if (columns_.size() < 3 || line.starts_with("%%%%") || line.starts_with("##")) return {};
  std::vector<std::string_view> fields;
  while (fields.size() + 1 < columns_.size()) {
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) return {};
    fields.push_back(line.substr(0, comma));
    line.remove_prefix(comma + 1);
  }
  Reference reference;
  reference.name = line;
  take_piece(reference);
  if (!reference.range) reference.size = whole_number(fields[0]);
  std::vector<Reference> references;
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const auto value = value_of(columns_[i], fields[i]);
    if (!value) continue;
    reference.algorithm = columns_[i];
    reference.value = *value;
    references.push_back(reference);
  }
  return references;
}

std::vector<Reference> parse_hashdeep(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  HashdeepLines list;
  Lines lines(text);
  while (const auto line = lines.next())
    for (Reference& reference : list.next(*line)) {
      reference.file = path;
      reference.line = lines.number();
      references.push_back(std::move(reference));
    }
  return references;
}

}  // namespace discern
