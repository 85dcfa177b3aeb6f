// SPDX-License-Identifier: Apache-2.0
// Each carving validator on a view of its own. The first byte picks the row; its header is put in
// front, so that no time goes into guessing it.
#include <cstdlib>

#include "discern/carve.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace discern;
  if (size < 1) return 0;
  const auto rows = validators();
  const Validator& row = rows[data[0] % rows.size()];
  const Bytes header = as_bytes(row.header);
  const Bytes rest = std::as_bytes(std::span(data + 1, size - 1));
  std::vector<std::byte> view(header.begin(), header.end());
  view.insert(view.end(), rest.begin(), rest.end());

  const SourcePtr source = memory_source(std::move(view), "fuzz");
  Candidate candidate(*source, 0, std::uint64_t{64} << 20);
  const auto verdict = row.validate(candidate);
  if (verdict && verdict->length > candidate.size()) std::abort();
  if (verdict && verdict->end_reason.empty()) std::abort();
  return 0;
}
