// SPDX-License-Identifier: Apache-2.0
#include "optical/swapped_source.h"

#include <algorithm>
#include <utility>

namespace discern {
namespace {

// The words that `range` touches, inside `size`.
ByteRange whole_words(ByteRange range, std::uint64_t size) {
  const std::uint64_t from = std::min(range.offset, size) & ~std::uint64_t{1};
  const std::uint64_t end = range.length > size - std::min(range.offset, size)
                                ? size
                                : std::min(size, (range.end() + 1) & ~std::uint64_t{1});
  return {from, end - from};
}

class SwappedSource final : public ByteSource {
 public:
  explicit SwappedSource(SourcePtr base) : base_(std::move(base)) {}

  std::uint64_t size() const override { return base_->size(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result;
    constexpr std::size_t kBlock = std::size_t{64} << 10;
    std::vector<std::byte> words;
    const std::uint64_t end =
        offset >= size() ? offset
                         : offset + std::min<std::uint64_t>(buffer.size(), size() - offset);
    while (offset < end) {
      const std::uint64_t length = std::min<std::uint64_t>(end - offset, kBlock);
      const ByteRange range = whole_words({offset, length}, size());
      words.resize(static_cast<std::size_t>(range.length));
      for (const ByteRange& bad : base_->read(range.offset, words).bad)
        add_words(bad, {offset, length}, result.bad);
      for (std::size_t i = 0; i + 1 < words.size(); i += 2) std::swap(words[i], words[i + 1]);
      std::copy_n(words.begin() + static_cast<std::ptrdiff_t>(offset - range.offset), length,
                  buffer.begin() + static_cast<std::ptrdiff_t>(result.bytes));
      result.bytes += static_cast<std::size_t>(length);
      offset += length;
    }
    result.bad = merged(std::move(result.bad));
    return result;
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    std::vector<ByteRange> result;
    for (const ByteRange& bad : base_->failed(whole_words(range, size())))
      add_words(bad, range, result);
    return merged(std::move(result));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    base_->will_read(offset, length);
  }

  Location locate(std::uint64_t offset) const override {
    Location location = base_->locate(offset);
    location.offset.reset();
    return location;
  }

 private:
  // A word of which one byte is bad is bad: zeros would be in the other place.
  void add_words(ByteRange bad, ByteRange wanted, std::vector<ByteRange>& result) const {
    const ByteRange words = whole_words(bad, size());
    const std::uint64_t from = std::max(words.offset, wanted.offset);
    const std::uint64_t to = std::min(words.end(), wanted.end());
    if (from < to) result.push_back({from, to - from});
  }

  SourcePtr base_;
};

}  // namespace

SourcePtr swapped_source(SourcePtr base) {
  return std::make_shared<SwappedSource>(std::move(base));
}

}  // namespace discern
