// SPDX-License-Identifier: Apache-2.0
// The grammar of cdrdao's TOC files (cdrdao(1), "TOC FILE FORMAT"), free of line breaks:
//
//   CD_DA | CD_ROM | CD_ROM_XA | CD_I        CATALOG "13 digits"        FIRST_TRACK_NO n
//   CD_TEXT { LANGUAGE_MAP { n : code } LANGUAGE n { FIELD "text" | FIELD { byte, byte } } }
//   TRACK mode [RW | RW_RAW]
//     [NO] COPY   [NO] PRE_EMPHASIS   TWO_CHANNEL_AUDIO   FOUR_CHANNEL_AUDIO   ISRC "12"
//     PREGAP msf                                  zeros before what follows
//     SILENCE len | ZERO [mode] [RW | RW_RAW] len
//     FILE | AUDIOFILE "name" [SWAP] [#offset] start [len]
//     DATAFILE "name" [#offset] [len]    FIFO "name" len
//     START [msf]   END [msf]   INDEX msf
//
// Comments run from // to the line's end; strings have \" \\ and \ooo (octal).
#include "optical/toc.h"

#include <algorithm>
#include <charconv>

#include "optical/descriptor_text.h"

namespace discern {
namespace {

constexpr std::size_t kMostText = std::size_t{1} << 20;
constexpr std::size_t kMostPieces = 10000;
constexpr std::size_t kMostTexts = 10000;
constexpr std::uint64_t kMostSectors = 1000ULL * 60 * 75;

struct Mode {
  std::string_view name;
  SectorMode mode;
  std::uint32_t stored;
};
constexpr Mode kModes[] = {
    {"AUDIO", SectorMode::audio, 2352},
    {"MODE0", SectorMode::mode0, 2336},
    {"MODE1", SectorMode::mode1, 2048},
    {"MODE1_RAW", SectorMode::mode1, 2352},
    {"MODE2", SectorMode::mode2, 2336},
    {"MODE2_RAW", SectorMode::mode2_form1, 2352},
    {"MODE2_FORM1", SectorMode::mode2_form1, 2048},
    {"MODE2_FORM2", SectorMode::mode2_form2, 2324},
    {"MODE2_FORM_MIX", SectorMode::mode2_form1, 2336},
};

struct Field {
  std::string_view name;
  std::string_view field;
};
constexpr Field kFields[] = {
    {"TITLE", "title"},         {"PERFORMER", "performer"}, {"SONGWRITER", "songwriter"},
    {"COMPOSER", "composer"},   {"ARRANGER", "arranger"},   {"MESSAGE", "message"},
    {"DISC_ID", "disc_id"},     {"GENRE", "genre"},         {"TOC_INFO1", "toc_info"},
    {"TOC_INFO2", "toc_info2"}, {"RESERVED1", "reserved1"}, {"RESERVED2", "reserved2"},
    {"RESERVED3", "reserved3"}, {"RESERVED4", "reserved4"}, {"CLOSED", "closed_info"},
    {"UPC_EAN", "upc_isrc"},    {"ISRC", "upc_isrc"},       {"SIZE_INFO", "size_info"},
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Token {
  enum class Kind { end, word, string, mark } kind = Kind::end;
  std::string text = {};  // of a string: without quotes and escapes
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  bool is(std::string_view word) const { return kind == Kind::word && text == word; }
  bool is(char mark) const { return kind == Kind::mark && text[0] == mark; }
  bool is_number() const {
    return kind == Kind::word && text.size() <= 18 && std::ranges::all_of(text, is_digit);
  }
};

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  Result<TocSheet> parse() {
    if (text_.size() > kMostText) return Error{Errc::limit, "a TOC file of more than 1 MiB", file_};
    if (auto status = next(); !status) return status.error();
    while (token_.kind != Token::Kind::end)
      if (auto status = statement(); !status) return status.error();
    if (sheet_.tracks.empty()) return Error{Errc::not_this, "no TRACK statement", file_};
    return std::move(sheet_);
  }

 private:
  Error error(std::string text, Errc code = Errc::corrupt) const {
    return {code, std::move(text), file_, {}, token_.line, token_.column};
  }
  Error unexpected(std::string_view wanted) const {
    return error((token_.kind == Token::Kind::end ? "the end of the file"
                                                  : "\"" + token_.text.substr(0, 100) + "\"") +
                 " where " + std::string(wanted) + " must stand");
  }

  // ---- tokens ------------------------------------------------------------------------------

  void step() {
    if (text_[at_] == '\n' || (text_[at_] == '\r' && !text_.substr(at_).starts_with("\r\n"))) {
      ++line_;
      column_ = 0;
    }
    ++at_;
    ++column_;
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v') {
        step();
      } else if (text_.substr(at_).starts_with("//")) {
        while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') step();
      } else {
        return;
      }
    }
  }

