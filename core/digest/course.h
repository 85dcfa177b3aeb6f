// SPDX-License-Identifier: Apache-2.0
// Which part of a pass each stream takes.
#ifndef DISCERN_CORE_DIGEST_COURSE_H
#define DISCERN_CORE_DIGEST_COURSE_H

#include <cstdint>
#include <span>
#include <vector>

#include "discern/pass.h"

namespace discern {

// Steps [first, end) of a pass, in which a stream is read from its start to its end.
struct Part {
  std::uint64_t first = 0;
  std::uint64_t end = 1;
};

// `parts` are those of the streams, in their order; `steps` counts the steps of the pass.
struct Course {
  std::uint64_t steps = 1;
  std::vector<Part> parts;
};

// The evidence files, one after the other, fill the pass; a view is read while the bytes that it is
// made of are, so that a disk is read once and in order, and a track does not make it seek. A
// stream that does not say where in the files it lies (inflated, in memory) takes the whole pass.
// A step is at most about `block` bytes of any stream.
Course plan_course(std::span<const Stream> streams, std::uint64_t block);

}  // namespace discern

#endif
