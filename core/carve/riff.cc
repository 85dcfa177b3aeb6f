// SPDX-License-Identifier: Apache-2.0
// RIFF: WAV, AVI and WEBP.
//
//   0  4  "RIFF"
//   4  4  bytes that follow, little-endian
//   8  4  form: "WAVE", "AVI ", "WEBP" ...
//  12     chunks: 4 identifier, 4 length of the data, data, a byte of padding when it is odd
//
// Chunks fill the form. A chunk "LIST" has a kind (4) and chunks of its own. AVI files above 1 GiB
// go on with forms "AVIX". Where a chunk does not lead to another one, or leads beyond the form,
// the file breaks off. Sources: Microsoft and IBM, Multimedia Programming Interface and Data
// Specifications 1.0; OpenDML AVI 1.02; RFC 9649.
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint32_t;

struct ChunkHead {
  char id[4];
  little_uint32_t length;
  std::string_view name() const { return {id, sizeof id}; }
};
static_assert(sizeof(ChunkHead) == 8);

struct Form {
  ChunkHead head;
  char kind[4];
  std::string_view name() const { return {kind, sizeof kind}; }
};
static_assert(sizeof(Form) == 12);

// A file of a form has at least one of its chunks.
struct FormRow {
  std::string_view form;
  std::string_view type;
  std::string_view chunks;
};
constexpr std::array<FormRow, 5> kForms = {{
    {"WAVE", "wav", "data fmt "},
    {"AVI ", "avi", "LIST"},
    {"WEBP", "webp", "VP8 VP8LVP8X"},
    {"ACON", "ani", "LISTanih"},
    {"RMID", "rmi", "data"},
}};

bool plausible(const ChunkHead& chunk) {
  return std::ranges::all_of(chunk.id, [](char c) { return c >= ' ' && c <= '~'; });
}

bool has_chunk(const FormRow& row, std::string_view name) {
  for (std::size_t at = 0; at + 4 <= row.chunks.size(); at += 4)
    if (row.chunks.substr(at, 4) == name) return true;
  return false;
}

// Where chunks stop leading to each other.
struct Chunks {
  std::uint64_t filled = 0;  // the end, or one byte more, when they fill what they lie in
  std::uint64_t last = 0;    // the last one in its place
  bool typical = false;      // the form has such
};

// Follows the chunks from `at` to `end`.
Chunks follow_chunks(Candidate& candidate, const FormRow& row, std::uint64_t at,
                     std::uint64_t end) {
  Chunks chunks{at, at};
  while (chunks.filled + sizeof(ChunkHead) <= end) {
    const auto chunk = record_at<ChunkHead>(candidate, chunks.filled);
    if (!chunk || !plausible(*chunk)) break;
    chunks.typical |= has_chunk(row, chunk->name());
    const std::uint64_t next = chunks.filled + sizeof(ChunkHead) + chunk->length;
    if (next > end) break;
    chunks.last = chunks.filled;
    chunks.filled = next + chunk->length % 2;
  }
  return chunks;
}

// The last chunk in its place inside a list of moving pictures at `list`.
std::uint64_t last_in_list(Candidate& candidate, const FormRow& row, std::uint64_t list) {
  const auto head = record_at<Form>(candidate, list);
  if (!head || head->head.name() != "LIST" || head->name() != "movi") return list;
  return follow_chunks(candidate, row, list + sizeof(Form),
                       list + sizeof(ChunkHead) + head->head.length)
      .last;
}

}  // namespace

std::optional<Verdict> validate_riff(Candidate& candidate) {
  const auto form = record_at<Form>(candidate, 0);
  if (!form || form->head.name() != "RIFF") return std::nullopt;
  const auto* const row = std::ranges::find(kForms, form->name(), &FormRow::form);
  if (row == kForms.end()) return std::nullopt;

  const auto verdict = [&](Verdict result) {
    result.type = row->type;
    result.extension = row->type;
    return result;
  };
  std::uint64_t end = sizeof(ChunkHead) + std::uint64_t{form->head.length};
  Chunks chunks = follow_chunks(candidate, *row, sizeof(Form), end);
  if (!chunks.typical || end < sizeof(Form) + sizeof(ChunkHead)) return std::nullopt;
  while (row->form == "AVI " && chunks.filled >= end) {
    const auto more = record_at<Form>(candidate, end);
    if (!more || more->head.name() != "RIFF" || more->name() != "AVIX") break;
    const std::uint64_t begin = end + sizeof(Form);
    end += sizeof(ChunkHead) + std::uint64_t{more->head.length};
    chunks = follow_chunks(candidate, *row, begin, end);
  }
  if (end > candidate.size()) return verdict(broken_off(candidate, end, 0));
  // What is too short for a chunk is padding.
  if (chunks.filled + sizeof(ChunkHead) > end) {
    Verdict complete = complete_at(candidate, end, "end of form");
    complete.content_checked = false;
    return verdict(complete);
  }
  Verdict broken{end, Soundness::truncated, "no chunk at " + std::to_string(chunks.filled)};
  const std::uint64_t last = last_in_list(candidate, *row, chunks.last);
  broken.length = chunks.filled;
  broken.suspect = {last, chunks.filled + sizeof(ChunkHead) - last};
  return verdict(broken);
}

}  // namespace discern
