// SPDX-License-Identifier: Apache-2.0
#include "discern/run_source.h"

#include <algorithm>
#include <utility>

namespace discern {
namespace {

class RunSource final : public ByteSource {
 public:
  RunSource(SourcePtr view, const Entry& entry)
      : view_(std::move(view)), size_(entry.size), runs_(entry.runs) {
    std::ranges::stable_sort(runs_, {}, &Run::file_offset);
  }

  std::uint64_t size() const override { return size_; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    if (offset >= size_) return {};
    ReadResult result{
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_ - offset))};
    for (std::size_t done = 0; done < result.bytes;) {
      const std::uint64_t at = offset + done;
      const auto [run, length] = part_at(at, result.bytes - done);
      const auto target = buffer.subspan(done, static_cast<std::size_t>(length));
      if (!run || !run->view_offset) {
        std::ranges::fill(target, std::byte{0});
        if (!run) result.bad.push_back({at, length});
      } else {
        const std::uint64_t from = *run->view_offset + (at - run->file_offset);
        const ReadResult got = view_->read(from, target);
        for (const ByteRange& bad : got.bad)
          result.bad.push_back({at + (bad.offset - from), bad.length});
        if (got.bytes < length) {  // behind the view's end
          std::fill(target.begin() + static_cast<std::ptrdiff_t>(got.bytes), target.end(),
                    std::byte{0});
          result.bad.push_back({at + got.bytes, length - got.bytes});
        }
      }
      done += static_cast<std::size_t>(length);
    }
    result.bad = merged(std::move(result.bad));
    return result;
  }

  Location locate(std::uint64_t offset) const override {
    const auto [run, length] = part_at(offset, size_ - offset);
    const std::uint64_t from =
        run && run->view_offset ? *run->view_offset + (offset - run->file_offset) : view_->size();
    if (from >= view_->size()) return {{}, std::nullopt, length};
    Location place = view_->locate(from);
    place.length = std::min(place.length, length);
    return place;
  }

 private:
  // The run that holds `offset`, null in a hole, and how many of `most` bytes are the same part.
  std::pair<const Run*, std::uint64_t> part_at(std::uint64_t offset, std::uint64_t most) const {
    const auto next = std::ranges::upper_bound(runs_, offset, {}, &Run::file_offset);
    const std::uint64_t until_next =
        next == runs_.end() ? most : std::min(most, next->file_offset - offset);
    if (next == runs_.begin()) return {nullptr, until_next};
    const Run& run = *std::prev(next);
    const std::uint64_t into = offset - run.file_offset;
    if (into >= run.length) return {nullptr, until_next};
    return {&run, std::min(until_next, run.length - into)};
  }

  SourcePtr view_;
  std::uint64_t size_;
  std::vector<Run> runs_;
};

}  // namespace

SourcePtr run_source(SourcePtr view, const Entry& entry) {
  return std::make_shared<RunSource>(std::move(view), entry);
}

}  // namespace discern
