// SPDX-License-Identifier: Apache-2.0
#include "read_ahead.h"

#include <system_error>

namespace discern::cli {

ReadAhead::ReadAhead(const ByteSource& source) : source_(source) {
  if (source.size() <= kBlock) return;
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { read_all(stop); });
  } catch (const std::system_error&) {  // no more threads: next() reads
  }
}

ReadAhead::~ReadAhead() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  free_.release();
}

const ReadAhead::Block& ReadAhead::next() {
  if (!thread_.joinable()) {
    filled_ = 0;
    read_next();
    return blocks_[0];
  }
  constexpr std::size_t kHalf = kBlocks / 2;
  if (taken_ > 0 && taken_ % kHalf == 0) free_.release(kHalf);
  full_.acquire();
  const Block& block = blocks_[taken_++ % kBlocks];
  if (block.got.bytes == 0 && failure_) std::rethrow_exception(failure_);
  return block;
}

// Tells the system well before, so that a disk does not stand still while blocks are written.
void ReadAhead::read_next() {
  constexpr std::uint64_t kSoon = std::uint64_t{8} << 20;
  if (offset_ + kSoon / 2 > announced_) {
    source_.will_read(announced_, kSoon);
    announced_ += kSoon;
  }
  Block& block = blocks_[filled_ % kBlocks];
  block.bytes.resize(kBlock);
  block.got = source_.read(offset_, block.bytes);
  offset_ += block.got.bytes;
  ++filled_;
}

void ReadAhead::read_all(const std::stop_token& stop) {
  for (bool more = true; more;) {
    free_.acquire();
    if (stop.stop_requested()) return;
    try {
      read_next();
      more = offset_ < source_.size();
    } catch (...) {
      failure_ = std::current_exception();
      blocks_[filled_ % kBlocks].got = {};
      more = false;
    }
    full_.release();
  }
}

}  // namespace discern::cli
