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

}  // namespace discern::pdf

#endif
