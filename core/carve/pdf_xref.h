// SPDX-License-Identifier: Apache-2.0
// Cross-references of a PDF file, and the few tokens around them.
#ifndef DISCERN_CARVE_PDF_XREF_H
#define DISCERN_CARVE_PDF_XREF_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "discern/carve.h"

namespace discern::pdf {

// White space of ISO 32000-1 table 1, without NUL, which fills what files leave of a sector.
inline constexpr std::string_view kSpace = "\t\n\f\r ";
inline constexpr std::string_view kEof = "%%EOF";
inline constexpr std::string_view kEndObject = "endobj";
inline constexpr std::uint64_t kFirstObject = 4096;  // it begins before this
inline constexpr std::uint64_t kLookBack = 64;       // from %%EOF to its startxref

// Takes the number at the front of `text`, white space before it included. Nothing, and `text`
// untouched, when there is none or it has more than 15 digits.
std::optional<std::uint64_t> take_number(std::string_view& text);

// True when `text` begins, after white space, with "12 0 obj".
bool begins_object(std::string_view text);

// True when a cross-reference section, table or stream, begins at `offset`.
bool is_xref(Candidate& candidate, std::uint64_t offset);

// Follows the section at `offset` and those that it names as previous. What contradicts the file's
// objects, in words; nothing when all is well or cannot be looked at (streams).
std::optional<std::string> contradiction_in_xref(Candidate& candidate, std::uint64_t offset);

// The number between "startxref" and the %%EOF at `eof`.
std::optional<std::uint64_t> startxref(Candidate& candidate, std::uint64_t eof);

// The value of /L when the first object says that the file is linearized: its length, before
// updates.
std::optional<std::uint64_t> linearized_length(Candidate& candidate);

// True when a %%EOF with its startxref stands before `length`, and nothing but white space between.
bool ends_at(Candidate& candidate, std::uint64_t length);

}  // namespace discern::pdf

#endif
