// SPDX-License-Identifier: Apache-2.0
// RIFF: WAV, AVI and WEBP.
//
//   0  4  "RIFF"
//   4  4  bytes that follow, little-endian
//   8  4  form: "WAVE", "AVI ", "WEBP" ...
//  12     chunks: 4 identifier, 4 length of the data, data, a byte of padding when it is odd
//
// Chunks fill the form. AVI files above 1 GiB go on with forms "AVIX". Where a chunk does not lead
// to another one, or leads beyond the form, the file breaks off.
// Sources: Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0; OpenDML
// AVI 1.02; RFC 9649.
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

// Follows the chunks from `at` to `end`: where they stop leading to each other; `end` or one byte
// more when they fill the form.
std::uint64_t follow_chunks(Candidate& candidate, const FormRow& row, std::uint64_t at,
                            std::uint64_t end, bool& typical) {
  while (at + sizeof(ChunkHead) <= end) {
    const auto chunk = record_at<ChunkHead>(candidate, at);
    if (!chunk || !plausible(*chunk)) break;
    typical |= has_chunk(row, chunk->name());
    const std::uint64_t next = at + sizeof(ChunkHead) + chunk->length;
    if (next > end) break;
    at = next + chunk->length % 2;
  }
  return at;
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
  bool typical = false;
  std::uint64_t filled = follow_chunks(candidate, *row, sizeof(Form), end, typical);
  if (!typical || end < sizeof(Form) + sizeof(ChunkHead)) return std::nullopt;
  while (row->form == "AVI " && filled >= end) {
    const auto more = record_at<Form>(candidate, end);
    if (!more || more->head.name() != "RIFF" || more->name() != "AVIX") break;
    const std::uint64_t begin = end + sizeof(Form);
    end += sizeof(ChunkHead) + std::uint64_t{more->head.length};
    filled = follow_chunks(candidate, *row, begin, end, typical);
  }
  if (end > candidate.size()) return verdict(broken_off(candidate, end, 0));
  // What is too short for a chunk is padding.
  if (filled + sizeof(ChunkHead) > end) return verdict(complete_at(candidate, end, "end of form"));
  return verdict(
      {end, Soundness::damaged, "end of form, but no chunk at " + std::to_string(filled)});
}

}  // namespace discern
