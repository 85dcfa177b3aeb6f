// SPDX-License-Identifier: Apache-2.0
// Memory for bytes whose number is known only when the last of them has been made.
#ifndef DISCERN_IMAGE_PAYLOAD_MEMORY_H
#define DISCERN_IMAGE_PAYLOAD_MEMORY_H

#include <cstdint>
#include <span>
#include <string>

#include "discern/source.h"

namespace discern {

// Bytes that are only ever added at the end. Growing moves page tables, not bytes, and the kernel
// provides a page when something is written to it: what counts is what was really produced,
// whatever size the evidence declares. Not thread-safe.
class PayloadMemory {
 public:
  PayloadMemory() = default;
  PayloadMemory(PayloadMemory&& other) noexcept;
  PayloadMemory& operator=(PayloadMemory&& other) noexcept;
  PayloadMemory(const PayloadMemory&) = delete;
  PayloadMemory& operator=(const PayloadMemory&) = delete;
  ~PayloadMemory();

  std::uint64_t size() const { return size_; }
  Bytes bytes() const { return {base_, static_cast<std::size_t>(size_)}; }

  // Writable room behind the bytes, 1 to `at_most` bytes; empty when the system has no more memory.
  // Valid until the next call; bytes() of before move.
  std::span<std::byte> room(std::uint64_t at_most);
  // The first `length` bytes of the room are payload now.
  void add(std::uint64_t length) { size_ += length; }
  // Forgets all but the first `size` bytes.
  void cut(std::uint64_t size);

 private:
  std::byte* base_ = nullptr;
  std::uint64_t size_ = 0;
  std::uint64_t capacity_ = 0;
};

// The bytes as a source; `file` is what locate() names (offsets absent: the bytes are derived).
SourcePtr payload_source(PayloadMemory memory, std::string file);

}  // namespace discern

#endif