  Status next() {
    skip_blanks();
    token_ = {.line = line_, .column = column_};
    if (at_ >= text_.size()) return Done{};
    const char c = text_[at_];
    if (c == '"') return string();
    if (is_word(c)) {
      token_.kind = Token::Kind::word;
      while (at_ < text_.size() && is_word(text_[at_])) {
        token_.text += text_[at_];
        step();
      }
      return Done{};
    }
    token_.kind = Token::Kind::mark;
    token_.text = c;
    if (std::string_view("{}:,#").find(c) == std::string_view::npos)
      return error("a character that no statement has");
    step();
    return Done{};
  }

  Status string() {
    token_.kind = Token::Kind::string;
    step();
    while (at_ < text_.size() && text_[at_] != '"') {
      char c = text_[at_];
      if (c == '\n' || c == '\r') break;
      step();
      if (c == '\\' && at_ < text_.size()) {
        const std::string_view octal = text_.substr(at_, 3);
        int value = 0;
        const auto [end, failed] =
            std::from_chars(octal.data(), octal.data() + octal.size(), value, 8);
        if (failed == std::errc{} && end == octal.data() + 3 && value < 256) {
          c = static_cast<char>(value);
          for (int i = 0; i < 3; ++i) step();
        } else {
          c = text_[at_];
          step();
        }
      }
      token_.text += c;
    }
    if (at_ >= text_.size() || text_[at_] != '"') return error("a string that is not closed");
    step();
    return Done{};
  }

  Status expect(char mark) {
    if (!token_.is(mark)) return unexpected("\"" + std::string(1, mark) + "\"");
    return next();
  }

  Result<std::string> take_string() {
    if (token_.kind != Token::Kind::string) return unexpected("a string");
    std::string text = token_.text;
    if (auto status = next(); !status) return status.error();
    return text;
  }

  Result<std::uint64_t> take_number() {
    if (!token_.is_number()) return unexpected("a number");
    std::uint64_t value = 0;
    std::from_chars(token_.text.data(), token_.text.data() + token_.text.size(), value);
    if (auto status = next(); !status) return status.error();
    return value;
  }

  // mm:ss:ff, or a number of samples or bytes.
  Result<TocLength> take_length() {
    const Token first = token_;
    const auto minutes = take_number();
    if (!minutes) return minutes.error();
    if (!token_.is(':')) return TocLength{*minutes, false};
    std::uint64_t parts[2] = {};
    constexpr std::uint64_t kLimits[] = {60, 75};
    for (std::size_t i = 0; i < 2; ++i) {
      if (auto status = expect(':'); !status) return status.error();
      const Token part = token_;
      const auto value = take_number();
      if (!value) return value.error();
      if (*value >= kLimits[i])
        return Error{Errc::corrupt, "a time is mm:ss:ff with seconds below 60 and frames below 75",
                     file_,         {},
                     part.line,     part.column};
      parts[i] = *value;
    }
    if (*minutes >= 1000)
      return Error{Errc::corrupt, "a time of more than 999 minutes", file_, {}, first.line,
                   first.column};
    return TocLength{(*minutes * 60 + parts[0]) * 75 + parts[1], true};
  }

  Result<std::uint64_t> take_sectors() {
    const Token first = token_;
    const auto length = take_length();
    if (!length) return length.error();
    if (length->sectors) return length->value;
    // A bare number of samples; cdrdao reads it so.
    if (length->value % 588 != 0 || length->value / 588 > kMostSectors)
      return Error{Errc::corrupt, "a time mm:ss:ff must stand here", file_, {}, first.line,
                   first.column};
    return length->value / 588;
  }

  // ---- statements --------------------------------------------------------------------------

  bool at_length() const { return token_.is_number(); }

  Status statement() {
    if (token_.kind != Token::Kind::word) return unexpected("a statement");
    const std::string word = token_.text;
    const Token start = token_;
    if (auto status = next(); !status) return status;
    if (word == "TRACK") return track(start);
    if (word == "CD_TEXT") return cd_text();
    if (sheet_.tracks.empty()) return global(word, start);
    return of_track(word, start);
  }

  Error not_a_statement(const Token& at) const {
    return {Errc::corrupt, "\"" + at.text.substr(0, 100) + "\" is no statement here",
            file_,         {},
            at.line,       at.column};
  }

