// SPDX-License-Identifier: Apache-2.0
// PDF: "%PDF-1.7", objects ("12 0 obj ... endobj"), a cross-reference section, and at the end
//
//   startxref
//   116             offset of the section, from the header
//   %%EOF
//
// An update is appended: more objects, a section, and another such end. In a linearized file the
// first object holds /Linearized and /L, the length of the file before updates; its first %%EOF
// comes early and belongs to the first page's section.
//
// The end is the last %%EOF that belongs to the file: its startxref leads to a cross-reference
// section when counted from this header (that of another file behind does not), and what follows it
// is neither an object nor a section nor the end of a stream in which a whole PDF is embedded. The
// search does not run past the header of another file at a multiple of 512 unless that is the first
// thing in a stream, nor past 64 MiB without an "endobj".
// Source: ISO 32000-1 clauses 7.5 and Annex F.
#include <algorithm>
#include <string>

#include "carve/pdf_xref.h"
#include "carve/validators.h"

namespace discern {
namespace {

using pdf::kEndObject;
using pdf::kEof;
using pdf::kFirstObject;
using pdf::kSpace;

constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kLookAhead = 64;            // from %%EOF to what follows
constexpr std::uint64_t kObjectless = 64ULL << 20;  // without "endobj": the search has gone astray
constexpr std::uint64_t kLineEnds = 16;
// Windows of a search overlap by this, so that nothing is missed between them: the longest of the
// words searched for, and "stream\r\n" before a header.
constexpr std::uint64_t kOverlap = 16;

class PdfSearch {
 public:
  explicit PdfSearch(Candidate& candidate) : candidate_(candidate) {}
  std::optional<Verdict> run();

 private:
  std::optional<std::uint64_t> next_eof(std::uint64_t from);
  std::optional<std::uint64_t> other_header(std::string_view text, std::uint64_t offset);
  std::uint64_t end_of(std::uint64_t eof);
  bool goes_on(std::uint64_t end);
  bool take_eof(std::uint64_t eof);

