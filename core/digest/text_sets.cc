// SPDX-License-Identifier: Apache-2.0
// Hash sets in files that are read from beginning to end.
//
// NSRLFile.txt (RDS 2): quoted fields, named by the first line
//   "SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"
//
// Index of hfind (made by `hfind -i`, 4.11.1), sorted; 41 digits in its first two lines:
//   00000000000000000000000000000000000000000|md5sum
//   00000000000000000000000000000000000000001|list.md5
//   5D41402ABC4B2A76B9719D911017C592|0000000000000000     digest, offset in the list
//
// EnCase: 8 bytes "HASH" 0D 0A FF 00; from byte 1152 on 18 bytes each, whose first 16 are an MD5
// (as `hfind -i encase` indexes it).
#include <fstream>

#include "digest/reference_lines.h"
#include "digest/set_matches.h"
#include "discern/bytes.h"

namespace discern {
namespace {

constexpr std::string_view kEncase("HASH\x0d\x0a\xff\x00", 8);
constexpr std::uint64_t kEncaseStart = 1152;
constexpr std::size_t kEncaseRecord = 18;
constexpr std::size_t kLongestLine = 65536;

// Calls `use` with each line, without its end; lines that are too long are cut.
template <class Use>
Status each_line(const std::string& path, SetMatches& matches, Use use) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(in.tellg(), 0));
  in.seekg(0);
  std::string line;
  std::uint64_t done = 0;
  for (std::uint64_t count = 0; std::getline(in, line); ++count) {
    done += line.size() + 1;
    if (line.size() > kLongestLine) line.resize(kLongestLine);
    if (line.ends_with('\r')) line.pop_back();
    use(std::string_view(line));
    if (count % 65536 == 0 && !matches.go_on(done, size))
      return Error{Errc::cancelled, "interrupted", path};
  }
  if (in.bad()) return Error{Errc::io, "cannot be read to its end", path};
  return Done{};
}

// The fields of a line of quoted ones; a doubled quote stands for one.
std::vector<std::string> quoted_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && inside && i + 1 < line.size() && line[i + 1] == '"')
      fields.back() += line[i++];
    else if (line[i] == '"')
      inside = !inside;
    else if (line[i] == ',' && !inside)
      fields.emplace_back();
    else
      fields.back() += line[i];
  }
  return fields;
}

std::string_view first_line(Bytes head) {
  const std::string_view text = as_text(head);
  return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace

bool is_encase_set(Bytes head) { return has_text_at(head, 0, kEncase); }

Status read_encase_set(const std::string& path, SetMatches& matches) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(in.tellg(), 0));
  if (size < kEncaseStart || (size - kEncaseStart) % kEncaseRecord != 0)
    return Error{Errc::corrupt, "is no whole number of records of 18 bytes", path, kEncaseStart};
  in.seekg(kEncaseStart);
  std::array<char, kEncaseRecord> record{};
  for (std::uint64_t at = kEncaseStart; at < size; at += kEncaseRecord) {
    if (!in.read(record.data(), record.size()))
      return Error{Errc::io, "cannot be read to its end", path, at};
    matches.see(Algorithm::md5, to_hex(as_bytes({record.data(), 16})), {});
    if (at % (kEncaseRecord << 16) == kEncaseStart && !matches.go_on(at, size))
      return Error{Errc::cancelled, "interrupted", path};
  }
  return Done{};
}

bool is_nsrl_text(Bytes head) {
  const std::string_view line = first_line(head);
  return line.starts_with("\"SHA-1\",\"") || line.starts_with("\"SHA-256\",\"");
}

Status read_nsrl_text(const std::string& path, SetMatches& matches) {
  std::vector<std::string> names;
  return each_line(path, matches, [&](std::string_view line) {
    const std::vector<std::string> fields = quoted_fields(line);
    if (names.empty()) {
      for (const std::string& field : fields) names.push_back(lower(field));
      return;
    }
    std::string_view file;
    for (std::size_t i = 0; i < std::min(fields.size(), names.size()); ++i)
      if (names[i] == "filename") file = fields[i];
    for (std::size_t i = 0; i < std::min(fields.size(), names.size()); ++i)
      if (const auto algorithm = find_algorithm(algorithm_called(names[i])))
        matches.see(*algorithm, fields[i], file);
  });
}

bool is_hfind_index(Bytes head) {
  const std::string_view line = first_line(head);
  return line.size() > 42 && line.find_first_not_of('0') == 41 && line[41] == '|';
}

Status read_hfind_index(const std::string& path, SetMatches& matches) {
  return each_line(path, matches, [&](std::string_view line) {
    const std::size_t bar = line.find('|');
    if (bar != std::string_view::npos) matches.see(line.substr(0, bar), {});
  });
}

bool is_hashdeep_set(Bytes head) { return is_hashdeep(as_text(head), {}); }

Status read_hashdeep_set(const std::string& path, SetMatches& matches) {
  HashdeepLines list;
  return each_line(path, matches, [&](std::string_view line) {
    for (const Reference& reference : list.next(line))
      if (const auto algorithm = find_algorithm(reference.algorithm))
        matches.see(*algorithm, reference.value, reference.name);
  });
}

bool is_sum_set(Bytes head) { return is_sum_file(as_text(head), {}); }

Status read_sum_set(const std::string& path, SetMatches& matches) {
  return each_line(path, matches, [&](std::string_view line) {
    if (const auto reference = sum_line(line, {}))
      if (const auto algorithm = find_algorithm(reference->algorithm))
        matches.see(*algorithm, reference->value, reference->name);
  });
}

}  // namespace discern