  Status global(const std::string& word, const Token& at) {
    if (word == "CD_DA" || word == "CD_ROM" || word == "CD_ROM_XA" || word == "CD_I") {
      sheet_.type = word;
      return Done{};
    }
    if (word == "CATALOG") {
      const Token value = token_;
      auto text = take_string();
      if (!text) return text.error();
      if (text->size() != 13 || !std::ranges::all_of(*text, is_digit))
        return Error{Errc::corrupt, "CATALOG needs 13 digits", file_, {}, value.line, value.column};
      sheet_.catalog = std::move(*text);
      sheet_.catalog_line = value.line;
      sheet_.catalog_column = value.column;
      return Done{};
    }
    if (word == "FIRST_TRACK_NO") {
      const Token value = token_;
      const auto number = take_number();
      if (!number) return number.error();
      if (*number < 1 || *number > 99)
        return Error{Errc::corrupt, "a track number is from 1 to 99", file_, {}, value.line,
                     value.column};
      sheet_.first_track = static_cast<int>(*number);
      return Done{};
    }
    return not_a_statement(at);
  }

  Result<SubchannelForm> take_form() {
    SubchannelForm form = SubchannelForm::none;
    if (token_.is("RW")) form = SubchannelForm::packed_rw;
    if (token_.is("RW_RAW")) form = SubchannelForm::interleaved;
    if (form != SubchannelForm::none)
      if (auto status = next(); !status) return status.error();
    return form;
  }

  Status track(const Token& start) {
    const auto* mode = std::ranges::find(kModes, token_.text, &Mode::name);
    if (token_.kind != Token::Kind::word || mode == std::end(kModes))
      return unexpected("a track mode");
    if (sheet_.tracks.size() == 99) return error("more than 99 tracks");
    TocTrack track{.type = token_.text,
                   .mode = mode->mode,
                   .stored = mode->stored,
                   .line = start.line,
                   .column = start.column};
    if (auto status = next(); !status) return status;
    const std::string rest = token_.text;
    const auto form = take_form();
    if (!form) return form.error();
    if (*form != SubchannelForm::none) {
      track.type += " " + rest;
      track.form = *form;
      track.stored += 96;
    }
    sheet_.tracks.push_back(std::move(track));
    return Done{};
  }

  Status of_track(const std::string& word, const Token& at) {
    TocTrack& track = sheet_.tracks.back();
    if (word == "NO") {
      if (!token_.is("COPY") && !token_.is("PRE_EMPHASIS"))
        return unexpected("COPY or PRE_EMPHASIS");
      return next();
    }
    if (word == "COPY") track.flags.emplace_back("DCP");
    if (word == "PRE_EMPHASIS") track.flags.emplace_back("PRE");
    if (word == "FOUR_CHANNEL_AUDIO") track.flags.emplace_back("4CH");
    if (word == "COPY" || word == "PRE_EMPHASIS" || word == "FOUR_CHANNEL_AUDIO" ||
        word == "TWO_CHANNEL_AUDIO")
      return Done{};
    if (word == "ISRC") {
      auto text = take_string();
      if (!text) return text.error();
      track.isrc = std::move(*text);
      return Done{};
    }
    if (word == "PREGAP") {
      const auto sectors = take_sectors();
      if (!sectors) return sectors.error();
      track.pregap = *sectors;
      return Done{};
    }
    if (word == "START") {
      if (!at_length()) {
        track.start_piece = track.pieces.size();
        return Done{};
      }
      const auto sectors = take_sectors();
      if (!sectors) return sectors.error();
      track.start = TocLength{*sectors, true};
      return Done{};
    }
    if (word == "END") {
      if (!at_length()) return Done{};
      const auto sectors = take_sectors();
      if (!sectors) return sectors.error();
      return Done{};
    }
    if (word == "INDEX") {
      const auto sectors = take_sectors();
      if (!sectors) return sectors.error();
      if (track.indexes.size() < 98) track.indexes.push_back(*sectors);
      return Done{};
    }
    return piece(word, at);
  }

