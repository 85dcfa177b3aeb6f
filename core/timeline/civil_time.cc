// SPDX-License-Identifier: Apache-2.0
// Dates by counting days in eras of 400 years (146097 days), the calendar's period. Years are
// taken to begin on 1 March, so that the leap day is the last one of a year and the months before
// it have lengths in a fixed pattern: 153 days per five months from March on.

#include "timeline/civil_time.h"

#include <array>

#include "discern/timeline.h"
#include "timeline/mactime_row.h"

namespace discern {
namespace {

constexpr std::int64_t kDaysPerEra = 146'097;
constexpr std::int64_t kDaysToEpoch = 719'468;  // from 0000-03-01 to 1970-01-01

// Decimal places of a second that are worth showing.
int decimals_of(Precision precision) {
  switch (precision) {
    case Precision::ns:
      return 9;
    case Precision::ns100:
      return 7;
    case Precision::us1:
      return 6;
    case Precision::ms10:
      return 2;
    case Precision::s1:
    case Precision::s2:
    case Precision::day1:
      return 0;
  }
  return 0;
}

// Fixed-width decimal fields into a buffer that is long enough for all of them.
struct Digits {
  std::array<char, 32> text{};
  std::size_t length = 0;
  void put(char c) { text[length++] = c; }
  void put(std::int64_t number, int width) {
    for (int i = width - 1; i >= 0; --i) {
      text[length + static_cast<std::size_t>(i)] = static_cast<char>('0' + number % 10);
      number /= 10;
    }
    length += static_cast<std::size_t>(width);
  }
};

void put_clock(Digits& out, std::int64_t of_day) {
  out.put(of_day / 3600, 2);
  out.put(':');
  out.put(of_day / 60 % 60, 2);
  out.put(':');
  out.put(of_day % 60, 2);
}

}  // namespace

CivilDate civil_from_days(std::int64_t days) {
  const std::int64_t since = days + kDaysToEpoch;
  const std::int64_t era = floor_div(since, kDaysPerEra);
  const std::int64_t of_era = since - era * kDaysPerEra;  // 0..146096
  // Leap days are taken out before dividing by 365; the last day of an era is a leap day too.
  const std::int64_t year_of_era =
      (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * of_year + 2) / 153;  // 0..11
  const int day = static_cast<int>(of_year - (153 * month_from_march + 2) / 5 + 1);
  const int month =
      static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::int64_t days_from_civil(const CivilDate& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int64_t of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
  return era * kDaysPerEra + of_era - kDaysToEpoch;
}

// 64 bits of nanoseconds reach from 1677 to 2262, so that years always have four digits.
std::string format_time(std::int64_t time_ns, Precision precision, Zone zone) {
  const std::int64_t seconds = floor_div(time_ns, kNsPerSecond);
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  const CivilDate date = civil_from_days(days);
  Digits out;
  out.put(date.year, 4);
  out.put('-');
  out.put(date.month, 2);
  out.put('-');
  out.put(date.day, 2);
  if (precision == Precision::day1) return {out.text.data(), out.length};

  const std::int64_t of_day = seconds - days * kSecondsPerDay;
  out.put('T');
  put_clock(out, of_day);
  if (const int decimals = decimals_of(precision); decimals > 0) {
    std::int64_t fraction = time_ns - seconds * kNsPerSecond;
    for (int i = decimals; i < 9; ++i) fraction /= 10;
    out.put('.');
    out.put(fraction, decimals);
  }
  if (zone != Zone::unknown) out.put('Z');
  return {out.text.data(), out.length};
}

std::string iso_date(std::int64_t seconds) {
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  const CivilDate date = civil_from_days(days);
  const std::int64_t of_day = seconds - days * kSecondsPerDay;
  Digits out;
  out.put(date.year, 4);
  out.put('-');
  out.put(date.month, 2);
  out.put('-');
  out.put(date.day, 2);
  out.put('T');
  put_clock(out, of_day);
  out.put('Z');
  return {out.text.data(), out.length};
}

std::string mactime_date(std::int64_t seconds) {
  static constexpr std::string_view kDays = "ThuFriSatSunMonTueWed";  // 1970-01-01 was a Thursday
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  const CivilDate date = civil_from_days(days);
  Digits out;
  const auto weekday = static_cast<std::size_t>(days - floor_div(days, 7) * 7);
  for (const char c : kDays.substr(weekday * 3, 3)) out.put(c);
  out.put(' ');
  for (const char c : kMonths.substr(static_cast<std::size_t>(date.month - 1) * 3, 3)) out.put(c);
  out.put(' ');
  out.put(date.day, 2);
  out.put(' ');
  out.put(date.year, 4);
  out.put(' ');
  put_clock(out, seconds - days * kSecondsPerDay);
  return {out.text.data(), out.length};
}

}  // namespace discern
