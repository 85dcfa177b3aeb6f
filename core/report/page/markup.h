// SPDX-License-Identifier: Apache-2.0
// HTML text in which nothing from the evidence can become markup: string literals of this program
// are markup and written as they are, every other string is text and escaped.
#ifndef DISCERN_REPORT_PAGE_MARKUP_H
#define DISCERN_REPORT_PAGE_MARKUP_H

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace discern {

class Markup {
 public:
  template <std::size_t N>
  Markup& operator<<(const char (&markup)[N]) {
    html_.append(markup, N - 1);
    return *this;
  }
  // As show_name() shows it, with & < > " ' escaped: good between tags and inside quoted
  // attributes.
  Markup& operator<<(std::string_view text);
  // With thousands separators: 1,474,560.
  template <std::integral T>
  Markup& operator<<(T number) {
    if constexpr (std::is_signed_v<T>)
      return signed_number(static_cast<std::int64_t>(number));
    else
      return number_of(static_cast<std::uint64_t>(number));
  }
  Markup& operator<<(bool) = delete;
  Markup& operator<<(char) = delete;

  // With two decimals, for attributes.
  Markup& decimal(double number);
  // part / whole as "12.345%", for attributes. Nothing of nothing is 0%.
  Markup& percent(double part, double whole);
  // "1 file", "2 files".
  Markup& count(std::uint64_t number, std::string_view one, std::string_view many);
  // "1,474,560 bytes (1.4 MiB)".
  Markup& bytes(std::uint64_t size);
  // The place for a path in a link: all but unreserved characters and '/' become %XX.
  Markup& link(std::string_view path);
  // Appends finished markup.
  Markup& append(const Markup& part);

  const std::string& html() const { return html_; }

 private:
  Markup& number_of(std::uint64_t number);
  Markup& signed_number(std::int64_t number);

  std::string html_;
};

}  // namespace discern

#endif
