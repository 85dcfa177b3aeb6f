// SPDX-License-Identifier: Apache-2.0
// POSIX TZ strings (IEEE 1003.1, 8.3) with the extensions of RFC 8536, 3.3.1:
//
//   CET-1CEST,M3.5.0,M10.5.0/3      <-03>3      EST5EDT,M3.2.0,M11.1.0
//
// a name, the offset west of UTC, the name of summer time, its offset if it is not one hour more,
// and the days of both changes: Mmonth.week.weekday, Jn (1..365, never 29 February) or n (0..365),
// each with a time of day from -167 to 167 hours.

#include <algorithm>

#include "discern/time_zone.h"
#include "timeline/civil_time.h"

namespace discern {
namespace {

// A cursor whose first failure sticks.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool good() const { return good_; }
  bool done() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { good_ = take(c) && good_; }
  void name() {
    std::size_t length = 0;
    if (take('<')) {
      length = std::min(text_.find('>'), text_.size());
      text_.remove_prefix(length);
      expect('>');
    } else {
      const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
      while (length < text_.size() && letter(text_[length])) ++length;
      text_.remove_prefix(length);
    }
    good_ = good_ && length > 0;
  }
  int number(int least, int most) {
    int value = 0;
    std::size_t digits = 0;
    for (; digits < 3 && !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++digits) {
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    good_ = good_ && digits > 0 && value >= least && value <= most;
    return value;
  }
  // [+-]hh[:mm[:ss]]
  std::int64_t clock() {
    const std::int64_t sign = take('-') ? -1 : 1;
    if (sign > 0) (void)take('+');
    std::int64_t seconds = std::int64_t{number(0, 167)} * 3600;
    if (take(':')) {
      seconds += number(0, 59) * 60;
      if (take(':')) seconds += number(0, 59);
    }
    return sign * seconds;
  }

 private:
  std::string_view text_;
  bool good_ = true;
};

ZoneRule rule(Cursor& cursor) {
  ZoneRule made;
  if (cursor.take('M')) {
    made.month = cursor.number(1, 12);
    cursor.expect('.');
    made.week = cursor.number(1, 5);
    cursor.expect('.');
    made.day = cursor.number(0, 6);
  } else if (cursor.take('J')) {
    made.kind = ZoneRule::Day::julian_without_leap;
    made.day = cursor.number(1, 365);
  } else {
    made.kind = ZoneRule::Day::zero_based;
    made.day = cursor.number(0, 365);
  }
  if (cursor.take('/')) made.time = cursor.clock();
  return made;
}

// Local seconds since 1970 of a change in `year`, by the clock before it.
std::int64_t when(const ZoneRule& rule, std::int64_t year) {
  const std::int64_t first = days_from_civil({year, 1, 1});
  std::int64_t days = 0;
  switch (rule.kind) {
    case ZoneRule::Day::zero_based:
      days = first + rule.day;
      break;
    case ZoneRule::Day::julian_without_leap: {
      const bool leap = days_from_civil({year + 1, 1, 1}) - first == 366;
      days = first + rule.day - 1 + (leap && rule.day >= 60 ? 1 : 0);
      break;
    }
    case ZoneRule::Day::month_week_day: {
      const std::int64_t month = days_from_civil({year, rule.month, 1});
      const std::int64_t next = rule.month == 12 ? days_from_civil({year + 1, 1, 1})
                                                 : days_from_civil({year, rule.month + 1, 1});
      const std::int64_t weekday = month + 4 - floor_div(month + 4, 7) * 7;  // 1970-01-01: Thursday
      days = month + (rule.day - weekday + 7) % 7 + (rule.week - 1) * 7;
      while (days >= next) days -= 7;
      break;
    }
  }
  return days * kSecondsPerDay + rule.time;
}

}  // namespace

std::optional<TimeZone::Tail> TimeZone::parse_tail(std::string_view text) {
  Cursor cursor(text);
  Tail tail;
  cursor.name();
  tail.standard = -cursor.clock();
  if (cursor.good() && !cursor.done()) {
    cursor.name();
    tail.summer = tail.standard + 3600;
    if (!cursor.take(',')) {
      tail.summer = -cursor.clock();
      cursor.expect(',');
    }
    tail.begin = rule(cursor);
    cursor.expect(',');
    tail.end = rule(cursor);
  }
  if (!cursor.good() || !cursor.done()) return std::nullopt;
  return tail;
}

std::int64_t TimeZone::offset_at(std::int64_t utc_seconds) const {
  constexpr std::int64_t kMost = std::int64_t{1} << 57;  // far beyond every calendar
  utc_seconds = std::clamp(utc_seconds, -kMost, kMost);
  const auto next = std::upper_bound(
      changes_.begin(), changes_.end(), utc_seconds,
      [](std::int64_t seconds, const Change& change) { return seconds < change.at; });
  if (next != changes_.end() || !tail_)
    return next == changes_.begin() ? first_offset_ : std::prev(next)->offset;
  if (!tail_->summer) return tail_->standard;
  const std::int64_t days = floor_div(utc_seconds + tail_->standard, kSecondsPerDay);
  const std::int64_t year = civil_from_days(days).year;
  const std::int64_t begin = when(tail_->begin, year) - tail_->standard;
  const std::int64_t end = when(tail_->end, year) - *tail_->summer;
  const bool summer = begin < end ? utc_seconds >= begin && utc_seconds < end
                                  : utc_seconds >= begin || utc_seconds < end;  // southern half
  return summer ? *tail_->summer : tail_->standard;
}

}  // namespace discern
