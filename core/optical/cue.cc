// SPDX-License-Identifier: Apache-2.0
// A cue sheet is text, one command a line (CDRWIN 3 user guide, appendix A; remarks as found in
// sheets of IsoBuster, redump.org and TruRip):
//
//   CATALOG 13digits
//   FILE name BINARY|MOTOROLA|WAVE|AIFF|MP3        begins a file; positions restart at 0
//     TRACK nn AUDIO|CDG|MODEm/size|CDI/size
//       FLAGS DCP|4CH|PRE|SCMS|DATA ...
//       ISRC CCOOOYYSSSSS
//       PREGAP mm:ss:ff                            not in the file
//       INDEX nn mm:ss:ff                          00 pregap in the file, 01 start, 02..99
//       POSTGAP mm:ss:ff                           not in the file
//   REM SESSION nn | REM LEAD-OUT mm:ss:ff | REM CRC32|MD5|SHA1 : hex
//
// 75 frames (sectors) are a second. The size behind the slash is that of a stored sector. Sheets in
// the wild come with byte order mark (UTF-8 or UTF-16), CR, CRLF, any case, trailing blanks and
// bare names. Unknown commands are findings; known ones that are wrong are errors, because a guess
// about a position would move evidence.
#include "optical/cue.h"

#include <algorithm>
#include <charconv>

#include "discern/bytes.h"
#include "optical/descriptor_text.h"

namespace discern {
namespace {

constexpr std::size_t kMostText = std::size_t{1} << 20;
constexpr std::size_t kMostLine = 4096;
constexpr std::size_t kMostFiles = 1000;  // real sheets have one for each track at most
constexpr std::size_t kMostFindings = 100;
constexpr std::uint32_t kFrames = 75;

struct TrackType {
  std::string_view name;
  SectorMode mode;
  std::uint32_t stored;
};
constexpr TrackType kTrackTypes[] = {
    {"AUDIO", SectorMode::audio, 2352},
    {"CDG", SectorMode::audio, 2448},
    {"MODE1/2048", SectorMode::mode1, 2048},
    {"MODE1/2352", SectorMode::mode1, 2352},
    {"MODE1/2448", SectorMode::mode1, 2448},
    {"MODE1_RAW", SectorMode::mode1, 2352},
    {"MODE2/2048", SectorMode::mode2_form1, 2048},
    {"MODE2/2324", SectorMode::mode2_form2, 2324},
    {"MODE2/2336", SectorMode::mode2_form1, 2336},
    {"MODE2/2352", SectorMode::mode2_form1, 2352},
    {"MODE2/2448", SectorMode::mode2_form1, 2448},
    {"MODE2_RAW", SectorMode::mode2_form1, 2352},
    {"CDI/2336", SectorMode::mode2_form1, 2336},
    {"CDI/2352", SectorMode::mode2_form1, 2352},
};

constexpr std::size_t kMostTexts = 10000;

// Commands of CD-TEXT say nothing about where bytes are.
struct TextCommand {
  std::string_view name;
  std::string_view field;
};
constexpr TextCommand kTexts[] = {
    {"TITLE", "title"},        {"PERFORMER", "performer"}, {"SONGWRITER", "songwriter"},
    {"COMPOSER", "composer"},  {"ARRANGER", "arranger"},   {"MESSAGE", "message"},
    {"DISC_ID", "disc_id"},    {"GENRE", "genre"},         {"UPC_EAN", "upc_isrc"},
    {"TOC_INFO1", "toc_info"}, {"TOC_INFO2", "toc_info2"}, {"SIZE_INFO", "size_info"}};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string uppercase(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), upper);
  return result;
}