  Status piece(const std::string& word, const Token& at) {
    if (++pieces_ > kMostPieces) return error("more than 10000 pieces", Errc::limit);
    TocPiece piece{.line = token_.line, .column = token_.column};
    if (word == "SILENCE" || word == "ZERO") {
      if (word == "ZERO" && std::ranges::find(kModes, token_.text, &Mode::name) != std::end(kModes))
        if (auto status = next(); !status) return status;
      if (const auto form = take_form(); !form) return form.error();
      return add_with_length(std::move(piece));
    }
    const bool audio = word == "FILE" || word == "AUDIOFILE";
    if (!audio && word != "DATAFILE" && word != "FIFO") return not_a_statement(at);
    auto name = take_string();
    if (!name) return name.error();
    if (name->empty()) return error("an empty file name");
    piece.name = std::move(*name);
    piece.audio = audio;
    if (audio && token_.is("SWAP")) {
      piece.swap = true;
      if (auto status = next(); !status) return status;
    }
    if (token_.is('#')) {
      if (auto status = next(); !status) return status;
      const auto offset = take_number();
      if (!offset) return offset.error();
      piece.byte_offset = *offset;
    }
    if (audio) {
      const auto start = take_length();
      if (!start) return start.error();
      piece.start = *start;
    }
    if (at_length()) return add_with_length(std::move(piece));
    sheet_.tracks.back().pieces.push_back(std::move(piece));
    return Done{};
  }

  Status add_with_length(TocPiece piece) {
    const auto length = take_length();
    if (!length) return length.error();
    piece.length = *length;
    // As a length 0 is "all that is left".
    if (!piece.name.empty() && length->value == 0) piece.length.reset();
    sheet_.tracks.back().pieces.push_back(std::move(piece));
    return Done{};
  }

  // ---- CD-TEXT -----------------------------------------------------------------------------

  Status cd_text() {
    if (auto status = expect('{'); !status) return status;
    while (!token_.is('}')) {
      if (token_.is("LANGUAGE_MAP")) {
        if (auto status = language_map(); !status) return status;
      } else if (token_.is("LANGUAGE")) {
        if (auto status = language(); !status) return status;
      } else {
        return unexpected("LANGUAGE_MAP, LANGUAGE or \"}\"");
      }
    }
    return next();
  }

  Status language_map() {
    if (auto status = next(); !status) return status;
    if (auto status = expect('{'); !status) return status;
    while (!token_.is('}')) {
      if (const auto block = take_number(); !block) return block.error();
      if (auto status = expect(':'); !status) return status;
      if (token_.kind != Token::Kind::word) return unexpected("a language code");
      if (auto status = next(); !status) return status;
    }
    return next();
  }

  Status language() {
    if (auto status = next(); !status) return status;
    const auto block = take_number();
    if (!block) return block.error();
    if (*block > 7) return error("a language block is from 0 to 7");
    if (auto status = expect('{'); !status) return status;
    while (!token_.is('}')) {
      if (token_.kind != Token::Kind::word) return unexpected("a CD-TEXT field");
      if (token_.text.starts_with("ENCODING_")) {
        if (auto status = next(); !status) return status;
        continue;
      }
      const auto* field = std::ranges::find(kFields, token_.text, &Field::name);
      if (field == std::end(kFields)) return unexpected("a CD-TEXT field");
      if (auto status = next(); !status) return status;
      auto text = take_text();
      if (!text) return text.error();
      if (text->empty() || sheet_.cd_text.size() >= kMostTexts) continue;
      sheet_.cd_text.push_back(
          {static_cast<int>(*block), text_track(), std::string(field->field), std::move(*text)});
    }
    return next();
  }

  int text_track() const {
    return sheet_.tracks.empty() ? 0
                                 : sheet_.first_track + static_cast<int>(sheet_.tracks.size()) - 1;
  }

  // A string, or bytes in braces as hex.
  Result<std::string> take_text() {
    if (token_.kind == Token::Kind::string) {
      auto text = take_string();
      if (!text) return text;
      return utf8_text(*text);
    }
    if (auto status = expect('{'); !status) return status.error();
    std::string hex;
    while (!token_.is('}')) {
      const auto value = take_number();
      if (!value) return value.error();
      if (*value > 255) return error("a byte is from 0 to 255");
      constexpr std::string_view kDigits = "0123456789abcdef";
      hex += kDigits[static_cast<std::size_t>(*value >> 4)];
      hex += kDigits[static_cast<std::size_t>(*value & 15)];
      if (token_.is(','))
        if (auto status = next(); !status) return status.error();
    }
    if (auto status = next(); !status) return status.error();
    return hex;
  }

  std::string_view text_;
  const std::string& file_;
  TocSheet sheet_ = {};
  Token token_ = {};
  std::size_t at_ = 0;
  std::size_t pieces_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

}  // namespace

Result<TocSheet> parse_toc(std::string_view text, const std::string& file) {
  return Parser(text, file).parse();
}

}  // namespace discern
