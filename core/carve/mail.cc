// SPDX-License-Identifier: Apache-2.0
// Mail: a message (EML) or several in a row (mbox), as runs of text.
//
//   EML   lines "Name: value", continued by lines that begin with a blank; an empty line; the body
//   mbox  "From address weekday month day time year", then a message; the next such line begins
//         another one
//
// Text has no end of its own: the run goes on to the first byte that text does not have, and is
// never called complete.
// Sources: RFC 5322 clause 2; RFC 4155.
#include <algorithm>
#include <array>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::uint64_t kHeaderLimit = 16 << 10;

bool is_text(char c) {
  return static_cast<unsigned char>(c) >= ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Lines of the form "Name: value" at the front, of which some are what every message has.
bool has_message_head(std::string_view text) {
  constexpr std::array<std::string_view, 3> kUsual = {"From:", "Date:", "Subject:"};
  std::size_t usual = 0;
  std::size_t lines = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') continue;
    const std::size_t colon = line.find(':');
    const auto name_character = [](char c) { return c > ' ' && c <= '~'; };
    if (colon == std::string_view::npos || colon == 0 ||
        !std::ranges::all_of(line.substr(0, colon), name_character))
      return false;
    for (const std::string_view field : kUsual) usual += line.starts_with(field) ? 1U : 0U;
    ++lines;
  }
  return lines >= 3 && usual >= 2;
}

Verdict text_run(Candidate& candidate) {
  std::uint64_t offset = 0;
  while (true) {
    const auto bytes = candidate.upto(offset, kWindow);
    if (!bytes) return broken_off(candidate, offset, 1);
    const std::string_view text = as_text(*bytes);
    const auto other = std::ranges::find_if_not(text, is_text);
    if (other != text.end()) {
      offset += static_cast<std::uint64_t>(other - text.begin());
      return {offset, Soundness::truncated, "text run, no end of its own"};
    }
    offset += text.size();
  }
}

}  // namespace

std::optional<Verdict> validate_eml(Candidate& candidate) {
  const auto head = candidate.upto(0, kHeaderLimit);
  if (!head || !has_message_head(as_text(*head))) return std::nullopt;
  return text_run(candidate);
}

std::optional<Verdict> validate_mbox(Candidate& candidate) {
  const auto head = candidate.upto(0, kHeaderLimit);
  if (!head) return std::nullopt;
  std::string_view text = as_text(*head);
  const std::size_t line = text.find('\n');
  constexpr std::size_t kLongestLine = 256;
  if (!text.starts_with("From ") || line == std::string_view::npos || line > kLongestLine)
    return std::nullopt;
  text.remove_prefix(line + 1);
  if (!has_message_head(text)) return std::nullopt;
  return text_run(candidate);
}

}  // namespace discern