struct Word {
  std::string_view text;  // without quotes
  std::uint32_t column = 1;
  bool quoted = false;
};

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Result<CueSheet> parse() {
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find_first_of("\r\n"), text_.size());
      place_ = {place_.line + 1, 1};
      if (end > kMostLine) return error(Errc::limit, "a line of more than 4 KiB");
      if (auto status = line(text_.substr(0, end)); !status) return status.error();
      const bool both = text_.substr(end).starts_with("\r\n");
      text_.remove_prefix(std::min(end + (both ? 2 : 1), text_.size()));
    }
    if (sheet_.files.empty() && sheet_.tracks.empty())
      return error(Errc::not_this, "no FILE and no TRACK command");
    if (sheet_.tracks.empty()) return error("a FILE without a TRACK", sheet_.files.back().place);
    if (auto status = end_track(); !status) return status.error();
    return std::move(sheet_);
  }

 private:
  Error error(Errc code, std::string text) const {
    return {code, std::move(text), file_, {}, place_.line, place_.column};
  }
  Error error(std::string text, CuePlace place) const {
    return {Errc::corrupt, std::move(text), file_, {}, place.line, place.column};
  }
  Error error(std::string text, const Word& word) const {
    return error(std::move(text), {place_.line, word.column});
  }

  // ---- words of a line -------------------------------------------------------------------

  Result<std::vector<Word>> split(std::string_view line) const {
    std::vector<Word> words;
    for (std::size_t at = 0; at < line.size();) {
      if (is_blank(line[at])) {
        ++at;
        continue;
      }
      const auto column = static_cast<std::uint32_t>(at + 1);
      if (line[at] == '"') {
        const std::size_t end = line.find('"', at + 1);
        if (end == line.npos) return error("a quote that is not closed", {place_.line, column});
        words.push_back({line.substr(at + 1, end - at - 1), column, true});
        at = end + 1;
        continue;
      }
      std::size_t end = at;
      while (end < line.size() && !is_blank(line[end])) ++end;
      words.push_back({line.substr(at, end - at), column});
      at = end;
    }
    return words;
  }

  static std::optional<std::uint32_t> number(std::string_view text, std::size_t most_digits) {
    if (text.empty() || text.size() > most_digits || !std::ranges::all_of(text, is_digit))
      return std::nullopt;
    std::uint32_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  // mm:ss:ff in sectors. Minutes have up to four digits: images of more than 99 minutes exist.
  Result<std::uint32_t> position(const std::vector<Word>& words, std::size_t index) const {
    if (index >= words.size()) return error("a time mm:ss:ff is missing", words.back());
    const Word& word = words[index];
    constexpr std::uint32_t kLimits[] = {10000, 60, kFrames};
    constexpr std::string_view kNames[] = {"minutes", "seconds below 60", "frames below 75"};
    std::uint32_t fields[3] = {};
    std::size_t from = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t colon = i < 2 ? word.text.find(':', from) : word.text.size();
      const auto place = static_cast<std::uint32_t>(word.column + from);
      const auto value =
          colon == word.text.npos ? std::nullopt : number(word.text.substr(from, colon - from), 4);
      if (!value || *value >= kLimits[i])
        return error("time \"" + std::string(word.text) + "\" is not mm:ss:ff with " +
                         std::string(kNames[i]),
                     {place_.line, place});
      fields[i] = *value;
      from = colon + 1;
    }
    return (fields[0] * 60 + fields[1]) * kFrames + fields[2];
  }

  Result<int> small_number(const std::vector<Word>& words, int least) const {
    if (words.size() < 2) return error("a number is missing", words.back());
    const auto value = number(words[1].text, 2);
    if (!value || static_cast<int>(*value) < least)
      return error("\"" + std::string(words[1].text) + "\" is not a number from " +
                       std::to_string(least) + " to 99",
                   words[1]);
    return static_cast<int>(*value);
  }

  // ---- commands ----------------------------------------------------------------------------

  Status line(std::string_view line) {
    if (const auto zero = line.find('\0'); zero != line.npos)
      return error("a zero byte", {place_.line, static_cast<std::uint32_t>(zero + 1)});
    const std::size_t start = std::min(line.find_first_not_of(" \t\v\f"), line.size());
    const std::string_view rest = line.substr(start);
    if (rest.empty() || rest.starts_with(';') || rest.starts_with("//")) return Done{};
    if (uppercase(rest.substr(0, 4)) == "REM " || uppercase(rest) == "REM") {
      remark(line);
      return Done{};
    }
    const std::size_t word_end = std::min(rest.find_first_of(" \t\v\f"), rest.size());
    const std::string command = uppercase(rest.substr(0, word_end));
    place_.column = static_cast<std::uint32_t>(start + 1);
    for (const auto& [name, field] : kTexts)
      if (command == name) return text(line, std::string(field));
    struct Command {
      std::string_view name;
      Status (Parser::*read)(const std::vector<Word>& words);
    };
    static constexpr Command kCommands[] = {
        {"FILE", &Parser::read_file},
        {"TRACK", &Parser::read_track},
        {"INDEX", &Parser::read_index},
        {"PREGAP", &Parser::read_gap},
        {"POSTGAP", &Parser::read_gap},
        {"FLAGS", &Parser::read_flags},
        {"CATALOG", &Parser::read_catalog},
        {"ISRC", &Parser::read_isrc},
        {"CDTEXTFILE", &Parser::read_text_file},
        {"CDTEXTMAIN", &Parser::read_text_file},
    };
    for (const Command& known : kCommands) {
      if (command != known.name) continue;
      const auto words = split(line);
      if (!words) return words.error();
      return (this->*known.read)(*words);
    }
    if (sheet_.findings.size() >= kMostFindings) return Done{};
    sheet_.findings.push_back({"cue.unknown-command",
                               Severity::note,
                               {.file = file_, .line = place_.line, .column = place_.column},
                               "a line that is not understood was passed over"});
    return Done{};
  }

  // Texts are free: a quote that is not closed, or none, is no reason to refuse a sheet.
  Status text(std::string_view line, std::string field) {
    const std::size_t command = line.find_first_not_of(" \t\v\f");
    const std::size_t blank = line.find_first_of(" \t\v\f", command);
    if (blank == line.npos || sheet_.cd_text.size() >= kMostTexts) return Done{};
    std::string_view value = line.substr(blank);
    const std::size_t from = value.find_first_not_of(" \t\v\f");
    if (from == value.npos) return Done{};
    value = value.substr(from, value.find_last_not_of(" \t\v\f") - from + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (!value.empty())
      sheet_.cd_text.push_back({0, sheet_.tracks.empty() ? 0 : sheet_.tracks.back().number,
                                std::move(field), utf8_text(value)});
    return Done{};
  }

  Status read_text_file(const std::vector<Word>& words) {
    if (words.size() < 2) return error("CDTEXTFILE needs a name", words.back());
    const Word& last = words.back();
    sheet_.cd_text_file = {
        words[1].text.data(),
        static_cast<std::size_t>(last.text.data() + last.text.size() - words[1].text.data())};
    sheet_.cd_text_place = {place_.line, words[1].column};
    return Done{};
  }

  // Bare names may contain blanks: the last word is the type, the rest is the name.
  Status read_file(const std::vector<Word>& words) {
    if (words.size() < 3) return error("FILE needs a name and a type", words.back());
    if (sheet_.files.size() == kMostFiles) return error(Errc::limit, "more than 1000 files");
    const Word& type = words.back();
    std::string_view name = words[1].text;
    if (!words[1].quoted) {
      const Word& last = words[words.size() - 2];
      name = {name.data(),
              static_cast<std::size_t>(last.text.data() + last.text.size() - name.data())};
    } else if (words.size() > 3) {
      return error("more than a name and a type after FILE", words[3]);
    }
    if (name.empty()) return error("an empty file name", words[1]);
    const std::string kind = uppercase(type.text);
    constexpr std::string_view kKinds[] = {"BINARY", "MOTOROLA", "WAVE", "AIFF", "MP3",
                                           "FLAC",   "APE",      "OGG",  "WV"};
    if (std::ranges::find(kKinds, kind) == std::end(kKinds))
      return error("\"" + std::string(type.text) + "\" is not a file type", type);
    sheet_.files.push_back({std::string(name), kind, {place_.line, words[1].column}});
    return Done{};
  }

  Status read_track(const std::vector<Word>& words) {
    if (auto status = end_track(); !status) return status;
    if (sheet_.files.empty()) return error("a TRACK before any FILE", words[0]);
    const auto nr = small_number(words, 1);
    if (!nr) return nr.error();
    if (words.size() < 3) return error("TRACK needs a type", words.back());
    const std::string type = uppercase(words[2].text);
    const auto* known = std::ranges::find(kTrackTypes, type, &TrackType::name);
    if (known == std::end(kTrackTypes))
      return error("\"" + std::string(words[2].text) + "\" is not a track type", words[2]);
    if (!sheet_.tracks.empty() && sheet_.tracks.back().session == session_ &&
        *nr <= sheet_.tracks.back().number)
      return error("track numbers must ascend", words[1]);
    sheet_.tracks.push_back({.number = *nr,
                             .session = session_,
                             .type = type,
                             .mode = known->mode,
                             .stored = known->stored,
                             .place = {place_.line, words[0].column}});
    return Done{};
  }

  Status end_track() const {
    if (sheet_.tracks.empty()) return Done{};
    const CueTrack& track = sheet_.tracks.back();
    if (std::ranges::none_of(track.indexes, [](const CueIndex& i) { return i.number == 1; }))
      return error("a TRACK without INDEX 01", track.place);
    return Done{};
  }

  Result<CueTrack*> current(const std::vector<Word>& words) {
    if (sheet_.tracks.empty())
      return error(std::string(words[0].text) + " before any TRACK", words[0]);
    return &sheet_.tracks.back();
  }

  Status read_index(const std::vector<Word>& words) {
    const auto track = current(words);
    if (!track) return track.error();
    const auto nr = small_number(words, 0);
    if (!nr) return nr.error();
    const auto sectors = position(words, 2);
    if (!sectors) return sectors.error();
    const std::size_t file = sheet_.files.size() - 1;
    if (!(*track)->indexes.empty() && *nr <= (*track)->indexes.back().number)
      return error("index numbers must ascend", words[1]);
    if (last_ && last_->file == file && *sectors < last_->position)
      return error("an INDEX before the one above it", words[2]);
    last_ = CueIndex{*nr, *sectors, file, {place_.line, words[2].column}};
    (*track)->indexes.push_back(*last_);
    return Done{};
  }

  Status read_gap(const std::vector<Word>& words) {
    const auto track = current(words);
    if (!track) return track.error();
    const auto sectors = position(words, 1);
    if (!sectors) return sectors.error();
    (upper(words[0].text[1]) == 'R' ? (*track)->pregap : (*track)->postgap) = *sectors;
    return Done{};
  }

  Status read_flags(const std::vector<Word>& words) {
    const auto track = current(words);
    if (!track) return track.error();
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string flag = uppercase(words[i].text);
      if (flag != "DCP" && flag != "4CH" && flag != "PRE" && flag != "SCMS" && flag != "DATA")
        return error("\"" + std::string(words[i].text) + "\" is not a flag", words[i]);
      (*track)->flags.push_back(flag);
    }
    return Done{};
  }

  Status read_catalog(const std::vector<Word>& words) {
    if (words.size() < 2 || words[1].text.size() != 13 ||
        !std::ranges::all_of(words[1].text, is_digit))
      return error("CATALOG needs 13 digits", words.back());
    sheet_.catalog = words[1].text;
    sheet_.catalog_place = {place_.line, words[1].column};
    return Done{};
  }

  Status read_isrc(const std::vector<Word>& words) {
    const auto track = current(words);
    if (!track) return track.error();
    if (words.size() < 2) return error("ISRC needs a code", words.back());
    (*track)->isrc = words[1].text;
    return Done{};
  }

  // Remarks are free text: what does not look like one of these says nothing.
  void remark(std::string_view line) {
    const auto words = split(line);
    if (!words || words->size() < 3) return;
    const std::string what = uppercase((*words)[1].text);
    if (what == "SESSION") {
      const auto value = number((*words)[2].text, 2);
      if (value && static_cast<int>(*value) > session_) session_ = static_cast<int>(*value);
    } else if (what == "LEAD-OUT") {
      const auto sectors = position(*words, 2);
      if (!sectors) return;
      std::erase_if(sheet_.lead_outs, [&](const CueLeadOut& l) { return l.session == session_; });
      sheet_.lead_outs.push_back({session_, *sectors, {place_.line, (*words)[2].column}});
    } else if (words->size() == 4 && (*words)[2].text == ":") {
      hash_remark(what, (*words)[3]);
    }
  }

  void hash_remark(std::string_view what, const Word& word) {
    const std::size_t digits = what == "CRC32" ? 8 : what == "MD5" ? 32 : what == "SHA1" ? 40 : 0;
    constexpr std::string_view kHex = "0123456789abcdefABCDEF";
    if (digits == 0 || word.text.size() != digits ||
        word.text.find_first_not_of(kHex) != word.text.npos)
      return;
    CueHash hash{{}, std::string(what), std::string(word.text), {place_.line, word.column}};
    if (!sheet_.tracks.empty()) hash.track = sheet_.tracks.size() - 1;
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    std::ranges::transform(hash.algorithm, hash.algorithm.begin(), lower);
    std::ranges::transform(hash.value, hash.value.begin(), lower);
    sheet_.hashes.push_back(std::move(hash));
  }

  std::string_view text_;
  const std::string& file_;
  CueSheet sheet_;
  CuePlace place_;
  int session_ = 1;
  std::optional<CueIndex> last_ = {};
};

}  // namespace

Result<CueSheet> parse_cue(std::string_view text, const std::string& file) {
  if (text.size() > kMostText)
    return Error{Errc::limit, "a cue sheet of more than 1 MiB", file, {}, 0, 0};
  const std::string utf8 = utf8_by_byte_order_mark(text);
  return Parser(utf8, file).parse();
}

}  // namespace discern
