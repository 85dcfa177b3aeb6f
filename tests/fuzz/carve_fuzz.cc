// SPDX-License-Identifier: Apache-2.0
// Each carving validator on a view of its own. The first byte picks the row; its header is put
// where the row wants it, so that no time goes into guessing it. What breaks off at a place that
// checks pin also goes through the search for its other part.
#include <algorithm>
#include <cstdlib>

#include "carve/fragments.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace discern;
  constexpr std::uint32_t kCluster = 64;
  if (size < 1) return 0;
  const auto rows = validators();
  const Validator& row = rows[data[0] % rows.size()];
  const Bytes header = as_bytes(row.header);
  const Bytes rest = std::as_bytes(std::span(data + 1, size - 1));
  const std::size_t before = std::min<std::size_t>(row.header_offset, rest.size());
  std::vector<std::byte> view(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(before));
  view.resize(row.header_offset);
  view.insert(view.end(), header.begin(), header.end());
  view.insert(view.end(), rest.begin() + static_cast<std::ptrdiff_t>(before), rest.end());

  const SourcePtr source = memory_source(std::move(view), "fuzz");
  Candidate candidate(*source, 0, std::uint64_t{64} << 20);
  const auto verdict = row.validate(candidate);
  if (verdict && verdict->length > candidate.size()) std::abort();
  if (verdict && verdict->end_reason.empty()) std::abort();
  if (verdict && verdict->soundness != Soundness::complete) {
    const auto joined =
        join_fragments(source, {0, &row}, *verdict, kCluster, std::uint64_t{1} << 20);
    if (joined && joined->parts.back().end() > candidate.size()) std::abort();
  }
  return 0;
}
