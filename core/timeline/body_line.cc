// SPDX-License-Identifier: Apache-2.0
// One line of a body file. Names are written raw by The Sleuth Kit, so that '|' may stand in them;
// the nine columns behind the name hold none, which makes counting from the end the safe way.
// Times are decimal, with a sign and a fraction where a tool has them.

#include "timeline/body_line.h"

#include <algorithm>

#include "discern/body_file.h"

namespace discern {
namespace {

constexpr std::int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_digit(std::string_view field) { return std::any_of(field.begin(), field.end(), is_digit); }

std::string_view trimmed(std::string_view field) {
  while (!field.empty() && field.front() == ' ') field.remove_prefix(1);
  while (!field.empty() && field.back() == ' ') field.remove_suffix(1);
  return field;
}

// The order of the columns is accessed, modified, changed, created.
constexpr std::array<std::size_t, 4> kTimeOfColumn{1, 0, 2, 3};

bool set_times(const std::array<std::string_view, 4>& columns, BodyFields& fields) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto time = parse_body_time(columns[i]);
    if (!time) return false;
    fields.times[kTimeOfColumn[i]] = *time;
  }
  return true;
}

bool plausible(const BodyFields& fields) {
  return !fields.id.empty() && has_digit(fields.uid) && has_digit(fields.gid) &&
         has_digit(fields.size);
}

std::optional<BodyFields> split_from_the_end(std::string_view line) {
  std::array<std::string_view, 9> columns;
  std::string_view rest = line;
  for (std::size_t i = columns.size(); i-- > 0;) {
    const std::size_t bar = rest.rfind('|');
    if (bar == std::string_view::npos) return std::nullopt;
    columns[i] = rest.substr(bar + 1);
    rest = rest.substr(0, bar);
  }
  const std::size_t bar = rest.find('|');
  if (bar == std::string_view::npos) return std::nullopt;
  BodyFields fields{rest.substr(0, bar), rest.substr(bar + 1), columns[0], columns[1],
                    columns[2],          columns[3],           columns[4], {}};
  if (!plausible(fields)) return std::nullopt;
  if (!set_times({columns[5], columns[6], columns[7], columns[8]}, fields)) return std::nullopt;
  return fields;
}

std::optional<BodyFields> split_from_the_start(std::string_view line) {
  std::array<std::string_view, 11> columns;
  std::string_view rest = line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t bar = rest.find('|');
    if (bar == std::string_view::npos && i + 1 < columns.size()) return std::nullopt;
    columns[i] = rest.substr(0, bar);
    if (bar != std::string_view::npos) rest.remove_prefix(bar + 1);
  }
  BodyFields fields{columns[0], columns[1], columns[2], columns[3],
                    columns[4], columns[5], columns[6], {}};
  if (!plausible(fields)) return std::nullopt;
  if (!set_times({columns[7], columns[8], columns[9], columns[10]}, fields)) return std::nullopt;
  return fields;
}

}  // namespace

std::optional<BodyTime> parse_body_time(std::string_view text) {
  text = trimmed(text);
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::size_t at = 0;
  BodyTime time;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (time.seconds <= kLastSecond) time.seconds = time.seconds * 10 + (text[at] - '0');
  }
  if (at == 0) return std::nullopt;
  if (at < text.size()) {
    if (text[at++] != '.') return std::nullopt;
    std::int32_t unit = 100'000'000;
    for (; at < text.size(); ++at, unit /= 10) {
      if (!is_digit(text[at])) return std::nullopt;
      time.nanoseconds += unit * (text[at] - '0');
    }
  }
  if (negative) {
    time.seconds = -time.seconds;
    if (time.nanoseconds > 0) {
      time.nanoseconds = 1'000'000'000 - time.nanoseconds;
      --time.seconds;
    }
  }
  time.in_range = time.seconds >= kFirstSecond && time.seconds <= kLastSecond;
  return time;
}

std::optional<BodyFields> split_body_line(std::string_view line) {
  if (auto fields = split_from_the_end(line)) return fields;
  return split_from_the_start(line);
}

std::string body_name(std::string_view name) {
  std::string text;
  text.reserve(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size() && name[i + 1] == '|') continue;
    text += name[i];
  }
  return text;
}

}  // namespace discern