  Candidate& candidate_;
  std::uint64_t objects_end_ = 0;   // behind the last "endobj" seen
  Verdict stopped_ = {};            // why next_eof() delivered nothing
  std::uint64_t end_ = 0;           // behind the last %%EOF that belongs
  std::uint64_t xref_ = 0;          // where it leads
  std::uint64_t doubtful_end_ = 0;  // behind the first %%EOF that ends a PDF, but leads nowhere
};

// A header that is a word - "true" begins fonts - with text behind it, as in a PDF's dictionaries.
bool is_text(const Validator& row, std::string_view behind) {
  constexpr std::size_t kText = 8;
  const auto printed = [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r'; };
  return row.id != "pdf" && std::ranges::all_of(row.header, printed) &&
         std::ranges::all_of(behind.substr(0, kText), printed);
}

// The header of another file in `text`, which begins at `offset`: its place in `text`. Headers that
// end within the first kOverlap bytes were looked at with the window before.
std::optional<std::uint64_t> PdfSearch::other_header(std::string_view text, std::uint64_t offset) {
  for (std::uint64_t at = (kSector - offset % kSector) % kSector; at < text.size(); at += kSector) {
    if (at < kOverlap / 2) continue;
    const std::string_view here = text.substr(at);
    // Shorter headers stand in any stream now and then.
    const auto begins = [&](const Validator& row) {
      return row.header_offset == 0 && row.header.size() >= 3 && here.starts_with(row.header) &&
             !is_text(row, here.substr(row.header.size()));
    };
    if (!std::ranges::any_of(validators(), begins)) continue;
    const std::string_view before = text.substr(0, at);
    if (!before.ends_with("stream\n") && !before.ends_with("stream\r\n")) return at;
  }
  return std::nullopt;
}

// The first %%EOF at or behind `from`.
std::optional<std::uint64_t> PdfSearch::next_eof(std::uint64_t from) {
  for (std::uint64_t examined = from;;) {
    const std::uint64_t begin = examined - std::min(examined, kOverlap);
    const auto window = candidate_.upto(begin, kWindow);
    if (!window || begin + window->size() <= examined) {
      stopped_ = broken_off(candidate_, examined, 1);
      return std::nullopt;
    }
    examined = begin + window->size();

    std::string_view text = as_text(*window);
    const auto eof = text.find(kEof, from > begin ? from - begin : 0);
    text = text.substr(0, eof);
    const auto other = other_header(text, begin);
    if (other) text = text.substr(0, *other);
    if (const auto object = text.rfind(kEndObject); object != std::string_view::npos)
      objects_end_ = begin + object + kEndObject.size();
    if (other) {
      const std::uint64_t at = begin + *other;
      stopped_ = {at, Soundness::truncated, "header of another file at " + std::to_string(at)};
      return std::nullopt;
    }
    if (eof != std::string_view::npos) return begin + eof;
    if (examined - std::max(objects_end_, end_) > kObjectless) {
      stopped_ = {examined, Soundness::truncated, "no object for 64 MiB"};
      return std::nullopt;
    }
  }
}

// Line ends behind %%EOF belong to the file; other white space may as well be what was there
// before.
std::uint64_t PdfSearch::end_of(std::uint64_t eof) {
  const std::uint64_t end = eof + kEof.size();
  const auto bytes = candidate_.upto(end, kLineEnds);
  if (!bytes) return end;
  const std::string_view text = as_text(*bytes);
  return end + std::min(text.find_first_not_of("\r\n"), text.size());
}

// True when what stands behind `end` continues the file.
bool PdfSearch::goes_on(std::uint64_t end) {
  const auto bytes = candidate_.upto(end, kLookAhead);
  if (!bytes) return false;
  std::string_view text = as_text(*bytes);
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return pdf::begins_object(text) || text.starts_with("xref") || text.starts_with("endstream") ||
         (text.starts_with('%') && !text.starts_with("%PDF-"));
}

// False when the file ends with the %%EOF at `eof`.
bool PdfSearch::take_eof(std::uint64_t eof) {
  const auto xref = pdf::startxref(candidate_, eof);
  if (!xref) return true;
  const std::uint64_t end = end_of(eof);
  const bool continues = goes_on(end);
  if (*xref > 0 && *xref < eof && *xref >= end_ && pdf::is_xref(candidate_, *xref)) {
    end_ = end;
    xref_ = *xref;
    return continues;
  }
  if (continues) return true;
  if (end_ == 0) doubtful_end_ = end;
  return false;
}

std::optional<Verdict> PdfSearch::run() {
  const auto head = candidate_.at(0, 8);
  if (!head) return std::nullopt;
  const std::string_view version = as_text(*head);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!version.starts_with("%PDF-") || !digit(version[5]) || version[6] != '.' ||
      !digit(version[7]))
    return std::nullopt;
  const auto start = candidate_.upto(0, kFirstObject);
  if (!start || as_text(*start).find(" obj") == std::string_view::npos) return std::nullopt;

  std::uint64_t from = kEof.size();
  const auto length = pdf::linearized_length(candidate_);
  if (length && pdf::ends_at(candidate_, *length))
    from = *length - std::min(*length, pdf::kLookBack);
  while (const auto eof = next_eof(from)) {
    if (!take_eof(*eof)) break;
    from = *eof + kEof.size();
  }

  if (end_ > 0) {
    if (const auto what = pdf::contradiction_in_xref(candidate_, xref_))
      return Verdict{end_, Soundness::damaged, "%%EOF, but " + *what, {}, {}, {0, end_}};
    // A writer that forgets to take the length out leaves the same trace as foreign bytes inside.
    if (length && end_ > *length && !pdf::ends_at(candidate_, *length))
      return Verdict{end_, Soundness::damaged, "%%EOF, but /Linearized tells of another length", {},
                     {},   {0, end_}};
    return Verdict{end_, Soundness::complete, "%%EOF"};
  }
  if (doubtful_end_ > 0)
    return Verdict{doubtful_end_,
                   Soundness::truncated,
                   "%%EOF, but startxref leads to no cross-reference section",
                   {},
                   {},
                   {0, doubtful_end_}};
  if (stopped_.length >= candidate_.size()) return stopped_;
  if (objects_end_ > 0) stopped_.length = objects_end_;
  stopped_.suspect = {0, stopped_.length};
  return stopped_;
}

}  // namespace

std::optional<Verdict> validate_pdf(Candidate& candidate) { return PdfSearch(candidate).run(); }

}  // namespace discern
