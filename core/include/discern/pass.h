// SPDX-License-Identifier: Apache-2.0
// One pass over the evidence: several byte streams (files and the views made from them) advance
// side by side in blocks, and each block goes to all consumers of its stream while it is in cache.
#ifndef DISCERN_PASS_H
#define DISCERN_PASS_H

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/digest.h"
#include "discern/entry.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/progress.h"
#include "discern/result.h"
#include "discern/source.h"

namespace discern {

// A block of a stream. Ranges in `bad` (stream offsets, inside the block) were not readable;
// `bytes` holds zeros there.
struct Block {
  std::uint64_t offset = 0;
  Bytes bytes = {};
  std::span<const ByteRange> bad = {};
};

// Sees the blocks of its stream in order, each byte once, from one thread at a time.
struct Consumer {
  std::function<void(const Block& block)> consume;
  // Rough cost in cycles per byte, to spread consumers over threads.
  double cost = 1.0;
};

struct Stream {
  std::string name;  // object name, for progress and errors
  SourcePtr source;
  // Blocks start and end at multiples of this (2352 for raw sectors), the last one aside.
  std::uint32_t unit = 512;
  std::vector<Consumer> consumers = {};
  std::vector<ByteRange> bad = {};  // set by run_pass: all unreadable ranges of the stream
};

struct PassOptions {
  int threads = 0;  // 0: as many as the machine has
  Progress progress = {};
};

// Streams advance side by side: evidence files one after the other, a view together with the bytes
// of the files that it is made of, as far as its source can locate() them. What consumers see does
// not depend on `threads`. What a consumer or `progress` throws is thrown again. Errc::cancelled;
// Errc::unsupported when digest_self_test() fails.
Status run_pass(std::span<Stream> streams, const PassOptions& options);

// The objects of an image that are hashed: every evidence file (`file:<name>`), every view
// (`view:<name>`, `session:<n>`, `track:<n>`). Objects whose bytes are those of an earlier one
// in place (view:media of a plain file) are hashed once and say so in `same_as`.
struct HashJob {
  std::vector<Stream> streams = {};  // ready for run_pass; more consumers may be added before
  // The stream that delivers the object's bytes, through same_as; null when there is none. Its
  // name is that of the first object with these bytes.
  Stream* stream_of(std::string_view object);
  // After run_pass, once: one DigestSet per object, in the image's order.
  std::vector<DigestSet> finish();
  // After run_pass, once: the pieces of every view whose bytes are no earlier view's, in the
  // image's order.
  std::vector<PieceDigests> finish_pieces();
  // After run_pass: evidence files that changed since they were opened (`file.changed`), ranges
  // that could not be read (`read.bad-range`, told where they lie in the evidence files, the first
  // 1000 one by one).
  Findings findings() const;

  struct Object;
  std::vector<std::shared_ptr<Object>> objects = {};
  struct Pieces;
  std::vector<std::shared_ptr<Pieces>> pieces = {};
};
// Evidence files for which `wanted` (empty: all) says no, and whose bytes no view has in place, are
// neither read nor hashed; their sets say so in `not_hashed`.
using WantedFile = std::function<bool(std::string_view object)>;
HashJob hash_job(const Image& image, std::span<const Algorithm> algorithms,
                 const WantedFile& wanted = {});

// Views are hashed in pieces of `bytes` as well, or of a sector each (their sector_size).
struct PieceSize {
  std::uint64_t bytes = 0;  // 0 with !sectors: no pieces
  bool sectors = false;
  bool wanted() const { return bytes > 0 || sectors; }
};
// Errc::limit  the table of piece digests would be larger than 4 GiB
Status add_pieces(HashJob& job, const Image& image, std::span<const Algorithm> algorithms,
                  PieceSize size);

// `entry:<path>`: the first `size` bytes of the file's content through its runs on `view`. `bad`
// counts in the content: parts that no run has, that lie behind the view's end or are unreadable;
// zeros stood for them. There are no digests (and `not_hashed` says why) without any byte of the
// content, and of content of which more lies on no block, in sparse runs and behind them, than the
// view has bytes and than 1 GiB: sizes that only a directory claims would be hashed for years.
DigestSet hash_entry(const Entry& entry, const View& view, std::span<const Algorithm> algorithms);

// hash_job + run_pass + HashJob::findings.
Result<std::vector<DigestSet>> hash_image(const Image& image, std::span<const Algorithm> algorithms,
                                          const PassOptions& options, Findings& findings);

}  // namespace discern

#endif
