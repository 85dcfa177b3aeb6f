// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_READ_AHEAD_H
#define DISCERN_READ_AHEAD_H

#include <array>
#include <cstddef>
#include <exception>
#include <semaphore>
#include <thread>
#include <vector>

#include "discern/source.h"

namespace discern::cli {

// The blocks of a source from its start on, read by a second thread while those before are
// written: gathering sectors takes about as long as giving the system their bytes. The two meet
// seldom: the reading thread goes on when half of the blocks were used. Where no thread can be
// had, next() reads itself.
class ReadAhead {
 public:
  struct Block {
    ReadResult got = {};
    std::vector<std::byte> bytes = {};
  };

  // `source` must outlive this.
  explicit ReadAhead(const ByteSource& source);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // To be called until the source's end was delivered. Valid until the next call. Throws what the
  // source threw.
  const Block& next();

 private:
  void read_next();
  void read_all(const std::stop_token& stop);

  static constexpr std::size_t kBlock = std::size_t{1} << 18;  // stays in the cache
  static constexpr std::size_t kBlocks = 8;

  const ByteSource& source_;
  std::uint64_t offset_ = 0;     // of the block to be read next
  std::uint64_t announced_ = 0;  // how far the system was told to read
  std::array<Block, kBlocks> blocks_ = {};
  std::size_t filled_ = 0;  // by the thread; slots follow one another
  std::size_t taken_ = 0;   // by next()
  std::exception_ptr failure_ = nullptr;
  std::counting_semaphore<> free_{kBlocks};
  std::counting_semaphore<> full_{0};
  std::jthread thread_ = {};
};

}  // namespace discern::cli

#endif
