// SPDX-License-Identifier: Apache-2.0
// Reading body files. Memory per line: its place in the text (24 bytes), its rank (4), and 16 bytes
// for each distinct second among its times. Ids and names are compared once per line, not once per
// event: lines get a rank, and rows are sorted as numbers.
//
// Lines that show the same id, name and columns share a rank, so that their times of the same
// second fall into one row, as with mactime. mactime also gives lines of the same name but another
// size, mode or owner the columns of the last one; here each keeps its own.

#include "discern/body_file.h"

#include <algorithm>
#include <compare>
#include <cstring>
#include <tuple>

#include "timeline/name_state.h"

namespace discern {
namespace {

constexpr std::size_t kMostLines = std::size_t{1} << 30;
constexpr std::uint64_t kShownProblems = 10;

// Counts what is wrong, and names the first ones.
class Problems {
 public:
  Problems(std::string code, Severity severity, std::string what, const std::string& file)
      : code_(std::move(code)), severity_(severity), what_(std::move(what)), file_(file) {}
  void add(std::uint32_t line, Findings& findings) {
    if (++count_ <= kShownProblems)
      findings.push_back(
          {code_, severity_, Place{.file = file_, .line = line, .column = 1}, what_});
  }
  void close(Findings& findings) const {
    if (count_ > kShownProblems)
      findings.push_back({code_, severity_, Place{.file = file_},
                          std::to_string(count_ - kShownProblems) + " more lines: " + what_});
  }

 private:
  std::string code_;
  Severity severity_;
  std::string what_;
  const std::string& file_;
  std::uint64_t count_ = 0;
};

std::string_view id_of(const BodyTimeline::Line& line) {
  const std::string_view rest = line.rest();
  return rest.substr(0, rest.find('|'));
}

// From the id to the size: what a row shows beside date, kinds and name.
std::string_view columns_of(const BodyTimeline::Line& line) {
  const std::string_view rest = line.rest();
  std::size_t end = 0;
  for (int i = 0; i < 5 && end != std::string_view::npos; ++i) end = rest.find('|', end + (i > 0));
  return rest.substr(0, end);
}

// The first bytes of "id,name" as a number that orders like them.
struct RankKey {
  std::uint64_t prefix = 0;
  std::uint32_t line = 0;
};

RankKey rank_key(const BodyTimeline::Line& line, std::uint32_t index) {
  std::array<unsigned char, 8> bytes{};
  std::size_t filled = 0;
  const auto put = [&](std::string_view text) {
    const std::size_t count = std::min(text.size(), bytes.size() - filled);
    std::memcpy(bytes.data() + filled, text.data(), count);
    filled += count;
  };
  put(id_of(line));
  put(",");
  put(line.name());
  std::uint64_t prefix = 0;
  for (const unsigned char byte : bytes) prefix = prefix << 8 | byte;
  return {prefix, index};
}

// The order of "id,name", where ids are digits and '-', both behind ',' in ASCII.
std::strong_ordering compare(const BodyTimeline::Line& a, const BodyTimeline::Line& b) {
  if (const auto order = id_of(a) <=> id_of(b); order != std::strong_ordering::equal) return order;
  if (const auto order = a.name() <=> b.name(); order != std::strong_ordering::equal) return order;
  return columns_of(a) <=> columns_of(b);
}

// Ranks of the lines, and the first line of each rank.
struct Ranks {
  std::vector<std::uint32_t> of_line;
  std::vector<std::uint32_t> first;
};

Ranks rank_lines(const std::vector<BodyTimeline::Line>& lines) {
  std::vector<RankKey> keys(lines.size());
  for (std::uint32_t i = 0; i < lines.size(); ++i) keys[i] = rank_key(lines[i], i);
  std::sort(keys.begin(), keys.end(), [&](const RankKey& a, const RankKey& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const auto order = compare(lines[a.line], lines[b.line]);
    return order != std::strong_ordering::equal ? order < 0 : a.line < b.line;
  });
  Ranks ranks;
  ranks.of_line.resize(lines.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == 0 || keys[i - 1].prefix != keys[i].prefix ||
        compare(lines[keys[i - 1].line], lines[keys[i].line]) != std::strong_ordering::equal)
      ranks.first.push_back(keys[i].line);
    ranks.of_line[keys[i].line] = static_cast<std::uint32_t>(ranks.first.size() - 1);
  }
  return ranks;
}

// Limits are compared with the second, rounded down; those outside of 64 bits of nanoseconds lie
// beyond every limit.
bool wants_second(const EventFilter& filter, std::int64_t seconds) {
  if (!filter.dates()) return true;
  constexpr std::int64_t kLimit = INT64_MAX / 1'000'000'000;
  if (seconds > kLimit) return !filter.before_ns;
  if (seconds < -kLimit) return !filter.from_ns;
  return filter.wants(seconds * 1'000'000'000, Precision::s1);
}

// Adds the rows of one line: one for each distinct second.
void add_rows(const BodyFields& fields, std::uint32_t line, const EventFilter& filter,
              std::vector<BodyTimeline::Row>& rows) {
  const std::size_t first = rows.size();
  for (std::size_t i = 0; i < fields.times.size(); ++i) {
    const BodyTime& time = fields.times[i];
    if (!filter.wants(static_cast<TimeKind>(i))) continue;
    const bool undated = time.none() || !time.in_range;
    if (undated ? filter.dates() : !wants_second(filter, time.seconds)) continue;
    const std::int64_t seconds = undated ? BodyTimeline::kUndated : time.seconds;
    std::size_t at = first;
    while (at < rows.size() && rows[at].seconds != seconds) ++at;
    if (at == rows.size()) rows.push_back({seconds, line, 0});
    rows[at].kinds = static_cast<std::uint8_t>(rows[at].kinds | 1u << i);
  }
}

void sort_and_merge(std::vector<BodyTimeline::Row>& rows, const Ranks& ranks) {
  for (auto& row : rows) row.line = ranks.of_line[row.line];
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.seconds, a.line) < std::tie(b.seconds, b.line);
  });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].seconds == rows[kept].seconds && rows[i].line == rows[kept].line)
      rows[kept].kinds = static_cast<std::uint8_t>(rows[kept].kinds | rows[i].kinds);
    else
      rows[++kept] = rows[i];
  }
  if (!rows.empty()) rows.resize(kept + 1);
  for (auto& row : rows) row.line = ranks.first[row.line];
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\f\v") == std::string_view::npos;
}

}  // namespace

