// SPDX-License-Identifier: Apache-2.0
// Pages of mapped evidence that fail. Touching a page behind the end of a file that was cut, or of
// a device that answers EIO, raises SIGBUS, which would kill the host process. The handler here
// puts a zero page in the failing page's place and marks the page, so that the access goes on and
// whoever looks at the bytes can ask which of them were real.
//
// The handler is the one piece of process-wide state of the core: signals are process-wide. It
// only answers for registered mappings and hands every other SIGBUS to whoever had it before.
#ifndef DISCERN_SOURCE_PAGE_FAULTS_H
#define DISCERN_SOURCE_PAGE_FAULTS_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "discern/bytes.h"

namespace discern {

// Registers [base, base + length) until destroyed. `base` is page-aligned.
class FaultWatch {
 public:
  FaultWatch(const std::byte* base, std::size_t length);
  ~FaultWatch();
  FaultWatch(const FaultWatch&) = delete;
  FaultWatch& operator=(const FaultWatch&) = delete;

  // False when the system gave no memory for the marks: the mapping must not be used.
  bool armed() const;

  // True as long as no page of the mapping failed.
  bool clean() const;

  // Offsets of marked pages inside `range`, merged.
  std::vector<ByteRange> failed(ByteRange range) const;

  struct Slot;

 private:
  Slot* slot_;
};

}  // namespace discern

#endif
