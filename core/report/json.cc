// SPDX-License-Identifier: Apache-2.0
// JSON text as in RFC 8259. Control characters are escaped beyond what the RFC asks (DEL and C1
// too), so that a terminal that shows the text is not steered by a file name.

#include "discern/json.h"

#include <charconv>
#include <cmath>

#include "timeline/utf8.h"

namespace discern {
namespace {

void append_escaped(std::string& out, std::uint32_t unit) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[unit >> shift & 15];
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_plain(text[end])) ++end;
    out.append(text, at, end - at);
    at = end;
    if (at == text.size()) break;

    const Utf8Step step = utf8_step(text, at);
    if (!step.valid)
      out += "\xEF\xBF\xBD";  // U+FFFD
    else if (step.code_point == '"' || step.code_point == '\\')
      out += {'\\', static_cast<char>(step.code_point)};
    else if (step.code_point == '\n')
      out += "\\n";
    else if (step.code_point == '\t')
      out += "\\t";
    else if (step.code_point < 0xA0)
      append_escaped(out, step.code_point);
    else
      out.append(text, at, step.length);
    at += step.length;
  }
  out += '"';
}

template <class T>
void append_number(std::string& out, T number) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

void JsonWriter::new_line() {
  if (indent_ == 0) return;
  out_ += '\n';
  out_.append(static_cast<std::size_t>(depth_) * static_cast<std::size_t>(indent_), ' ');
}

// Before each key, and before each value that no key announces.
void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) out_ += ',';
  first_ = false;
  new_line();
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  --depth_;
  if (!first_) new_line();
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_string(out_, name);
  out_ += indent_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  append_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::value(bool yes) {
  separate();
  out_ += yes ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::signed_value(std::int64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

JsonWriter& JsonWriter::unsigned_value(std::uint64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

// JSON has no infinities and no NaN.
JsonWriter& JsonWriter::number(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  append_number(out_, number);
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  out_ += "null";
  return *this;
}

}  // namespace discern
