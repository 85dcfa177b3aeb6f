// SPDX-License-Identifier: Apache-2.0
// Streams of a PDF, and whether their bytes are right.
#ifndef DISCERN_CARVE_PDF_STREAMS_H
#define DISCERN_CARVE_PDF_STREAMS_H

#include <cstdint>
#include <optional>

#include "discern/carve.h"

namespace discern::pdf {

struct PdfStream {
  std::uint64_t begin = 0;                   // of the data
  std::optional<std::uint64_t> length = {};  // when the dictionary has it as a number
  bool flate = false;                        // the first filter
  bool jpeg = false;
};

// The first stream whose data begin at or behind `from`.
std::optional<PdfStream> next_stream(Candidate& candidate, std::uint64_t from);

// unknown: nothing in the stream could tell.
enum class StreamCheck { right, wrong, unknown };
StreamCheck check_stream(Candidate& candidate, const PdfStream& stream);

}  // namespace discern::pdf

#endif
