// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_SEQUENTIAL_READS_H
#define DISCERN_SEQUENTIAL_READS_H

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

#include "discern/read_ahead.h"

namespace discern {

// Notices a program that reads on and on (img_cat, blkls, hashing), and has a second thread read
// before it. What is read at other places, by other threads meanwhile, or by a child process, goes
// straight to the source. Thread-safe.
class SequentialReads {
 public:
  SequentialReads() = default;
  ~SequentialReads();
  SequentialReads(const SequentialReads&) = delete;
  SequentialReads& operator=(const SequentialReads&) = delete;

  // What source.read() returns. Always of the same source, which must outlive this.
  ReadResult read(const ByteSource& source, std::uint64_t offset, std::span<std::byte> buffer);

 private:
  bool is_ours() const;
  void stop();
  bool copy(std::uint64_t offset, std::span<std::byte> buffer);

  std::mutex mutex_;
  std::uint64_t next_ = 0;    // behind the last read
  std::uint64_t in_row_ = 0;  // bytes read one after the other
  pid_t process_ = 0;         // that started the thread
  std::unique_ptr<ReadAhead> ahead_ = nullptr;
  const ReadAhead::Block* block_ = nullptr;  // the one that `next_` lies in, or null
  std::uint64_t block_start_ = 0;            // of it, or of the one to come
};

}  // namespace discern

#endif
