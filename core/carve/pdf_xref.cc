// SPDX-License-Identifier: Apache-2.0
// A cross-reference table tells where the objects are:
//
//   xref
//   0 3                      subsection: first object, count
//   0000000000 65535 f       20 bytes each: offset from the header, generation, n(ew) or f(ree)
//   0000000017 00000 n
//   trailer
//   << /Size 3 /Prev 9 >>    /Prev: offset of the section before this update
//
// Since PDF 1.5 an object, "12 0 obj << /Type /XRef ...", may hold the same in a stream; these are
// believed without unpacking them.
// Source: ISO 32000-1 clauses 7.5.4 to 7.5.8.
#include "carve/pdf_xref.h"

#include <algorithm>

#include "carve/validators.h"

namespace discern::pdf {
namespace {

constexpr std::uint64_t kObjectHead = 48;  // more than "12 0 obj" with generous numbers takes
constexpr std::uint64_t kEntry = 24;       // and what may stand before it
constexpr std::uint64_t kTrailer = 4096;
constexpr int kSectionsLimit = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

struct Object {
  std::uint64_t number;
  std::uint64_t generation;
};

std::optional<Object> take_object(std::string_view text) {
  const auto number = take_number(text);
  const auto generation = number ? take_number(text) : std::nullopt;
  if (!generation || !trimmed(text).starts_with("obj")) return std::nullopt;
  return Object{*number, *generation};
}

// One table, read front to back.
class XrefTable {
 public:
  XrefTable(Candidate& candidate, std::uint64_t offset) : candidate_(candidate), at_(offset) {}
  // False when an entry leads to no object of its number: contradiction() has it in words.
  bool follow();
  const std::string& contradiction() const { return contradiction_; }
  std::optional<std::uint64_t> previous() const { return previous_; }

 private:
  std::string_view text(std::uint64_t length) {
    const auto bytes = candidate_.upto(at_, length);
    return bytes ? as_text(*bytes) : std::string_view();
  }
  void skip_space() {
    const std::string_view here = text(kObjectHead);
    at_ += std::min(here.find_first_not_of(kSpace), here.size());
  }
  bool follow_entries(std::uint64_t first, std::uint64_t count);

  Candidate& candidate_;
  std::uint64_t at_;
  std::string contradiction_ = {};
  std::optional<std::uint64_t> previous_ = {};
};

bool XrefTable::follow_entries(std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string_view whole = text(kEntry);
    std::string_view entry = whole;
    const auto offset = take_number(entry);
    const auto generation = offset ? take_number(entry) : std::nullopt;
    const std::string_view kind = trimmed(entry);
    if (!generation || (!kind.starts_with('n') && !kind.starts_with('f'))) {
      contradiction_ = "no cross-reference entry at " + std::to_string(at_);
      return false;
    }
    // Not by 20: some writers end the line with one byte instead of two.
    at_ += whole.size() - kind.size() + 1;
    if (kind.starts_with('f') || *offset == 0) continue;
    const auto there = candidate_.upto(*offset, kObjectHead);
    const auto object = there ? take_object(as_text(*there)) : std::nullopt;
    if (object && object->number == first + i) continue;
    contradiction_ =
        "object " + std::to_string(first + i) + " is not at " + std::to_string(*offset);
    return false;
  }
  return true;
}

bool XrefTable::follow() {
  at_ += std::string_view("xref").size();
  while (true) {
    skip_space();
    std::string_view head = text(kObjectHead);
    const std::size_t before = head.size();
    if (!before || !is_digit(head.front())) break;
    const auto first = take_number(head);
    const auto count = first ? take_number(head) : std::nullopt;
    if (!count) break;
    at_ += before - head.size();
    skip_space();
    if (!follow_entries(*first, *count)) return false;
  }
  std::string_view trailer = text(kTrailer);
  if (!trailer.starts_with("trailer")) {
    contradiction_ = "no trailer at " + std::to_string(at_);
    return false;
  }
  trailer = trailer.substr(0, trailer.find("startxref"));
  if (const auto key = trailer.find("/Prev"); key != std::string_view::npos) {
    trailer.remove_prefix(key + std::string_view("/Prev").size());
    previous_ = take_number(trailer);
  }
  return true;
}

bool is_table(Candidate& candidate, std::uint64_t offset) {
  const auto bytes = candidate.at(offset, 4);
  return bytes && as_text(*bytes) == "xref";
}

}  // namespace

std::optional<std::uint64_t> take_number(std::string_view& text) {
  constexpr std::size_t kDigits = 15;
  const std::string_view digits = trimmed(text);
  std::size_t length = 0;
  std::uint64_t value = 0;
  while (length < digits.size() && is_digit(digits[length])) {
    if (length == kDigits) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(digits[length] - '0');
    ++length;
  }
  if (length == 0) return std::nullopt;
  text = digits.substr(length);
  return value;
}

bool begins_object(std::string_view text) { return take_object(text).has_value(); }

bool is_xref(Candidate& candidate, std::uint64_t offset) {
  if (is_table(candidate, offset)) return true;
  const auto bytes = candidate.upto(offset, kObjectHead);
  return bytes && begins_object(as_text(*bytes));
}

std::optional<std::string> contradiction_in_xref(Candidate& candidate, std::uint64_t offset) {
  for (int sections = 0; sections < kSectionsLimit && is_table(candidate, offset); ++sections) {
    XrefTable table(candidate, offset);
    if (!table.follow()) return table.contradiction();
    if (!table.previous() || *table.previous() == offset) break;
    offset = *table.previous();
    if (!is_xref(candidate, offset))
      return "no cross-reference section at " + std::to_string(offset);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> startxref(Candidate& candidate, std::uint64_t eof) {
  const std::uint64_t begin = eof - std::min(eof, kLookBack);
  const auto bytes = candidate.at(begin, eof - begin);
  if (!bytes) return std::nullopt;
  std::string_view text = as_text(*bytes);
  constexpr std::string_view kWord = "startxref";
  const auto word = text.rfind(kWord);
  if (word == std::string_view::npos) return std::nullopt;
  text.remove_prefix(word + kWord.size());
  const auto value = take_number(text);
  return text.find_first_not_of(kSpace) == std::string_view::npos ? value : std::nullopt;
}

std::optional<std::uint64_t> linearized_length(Candidate& candidate) {
  const auto bytes = candidate.upto(0, kFirstObject);
  if (!bytes) return std::nullopt;
  std::string_view text = as_text(*bytes);
  text = text.substr(0, text.find(kEndObject));
  if (text.find("/Linearized") == std::string_view::npos) return std::nullopt;
  for (std::size_t at = text.find("/L"); at != std::string_view::npos;
       at = text.find("/L", at + 2)) {
    std::string_view value = text.substr(at + 2);
    if (const auto length = take_number(value)) return length;
  }
  return std::nullopt;
}

bool ends_at(Candidate& candidate, std::uint64_t length) {
  const std::uint64_t begin = length - std::min(length, kLookBack);
  const auto tail = candidate.at(begin, length - begin);
  const auto eof = tail ? as_text(*tail).rfind(kEof) : std::string_view::npos;
  return eof != std::string_view::npos && startxref(candidate, begin + eof) &&
         as_text(*tail).find_first_not_of(kSpace, eof + kEof.size()) == std::string_view::npos;
}

}  // namespace discern::pdf
