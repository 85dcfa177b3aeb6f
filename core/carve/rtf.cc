// SPDX-License-Identifier: Apache-2.0
// RTF: groups in braces. "{\rtf1 ... }" is one group; "\{", "\}" and "\\" are characters, "\binN "
// is followed by N bytes that are none of it. The file ends with the brace that closes the first
// one, and line ends behind it. Apart from \bin data there are no control bytes but tab and line
// ends; NUL stands only behind the end. Source: Microsoft, Rich Text Format Specification 1.9.1.
#include <algorithm>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::uint64_t kBinLimit = std::uint64_t{1} << 30;

bool is_text(char c) {
  return static_cast<unsigned char>(c) >= ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class RtfWalk {
 public:
  explicit RtfWalk(Candidate& candidate) : candidate_(candidate) {}
  std::optional<Verdict> run();

 private:
  std::optional<char> look(std::uint64_t offset);
  bool take_control();

  Candidate& candidate_;
  std::string_view window_ = {};
  std::uint64_t window_start_ = 0;
  std::uint64_t offset_ = 0;
};

std::optional<char> RtfWalk::look(std::uint64_t offset) {
  if (offset < window_start_ || offset - window_start_ >= window_.size()) {
    const auto bytes = candidate_.upto(offset, kWindow);
    if (!bytes) return std::nullopt;
    window_ = as_text(*bytes);
    window_start_ = offset;
  }
  return window_[static_cast<std::size_t>(offset - window_start_)];
}

// At a backslash: steps behind the control word or symbol. False when a read delivered nothing.
bool RtfWalk::take_control() {
  ++offset_;
  std::string word;
  constexpr std::size_t kLongest = 32;
  while (true) {
    const auto c = look(offset_);
    if (!c) return false;
    if (!is_letter(*c) || word.size() == kLongest) break;
    word += *c;
    ++offset_;
  }
  if (word.empty()) {
    ++offset_;
    return true;
  }
  if (word != "bin") return true;
  std::uint64_t count = 0;
  while (true) {
    const auto c = look(offset_);
    if (!c) return false;
    if (*c < '0' || *c > '9' || count > kBinLimit) break;
    count = count * 10 + static_cast<unsigned>(*c - '0');
    ++offset_;
  }
  if (look(offset_) == ' ') ++offset_;
  offset_ += std::min(count, kBinLimit);
  return offset_ < candidate_.size();
}

std::optional<Verdict> RtfWalk::run() {
  if (!has_at(candidate_, 0, "{\\rtf")) return std::nullopt;
  std::uint64_t depth = 0;
  std::uint64_t words = 0;
  constexpr std::uint64_t kFewestWords = 3;
  while (true) {
    const auto c = look(offset_);
    if (!c) {
      if (words < kFewestWords) return std::nullopt;
      return broken_off(candidate_, std::min(offset_, candidate_.size()), 1);
    }
    if (*c == '\\') {
      ++words;
      if (!take_control()) {
        if (words < kFewestWords) return std::nullopt;
        return cut_off(candidate_, offset_);
      }
      continue;
    }
    if (!is_text(*c)) {
      if (words < kFewestWords) return std::nullopt;
      return Verdict{offset_, Soundness::truncated, "control byte at " + std::to_string(offset_)};
    }
    ++offset_;
    if (*c == '{') ++depth;
    if (*c == '}' && --depth == 0) break;
  }
  if (words < kFewestWords) return std::nullopt;
  std::uint64_t end = offset_;
  while (end - offset_ < 4) {
    const auto c = look(end);
    if (!c || (*c != '\r' && *c != '\n')) break;
    ++end;
  }
  return complete_at(candidate_, end, "last brace closed");
}

}  // namespace

std::optional<Verdict> validate_rtf(Candidate& candidate) { return RtfWalk(candidate).run(); }

}  // namespace discern
