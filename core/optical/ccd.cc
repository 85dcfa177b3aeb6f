// SPDX-License-Identifier: Apache-2.0
// A CloneCD control file is INI text (no specification is public; as written by CloneCD 2 to 5):
//
//   [CloneCD]    Version=3
//   [Disc]       TocEntries=4  Sessions=1  DataTracksScrambled=0  CATALOG=...
//   [Session 1]  PreGapMode=1  PreGapSubC=0
//   [Entry 0]    Session=1  Point=0xa0  ADR=0x01  Control=0x04  TrackNo=0
//                AMin=0 ASec=0 AFrame=0 ALBA=-150 Zero=0 PMin=1 PSec=0 PFrame=0 PLBA=4350
//   [TRACK 1]    MODE=1  ISRC=...  INDEX 0=-150  INDEX 1=0
//
// Numbers are decimal, 0x hexadecimal, or negative. Keys of other sections say nothing about where
// bytes are and are passed over.
#include "optical/ccd.h"

#include <algorithm>
#include <charconv>

#include "optical/crc16.h"
#include "optical/descriptor_files.h"

namespace discern {
namespace {

constexpr std::size_t kMostText = std::size_t{4} * 1024 * 1024;
constexpr std::int64_t kMostLba = 450000;  // beyond 99:59:74

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\v\f";
  const auto from = text.find_first_not_of(kBlanks);
  if (from == text.npos) return text.substr(text.size());
  return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

std::optional<std::int64_t> number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return negative ? -std::int64_t{value} : std::int64_t{value};
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Result<CcdSheet> parse() {
    if (text_.size() > kMostText)
      return Error{Errc::limit, "a control file of more than 4 MiB", file_};
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find_first_of("\r\n"), text_.size());
      ++line_;
      raw_ = text_.substr(0, end);
      if (auto status = line(trimmed(raw_)); !status) return status.error();
      const bool both = text_.substr(end).starts_with("\r\n");
      text_.remove_prefix(std::min(end + (both ? 2 : 1), text_.size()));
    }
    if (!seen_clonecd_) return Error{Errc::not_this, "no [CloneCD] section", file_};
    return std::move(sheet_);
  }

 private:
  Error error(std::string text, std::string_view at, Errc code = Errc::corrupt) const {
    const auto column = static_cast<std::uint32_t>(at.data() - raw_.data() + 1);
    return {code, std::move(text), file_, {}, line_, column};
  }

  Status line(std::string_view text) {
    if (text.empty() || text.starts_with(';')) return Done{};
    if (text.starts_with('[')) return section(text);
    if (!seen_clonecd_) return error("text before [CloneCD]", text, Errc::not_this);
    const auto equals = text.find('=');
    if (equals == text.npos) return error("neither [section] nor key=value", text);
    return key(trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1)));
  }

  Status section(std::string_view text) {
    if (!text.ends_with(']')) return error("a section name without ]", text);
    const std::string_view name = trimmed(text.substr(1, text.size() - 2));
    entry_ = nullptr;
    track_ = nullptr;
    in_disc_ = equal_ignoring_case(name, "Disc");
    in_clonecd_ = equal_ignoring_case(name, "CloneCD");
    in_cd_text_ = equal_ignoring_case(name, "CDText");
    seen_clonecd_ = seen_clonecd_ || in_clonecd_;
    const auto blank = name.find(' ');
    if (blank == name.npos) return Done{};
    const std::string_view word = name.substr(0, blank);
    const std::string_view count = trimmed(name.substr(blank));
    if (equal_ignoring_case(word, "Entry")) {
      sheet_.entries.push_back({.line = line_});
      entry_ = &sheet_.entries.back();
    } else if (equal_ignoring_case(word, "TRACK")) {
      const auto nr = number(count);
      if (!nr || *nr < 1 || *nr > 99) return error("a track number is from 1 to 99", count);
      track_ = &sheet_.tracks[static_cast<int>(*nr)];
      track_->line = line_;
    }
    return Done{};
  }

  Result<std::int64_t> value_in(std::string_view value, std::int64_t least,
                                std::int64_t most) const {
    const auto found = number(value);
    if (!found || *found < least || *found > most)
      return error("\"" + std::string(value) + "\" is not a number from " + std::to_string(least) +
                       " to " + std::to_string(most),
                   value);
    return *found;
  }

  template <class Field>
  Status set(Field& field, std::string_view value, std::int64_t least, std::int64_t most) {
    const auto found = value_in(value, least, most);
    if (!found) return found.error();
    field =
        static_cast<typename std::conditional_t<std::is_same_v<Field, bool>, bool, int>>(*found);
    return Done{};
  }

  Status key(std::string_view name, std::string_view value) {
    const auto is = [&](std::string_view text) { return equal_ignoring_case(name, text); };
    if (in_clonecd_ && is("Version")) return set(sheet_.version, value, 0, 255);
    if (in_disc_ && is("DataTracksScrambled")) return set(sheet_.scrambled, value, 0, 1);
    if (in_disc_ && is("CATALOG")) {
      sheet_.catalog = value;
      sheet_.catalog_line = line_;
    }
    if (in_cd_text_ && name.size() > 6 && equal_ignoring_case(name.substr(0, 6), "Entry "))
      return pack(value);
    if (entry_) {
      if (is("Session")) return set(entry_->session, value, 1, 99);
      if (is("Point")) return set(entry_->point, value, 0, 255);
      if (is("Control")) return set(entry_->control, value, 0, 15);
      if (is("PMin")) return set(entry_->pmin, value, 0, 255);
      if (is("PSec")) return set(entry_->psec, value, 0, 255);
      if (is("PFrame")) return set(entry_->pframe, value, 0, 255);
      if (is("PLBA")) return set(entry_->plba, value, -kMostLba, kMostLba);
    }
    if (track_) {
      if (is("MODE")) return set(track_->mode, value, 0, 2);
      if (is("ISRC")) track_->isrc = value;
      if (name.size() > 6 && equal_ignoring_case(name.substr(0, 6), "INDEX ")) {
        const auto nr = value_in(trimmed(name.substr(6)), 0, 99);
        if (!nr) return nr.error();
        return set(track_->indexes[static_cast<int>(*nr)], value, -kMostLba, kMostLba);
      }
    }
    return Done{};
  }

  // A CD-TEXT pack as hex bytes: 18, or 16 without the CRC, which is put there.
  Status pack(std::string_view value) {
    std::vector<std::byte> bytes;
    for (std::size_t at = 0; at < value.size();) {
      if (value[at] == ' ') {
        ++at;
        continue;
      }
      const std::size_t end = std::min(value.find(' ', at), value.size());
      unsigned byte = 0;
      const auto [stop, failed] = std::from_chars(value.data() + at, value.data() + end, byte, 16);
      if (failed != std::errc{} || stop != value.data() + end || byte > 255 || bytes.size() == 18)
        return error("a CD-TEXT pack is 16 or 18 hex bytes", value.substr(at));
      bytes.push_back(static_cast<std::byte>(byte));
      at = end;
    }
    if (bytes.size() != 16 && bytes.size() != 18)
      return error("a CD-TEXT pack is 16 or 18 hex bytes", value);
    if (bytes.size() == 16) {
      const auto crc = static_cast<std::uint16_t>(~crc16(bytes));
      bytes.push_back(static_cast<std::byte>(crc >> 8));
      bytes.push_back(static_cast<std::byte>(crc & 255));
    }
    sheet_.cd_text.insert(sheet_.cd_text.end(), bytes.begin(), bytes.end());
    return Done{};
  }

  std::string_view text_;
  const std::string& file_;
  CcdSheet sheet_ = {};
  std::string_view raw_ = {};
  std::uint32_t line_ = 0;
  CcdEntry* entry_ = nullptr;
  CcdTrack* track_ = nullptr;
  bool in_disc_ = false;
  bool in_cd_text_ = false;
  bool in_clonecd_ = false;
  bool seen_clonecd_ = false;
};

}  // namespace

Result<CcdSheet> parse_ccd(std::string_view text, const std::string& file) {
  return Parser(text, file).parse();
}

}  // namespace discern