Result<BodyTimeline> read_body(std::string_view text, const std::string& file,
                               const EventFilter& filter, Findings& findings) {
  BodyTimeline body;
  Problems bad("body.bad-line", Severity::damage, "this is no line of a body file; left out", file);
  Problems range("body.time-range", Severity::warning,
                 "a time lies outside of the years 1 to 9999; listed without a date", file);
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (++number > kMostLines) return Error{Errc::limit, "more than 2^30 lines", file};
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.starts_with('#') || is_blank(line)) continue;
    const auto fields = line.size() <= UINT32_MAX ? split_body_line(line) : std::nullopt;
    if (!fields) {
      bad.add(number, findings);
      continue;
    }
    if (!std::all_of(fields->times.begin(), fields->times.end(),
                     [](const BodyTime& time) { return time.in_range; }))
      range.add(number, findings);
    if (!filter.states.empty() || !filter.paths.empty()) {
      const NameState parts = take_name_apart(body_name(fields->name), fields->mode);
      if (!filter.wants(parts.state) || !filter.wants(std::string_view(parts.path))) continue;
    }
    const std::size_t before = body.rows.size();
    add_rows(*fields, static_cast<std::uint32_t>(body.lines.size()), filter, body.rows);
    if (body.rows.size() > before)
      body.lines.push_back({line, static_cast<std::uint32_t>(fields->name.data() - line.data()),
                            static_cast<std::uint32_t>(fields->name.size())});
  }
  bad.close(findings);
  range.close(findings);
  sort_and_merge(body.rows, rank_lines(body.lines));
  return body;
}

}  // namespace discern
