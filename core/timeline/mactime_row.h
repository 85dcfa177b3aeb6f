// SPDX-License-Identifier: Apache-2.0
// The pieces of a row of `mactime -d`.
#ifndef DISCERN_TIMELINE_MACTIME_ROW_H
#define DISCERN_TIMELINE_MACTIME_ROW_H

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "discern/timeline.h"
#include "timeline/civil_time.h"
#include "timeline/text_output.h"

namespace discern {

inline constexpr std::string_view kMactimeHeader = "Date,Size,Type,Mode,UID,GID,Meta,File Name";
inline constexpr std::string_view kNoIsoDate = "0000-00-00T00:00:00Z";
inline constexpr std::string_view kNoMactimeDate = "Xxx Xxx 00 0000 00:00:00";

// Of the years 0 to 9999.
std::string iso_date(std::int64_t seconds);      // 2001-09-09T01:46:40Z
std::string mactime_date(std::int64_t seconds);  // Sun Sep 09 2001 01:46:40

// The same for one date after the other, which in timelines mostly are of one day.
class DateText {
 public:
  explicit DateText(bool iso) : iso_(iso) {}
  // Without `clock` the day alone. Valid until the next call.
  std::string_view of(std::int64_t seconds, bool clock, bool utc) {
    const std::int64_t day = floor_div(seconds, kSecondsPerDay);
    if (text_.empty() || day != day_) {
      day_ = day;
      text_ = iso_ ? iso_date(day * kSecondsPerDay) : mactime_date(day * kSecondsPerDay);
    }
    const std::size_t at = iso_ ? 11 : 16;  // of the clock
    if (!clock) return std::string_view(text_).substr(0, at - 1);
    const auto of_day = static_cast<unsigned>(seconds - day * kSecondsPerDay);
    put(at, of_day / 3600);
    put(at + 3, of_day / 60 % 60);
    put(at + 6, of_day % 60);
    return std::string_view(text_).substr(0, at + 8 + (iso_ && utc ? 1 : 0));
  }

 private:
  void put(std::size_t at, unsigned number) {
    text_[at] = static_cast<char>('0' + number / 10);
    text_[at + 1] = static_cast<char>('0' + number % 10);
  }
  bool iso_;
  std::int64_t day_ = 0;
  std::string text_ = {};
};

// True when all bytes are printable ASCII; eight at a time, by the carries of byte-wise subtraction
// (Hacker's Delight, 6-1). May say false of printable ones, never true of others.
inline bool is_plain(std::string_view bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = kOnes * 0x80;
  std::uint64_t odd = 0;
  const auto look = [&](std::uint64_t eight) {
    const std::uint64_t del = eight ^ kOnes * 0x7F;
    odd |= (eight | ((eight - kOnes * 0x20) & ~eight) | ((del - kOnes) & ~del)) & kHigh;
  };
  std::size_t at = 0;
  for (; bytes.size() - at >= 8; at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + at, 8);
    look(eight);
  }
  std::uint64_t rest = kOnes * 'a';
  if (at < bytes.size()) std::memcpy(&rest, bytes.data() + at, bytes.size() - at);
  look(rest);
  return odd == 0;
}

// The text of show_name(), without its copy when nothing is to be replaced.
inline void append_shown(std::string& text, std::string_view bytes) {
  if (is_plain(bytes))
    text += bytes;
  else
    text += show_name(bytes).text;
}

// Shown, in quotes, with quotes doubled; `more` follows inside of the quotes.
inline void append_quoted(std::string& text, std::string_view bytes, std::string_view more = {}) {
  text += '"';
  const std::size_t begin = text.size();
  append_shown(text, bytes);
  append_shown(text, more);
  for (std::size_t at = begin; (at = text.find('"', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '"');
  text += '"';
}

}  // namespace discern

#endif
