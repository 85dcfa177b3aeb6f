// SPDX-License-Identifier: Apache-2.0
#include "discern/bytes.h"
#include "optical/cue.h"
#include "optical/cue_pieces.h"

// Any bytes as a cue sheet: pieces lie in their files and never run backward.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const discern::Bytes bytes = std::as_bytes(std::span(data, size));
  const auto sheet = discern::parse_cue(discern::as_text(bytes), "fuzz.cue");
  if (!sheet) return 0;
  for (const discern::CuePiece& piece : discern::pieces_of(*sheet))
    if (piece.file >= sheet->files.size() || (piece.to && *piece.to < piece.from)) __builtin_trap();
  return 0;
}
