// SPDX-License-Identifier: Apache-2.0
// A map file is text. '#' begins a comment, up to the end of the line:
//
//   # Mapfile. Created by GNU ddrescue version 1.27      (before 1.20: "Rescue Logfile")
//   0x00120000     ?               1                     status line: position, status[, pass]
//   0x00000000  0x00117000  +                            blocks: position, size, status
//   0x00117000  0x00000200  -
//
// Status of a block: + read, ? not tried, * not trimmed, / not scraped, - bad sectors. Blocks are
// contiguous and do not overlap. Numbers are integer constants of C++: decimal, 0x..., 0...
// Source: the manual of GNU ddrescue, "Mapfile structure"; its version 1.11 for the status line
// without a pass.
//
// The image holds whatever stood there before, usually zeros, in place of blocks that were not
// read.
#include "discern/rescue_map.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <limits>
#include <optional>

#include "discern/source.h"

namespace discern {
namespace {

struct Word {
  std::string_view text;
  std::uint32_t column = 0;  // from 1
};

std::vector<Word> words_of(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  line = line.substr(0, line.find('#'));
  std::vector<Word> words;
  for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    words.push_back({line.substr(at, end - at), static_cast<std::uint32_t>(at + 1)});
    at = line.find_first_not_of(kBlanks, end);
  }
  return words;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.front() == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_status(std::string_view text, std::string_view known) {
  return text.size() == 1 && known.find(text.front()) != std::string_view::npos;
}

bool is_status_line(const std::vector<Word>& words) {
  return (words.size() == 2 || words.size() == 3) && number_of(words[0].text) &&
         is_status(words[1].text, "?*/-FG+") && (words.size() == 2 || number_of(words[2].text));
}

class MapParser {
 public:
  explicit MapParser(const std::string& path) : path_(path) {}

  Status take(std::string_view line) {
    ++line_;
    const std::vector<Word> words = words_of(line);
    if (words.empty()) return Done{};
    return status_line_seen_ ? take_block(words) : take_status_line(words);
  }

  Result<RescueMap> finish() {
    if (!status_line_seen_) return error(Errc::not_this, "there is no status line", 0);
    if (!domain_begun_) return error(Errc::corrupt, "there are no blocks", 0);
    map_.unread = merged(std::move(map_.unread));
    return std::move(map_);
  }

 private:
  Error error(Errc code, std::string text, std::uint32_t column) const {
    return {code, std::move(text), path_, std::nullopt, line_, column};
  }

  Status take_status_line(const std::vector<Word>& words) {
    if (!is_status_line(words))
      return error(Errc::not_this, "this is no status line of a ddrescue map", words[0].column);
    status_line_seen_ = true;
    map_.finished = words[1].text == "+";
    return Done{};
  }

  Status take_block(const std::vector<Word>& words) {
    if (words.size() != 3)
      return error(Errc::corrupt, "a block has a position, a size and a status", words[0].column);
    const auto position = number_of(words[0].text);
    const auto size = number_of(words[1].text);
    if (!position) return error(Errc::corrupt, "this is no position", words[0].column);
    if (!size || *size == 0 || *size > std::numeric_limits<std::uint64_t>::max() - *position)
      return error(Errc::corrupt, "this is no size", words[1].column);
    if (!is_status(words[2].text, "?*/-+"))
      return error(Errc::corrupt, "this is no status of a block", words[2].column);
    if (!domain_begun_) {
      map_.domain = {*position, 0};
      domain_begun_ = true;
    }
    if (*position != map_.domain.end())
      return error(Errc::corrupt,
                   "the block begins at " + std::to_string(*position) +
                       ", the one before ends at " + std::to_string(map_.domain.end()),
                   words[0].column);
    map_.domain.length += *size;
    if (words[2].text == "+") return Done{};
    map_.unread.push_back({*position, *size});
    if (words[2].text != "?") map_.failed += *size;
    return Done{};
  }

  const std::string& path_;
  std::uint32_t line_ = 0;
  bool status_line_seen_ = false;
  bool domain_begun_ = false;
  RescueMap map_ = {};
};

std::string hex(std::uint64_t value) {
  std::array<char, 24> text = {};
  std::snprintf(text.data(), text.size(), "0x%08" PRIX64, value);
  return text.data();
}

}  // namespace

Result<RescueMap> parse_rescue_map(std::string_view text, const std::string& path) {
  MapParser parser(path);
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (const Status taken = parser.take(rest.substr(0, end)); !taken) return taken.error();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return parser.finish();
}

std::string rescue_map_text(std::uint64_t size, std::span<const ByteRange> bad) {
  std::string text =
      "# Mapfile. Created by discern\n"
      "# current_pos  current_status  current_pass\n"
      "0x00000000     +               1\n"
      "#      pos        size  status\n";
  const auto add = [&](std::uint64_t from, std::uint64_t to, char status) {
    if (from < to) text += hex(from) + "  " + hex(to - from) + "  " + status + "\n";
  };
  std::uint64_t done = 0;
  for (const ByteRange& range : bad) {
    add(done, range.offset, '+');
    add(range.offset, range.end(), '-');
    done = range.end();
  }
  add(done, size, '+');
  return text;
}

}  // namespace discern
