// SPDX-License-Identifier: Apache-2.0
// How validators read. A mapped view is looked at in place; everything else goes through a buffer
// that grows while the validator reads on and shrinks when it jumps, so that neither a long scan
// nor a hostile chain of jumps costs much more than the bytes asked for. The budget counts these
// only: the verdict does not depend on the kind of source.
#include <isa-l/crc.h>

#include <algorithm>
#include <utility>

#include "carve/validators.h"

namespace discern {
namespace {

constexpr std::uint64_t kCallCost = 32;  // of a read, however short
constexpr std::uint64_t kSmallestWindow = 4096;
constexpr std::uint64_t kLargestWindow = std::uint64_t{1} << 20;

}  // namespace

Candidate::Candidate(const ByteSource& source, std::uint64_t start, std::uint64_t budget)
    : source_(source),
      start_(std::min(start, source.size())),
      size_(source.size() - start_),
      budget_(budget) {}

bool Candidate::spend(std::uint64_t work) {
  if (work > budget_) {
    budget_ = 0;
    return false;
  }
  budget_ -= work;
  return true;
}

// Makes the window hold [offset, offset + length), which lies inside.
bool Candidate::load(std::uint64_t offset, std::uint64_t length) {
  const std::uint64_t window_end = window_start_ + window_.size();
  if (offset >= window_start_ && offset + length <= window_end) return true;
  const bool reads_on = !window_.empty() && offset >= window_start_ && offset <= window_end;
  const std::uint64_t ahead =
      reads_on ? std::min<std::uint64_t>(window_.size() * 2, kLargestWindow) : kSmallestWindow;
  const std::uint64_t wanted = std::min(std::max(length, ahead), size_ - offset);
  const ByteRange range{start_ + offset, wanted};
  window_start_ = offset;
  bad_.clear();
  if (reads_on) source_.will_read(range.offset, range.length);
  if (const auto view = source_.view(range.offset, range.length);
      view && source_.failed(range).empty()) {
    window_ = *view;
    return true;
  }
  buffer_.resize(static_cast<std::size_t>(wanted));
  ReadResult got = source_.read(range.offset, buffer_);
  window_ = Bytes(buffer_).first(got.bytes);
  for (ByteRange& bad : got.bad) bad_.push_back({bad.offset - start_, bad.length});
  return got.bytes >= length;
}

std::optional<Bytes> Candidate::at(std::uint64_t offset, std::uint64_t length) {
  const auto bytes =
      offset <= size_ && length <= size_ - offset ? upto(offset, length) : std::nullopt;
  return bytes && bytes->size() == length ? bytes : std::nullopt;
}

std::optional<Bytes> Candidate::upto(std::uint64_t offset, std::uint64_t length) {
  if (offset >= size_ || length == 0) return std::nullopt;
  length = std::min(length, size_ - offset);
  if (!spend(std::max(length, kCallCost)) || !load(offset, length)) return std::nullopt;
  for (const ByteRange& bad : bad_) {
    if (bad.end() <= offset || bad.offset >= offset + length) continue;
    if (bad.offset <= offset) return std::nullopt;
    length = bad.offset - offset;
    break;
  }
  return slice(window_, offset - window_start_, length);
}

Verdict broken_off(const Candidate& candidate, std::uint64_t offset, std::uint64_t wanted) {
  if (offset > candidate.size() || wanted > candidate.size() - offset)
    return {candidate.size(), Soundness::truncated, "end of the view"};
  return {offset, Soundness::truncated,
          candidate.exhausted() ? "too much work to follow further" : "unreadable bytes"};
}

Verdict complete_at(Candidate& candidate, std::uint64_t length, std::string end_reason) {
  if (length > candidate.size() || (length > 0 && !candidate.at(length - 1, 1)))
    return broken_off(candidate, length - 1, 1);
  return {length, Soundness::complete, std::move(end_reason)};
}

Verdict cut_off(Candidate& candidate, std::uint64_t offset) {
  const std::uint64_t end = candidate.size();
  if (offset >= end || candidate.at(end - 1, 1)) return broken_off(candidate, end, 1);
  return broken_off(candidate, offset, 1);
}

std::uint32_t extend_crc32(Bytes bytes, std::uint32_t crc) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::optional<std::uint32_t> take_crc32(Candidate& candidate, std::uint64_t& offset,
                                        std::uint64_t length) {
  std::uint32_t crc = 0;
  while (length > 0) {
    const auto piece = candidate.upto(offset, std::min(length, kWindow));
    if (!piece) return std::nullopt;
    crc = extend_crc32(*piece, crc);
    offset += piece->size();
    length -= piece->size();
  }
  return crc;
}

}  // namespace discern
