// SPDX-License-Identifier: Apache-2.0
// Source: RFC 1951.
#include "carve/deflate_walk.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>

#include "carve/validators.h"

namespace discern {

struct DeflateWalk::Buffers {
  inflate_state state;
  std::array<std::uint8_t, std::size_t{128} << 10> output;
};

DeflateWalk::DeflateWalk(Candidate& candidate) : candidate_(candidate) {}
DeflateWalk::~DeflateWalk() = default;

Inflated DeflateWalk::run(std::uint64_t start, std::uint64_t limit, std::uint64_t most) {
  if (!buffers_) buffers_ = std::make_unique_for_overwrite<Buffers>();
  inflate_state& state = buffers_->state;
  isal_inflate_init(&state);
  Inflated result;
  std::uint64_t at = start;
  std::uint64_t reach = kFirstWindow;
  const auto ended = [&](Inflated::Outcome outcome) {
    result.outcome = outcome;
    result.end = std::max(start, at - state.avail_in);
    return result;
  };

  while (state.block_state != ISAL_BLOCK_FINISH) {
    if (state.avail_in == 0) {
      const auto piece = candidate_.upto(at, std::min(limit - at, reach));
      reach = std::min(reach * 2, kWindow);
      if (!piece) return ended(Inflated::lacking);
      state.next_in =
          const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(piece->data()));
      state.avail_in = static_cast<std::uint32_t>(piece->size());
      at += piece->size();
    }
    const std::uint32_t had = state.avail_in;
    state.next_out = buffers_->output.data();
    state.avail_out = static_cast<std::uint32_t>(buffers_->output.size());
    const int status = isal_inflate(&state);
    const std::size_t count = buffers_->output.size() - state.avail_out;
    if (!candidate_.spend(count)) return ended(Inflated::lacking);
    result.crc = crc32_gzip_refl(result.crc, buffers_->output.data(), count);
    result.produced += count;
    const bool stuck =
        count == 0 && state.avail_in == had && had > 0 && state.block_state != ISAL_BLOCK_FINISH;
    if (status < 0 || stuck || result.produced > most) return ended(Inflated::broken);
  }
  // Whole bytes that the decoder took in advance are not the stream's.
  result.outcome = Inflated::whole;
  result.end = at - state.avail_in - static_cast<std::uint64_t>(state.read_in_length / 8);
  return result;
}

}  // namespace discern
