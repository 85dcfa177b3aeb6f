// SPDX-License-Identifier: Apache-2.0
// The validators behind the rows of the table, and what they share.
#ifndef DISCERN_CARVE_VALIDATORS_H
#define DISCERN_CARVE_VALIDATORS_H

#include <cstdint>
#include <optional>

#include "discern/carve.h"

namespace discern {

// Long stretches are read in pieces of this size, so that a source without view() needs no more
// memory than one of them.
inline constexpr std::uint64_t kWindow = std::uint64_t{64} << 10;
// Scans that may end soon start with that and double: what a small file leaves unused of its first
// window is counted as work, too.
inline constexpr std::uint64_t kFirstWindow = 512;

std::optional<Verdict> validate_gif(Candidate& candidate);
std::optional<Verdict> validate_jpeg(Candidate& candidate);
std::optional<Verdict> validate_pdf(Candidate& candidate);
std::optional<Verdict> validate_png(Candidate& candidate);
std::optional<Verdict> validate_zip(Candidate& candidate);

// The verdict when a read of `wanted` bytes at `offset` delivered nothing: up to the end of the
// view when they lie outside, else up to `offset`.
Verdict broken_off(const Candidate& candidate, std::uint64_t offset, std::uint64_t wanted);

template <class Record>
std::optional<Record> record_at(Candidate& candidate, std::uint64_t offset) {
  const auto bytes = candidate.at(offset, sizeof(Record));
  return bytes ? read_record<Record>(*bytes) : std::nullopt;
}

}  // namespace discern

#endif
