// SPDX-License-Identifier: Apache-2.0
// Text gathered in a string and handed to a stream in large pieces: the writers of timelines put
// down millions of small fields, and formatting them one by one through a stream costs most of
// the time.
#ifndef DISCERN_TIMELINE_TEXT_OUTPUT_H
#define DISCERN_TIMELINE_TEXT_OUTPUT_H

#include <charconv>
#include <concepts>
#include <ostream>
#include <string>

namespace discern {

template <std::integral T>
void append_number(std::string& text, T number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text.append(digits, end);
}

class TextOutput {
 public:
  explicit TextOutput(std::ostream& out) : out_(out) { text.reserve(kPiece + kPiece / 4); }
  ~TextOutput() { flush(); }
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  void end_line() {
    text += '\n';
    if (text.size() >= kPiece) flush();
  }

  std::string text;

 private:
  static constexpr std::size_t kPiece = 1 << 16;
  void flush() {
    out_.write(text.data(), static_cast<std::streamsize>(text.size()));
    text.clear();
  }
  std::ostream& out_;
};

}  // namespace discern

#endif
