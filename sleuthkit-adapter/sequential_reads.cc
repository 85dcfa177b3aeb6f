// SPDX-License-Identifier: Apache-2.0
#include "sequential_reads.h"

#include <unistd.h>

#include <algorithm>
#include <exception>

namespace discern {
namespace {

// As much is read for nothing at most when the program turns elsewhere.
constexpr std::uint64_t kSequential = std::uint64_t{8} << 20;

}  // namespace

SequentialReads::~SequentialReads() { stop(); }

// A child made by fork() has the object but not the thread.
bool SequentialReads::is_ours() const { return process_ == getpid(); }

void SequentialReads::stop() {
  block_ = nullptr;
  if (ahead_ && !is_ours())
    static_cast<void>(ahead_.release());  // nobody is there to join
  else
    ahead_.reset();
}

// False when a byte of the range is bad; the source then says which.
bool SequentialReads::copy(std::uint64_t offset, std::span<std::byte> buffer) {
  bool good = true;
  while (!buffer.empty()) {
    if (!block_) block_ = &ahead_->next();
    const std::uint64_t within = offset - block_start_;
    const auto length = static_cast<std::size_t>(
        std::min<std::uint64_t>(buffer.size(), block_->got.bytes - within));
    good &= block_->got.complete();
    std::copy_n(block_->bytes.begin() + static_cast<std::ptrdiff_t>(within), length,
                buffer.begin());
    buffer = buffer.subspan(length);
    offset += length;
    if (within + length < block_->got.bytes) continue;
    block_start_ += block_->got.bytes;
    block_ = nullptr;
  }
  return good;
}

ReadResult SequentialReads::read(const ByteSource& source, std::uint64_t offset,
                                 std::span<std::byte> buffer) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || offset >= source.size()) return source.read(offset, buffer);
  buffer = buffer.first(
      static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), source.size() - offset)));
  if (offset != next_) {
    stop();
    in_row_ = 0;
  }
  next_ = offset + buffer.size();
  in_row_ += buffer.size();
  if (ahead_ && !is_ours()) stop();
  if (!ahead_ && in_row_ >= kSequential && source.size() - offset > kSequential) {
    process_ = getpid();
    block_start_ = offset;
    ahead_ = std::make_unique<ReadAhead>(source, offset);
  }
  try {
    if (ahead_ && copy(offset, buffer)) return {buffer.size()};
  } catch (const std::exception&) {  // the thread has ended
    stop();
    in_row_ = 0;
  }
  return source.read(offset, buffer);
}

}  // namespace discern
