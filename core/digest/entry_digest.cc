// SPDX-License-Identifier: Apache-2.0
// A file's content is what its runs say; parts on no block are zeros by definition, parts that no
// run has are unknown.
#include <algorithm>

#include "digest/running_digests.h"
#include "discern/pass.h"

namespace discern {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{1} << 18;
// Zeros that any entry may have hashed for content on no block; two seconds' worth.
constexpr std::uint64_t kFreeZeros = std::uint64_t{1} << 30;

// Bytes of the entry's content that stand on the view, each run counted as add_run() takes it.
std::uint64_t stored_bytes(const Entry& entry, std::uint64_t view_size) {
  std::uint64_t stored = 0;
  std::uint64_t at = 0;
  for (const Run& run : entry.runs) {
    if (run.file_offset < at || run.file_offset >= entry.size) continue;
    const std::uint64_t length = std::min(run.length, entry.size - run.file_offset);
    at = run.file_offset + length;
    if (run.view_offset)
      stored += std::min(length, view_size - std::min(*run.view_offset, view_size));
  }
  return stored;
}

class ContentHasher {
 public:
  ContentHasher(const View& view, std::span<const Algorithm> algorithms)
      : view_(view), running_(running_digests(algorithms)) {}

  void add_run(const Run& run, std::uint64_t length) {
    if (!run.view_offset) return add_zeros(length);
    const std::uint64_t size = view_.source->size();
    const std::uint64_t start = std::min(*run.view_offset, size);
    const std::uint64_t present = std::min(length, size - start);
    for (std::uint64_t done = 0; done < present;) {
      const std::uint64_t part = std::min(kBlock, present - done);
      add_present({start + done, part});
      done += part;
    }
    add_unknown(length - present);
  }

  void add_unknown(std::uint64_t length) {
    if (length > 0) bad_.push_back({at_, length});
    add_zeros(length);
  }

  std::uint64_t at() const { return at_; }
  std::vector<ByteRange> bad() const { return merged(bad_); }
  std::vector<RunningDigests>& running() { return running_; }

 private:
  void update(Bytes bytes) {
    for (RunningDigests& each : running_) each.update(bytes);
    at_ += bytes.size();
  }

  void add_zeros(std::uint64_t length) {
    std::ranges::fill(buffer_, std::byte{0});
    buffer_.resize(static_cast<std::size_t>(std::min(kBlock, length)));
    for (; length > 0; length -= buffer_.size()) {
      buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer_.size())));
      update(buffer_);
    }
  }

  void add_present(ByteRange range) {
    const auto in_place = view_.source->view(range.offset, range.length);
    if (in_place && view_.source->failed(range).empty()) {
      update(*in_place);
      // Pages that failed meanwhile were read as zeros.
      note_bad(view_.source->failed(range), range.offset, at_ - range.length);
      return;
    }
    buffer_.resize(static_cast<std::size_t>(range.length));
    note_bad(view_.source->read(range.offset, buffer_).bad, range.offset, at_);
    update(buffer_);
  }

  void note_bad(const std::vector<ByteRange>& in_view, std::uint64_t from, std::uint64_t to) {
    for (const ByteRange& bad : in_view) bad_.push_back({bad.offset - from + to, bad.length});
  }

  const View& view_;
  std::vector<RunningDigests> running_;
  std::vector<std::byte> buffer_;
  std::vector<ByteRange> bad_;
  std::uint64_t at_ = 0;
};

}  // namespace

DigestSet hash_entry(const Entry& entry, const View& view, std::span<const Algorithm> algorithms) {
  DigestSet set{.object = "entry:" + entry.path, .size = entry.size, .of = "view:" + view.name};
  std::uint64_t known = 0;
  for (const Run& run : entry.runs)
    if (run.file_offset < entry.size) known += std::min(run.length, entry.size - run.file_offset);
  // Content that lies in no run (NTFS: resident, compressed): nothing to take a digest of. Nor are
  // zeros hashed for a size that only the directory claims.
  if (known == 0 && entry.size > 0) {
    set.bad = {{0, entry.size}};
    set.not_hashed = "no byte of the content lies in a run";
    return set;
  }
  const std::uint64_t view_size = view.source->size();
  const std::uint64_t stored = stored_bytes(entry, view_size);
  if (entry.size - stored > std::max(view_size, kFreeZeros)) {
    set.not_hashed = std::to_string(entry.size - stored) + " of its " + std::to_string(entry.size) +
                     " bytes lie on no block, more than the whole view has: not hashed as zeros";
    return set;
  }
  ContentHasher content(view, algorithms);
  for (const Run& run : entry.runs) {
    if (run.file_offset < content.at() || run.file_offset >= entry.size) continue;
    content.add_unknown(run.file_offset - content.at());
    content.add_run(run, std::min(run.length, entry.size - run.file_offset));
  }
  content.add_unknown(entry.size - content.at());
  set.bad = content.bad();
  set.digests = finish_all(content.running(), algorithms);
  return set;
}

}  // namespace discern
