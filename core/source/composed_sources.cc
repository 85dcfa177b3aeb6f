// SPDX-License-Identifier: Apache-2.0
// Sources made of other sources. Each one translates ranges to its base and the answers back.
#include <algorithm>
#include <cstring>

#include "discern/source.h"

namespace discern {
namespace {

// The part of `range` that lies in [0, size).
ByteRange cut(ByteRange range, std::uint64_t size) {
  if (range.offset >= size) return {size, 0};
  return {range.offset, std::min(range.length, size - range.offset)};
}

bool inside(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
  return offset <= size && length <= size - offset;
}

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::vector<std::byte> bytes, std::string file)
      : bytes_(std::move(bytes)), file_(std::move(file)) {}

  std::uint64_t size() const override { return bytes_.size(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    const ByteRange part = cut({offset, buffer.size()}, size());
    if (part.length > 0)
      std::memcpy(buffer.data(), bytes_.data() + part.offset,
                  static_cast<std::size_t>(part.length));
    return {static_cast<std::size_t>(part.length)};
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    return slice(bytes_, offset, length);
  }

  Location locate(std::uint64_t offset) const override {
    return {file_, std::nullopt, size() - offset, std::nullopt};
  }

 private:
  std::vector<std::byte> bytes_;
  std::string file_;
};

class WindowSource final : public ByteSource {
 public:
  WindowSource(SourcePtr base, ByteRange window) : base_(std::move(base)), window_(window) {}

  std::uint64_t size() const override { return window_.length; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    const ByteRange part = cut({offset, buffer.size()}, size());
    ReadResult result = base_->read(window_.offset + part.offset,
                                    buffer.first(static_cast<std::size_t>(part.length)));
    for (ByteRange& bad : result.bad) bad.offset -= window_.offset;
    return result;
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (!inside(offset, length, size())) return std::nullopt;
    return base_->view(window_.offset + offset, length);
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    const ByteRange part = cut(range, size());
    auto result = base_->failed({window_.offset + part.offset, part.length});
    for (ByteRange& bad : result) bad.offset -= window_.offset;
    return result;
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    const ByteRange part = cut({offset, length}, size());
    base_->will_read(window_.offset + part.offset, part.length);
  }

  Location locate(std::uint64_t offset) const override {
    Location location = base_->locate(window_.offset + offset);
    location.length = std::min(location.length, size() - offset);
    return location;
  }

 private:
  SourcePtr base_;
  ByteRange window_;
};

class ConcatSource final : public ByteSource {
 public:
  explicit ConcatSource(std::vector<SourcePtr> parts) : parts_(std::move(parts)) {
    for (const SourcePtr& part : parts_) {
      starts_.push_back(size_);
      size_ += part->size();
    }
  }

  std::uint64_t size() const override { return size_; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result;
    for_each_part({offset, buffer.size()}, [&](std::size_t i, ByteRange in_part) {
      const auto got = parts_[i]->read(
          in_part.offset, buffer.subspan(result.bytes, static_cast<std::size_t>(in_part.length)));
      for (const ByteRange& bad : got.bad)
        result.bad.push_back({starts_[i] + bad.offset, bad.length});
      result.bytes += got.bytes;
    });
    result.bad = merged(std::move(result.bad));
    return result;
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (!inside(offset, length, size_) || length == 0) return std::nullopt;
    const std::size_t i = part_of(offset);
    if (!inside(offset - starts_[i], length, parts_[i]->size())) return std::nullopt;
    return parts_[i]->view(offset - starts_[i], length);
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    std::vector<ByteRange> result;
    for_each_part(range, [&](std::size_t i, ByteRange in_part) {
      for (const ByteRange& bad : parts_[i]->failed(in_part))
        result.push_back({starts_[i] + bad.offset, bad.length});
    });
    return merged(std::move(result));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    for_each_part({offset, length}, [&](std::size_t i, ByteRange in_part) {
      parts_[i]->will_read(in_part.offset, in_part.length);
    });
  }

  Location locate(std::uint64_t offset) const override {
    const std::size_t i = part_of(offset);
    return parts_[i]->locate(offset - starts_[i]);
  }

 private:
  // Empty parts share their start with the next one: the last of equals holds the byte.
  std::size_t part_of(std::uint64_t offset) const {
    const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
    return static_cast<std::size_t>(next - starts_.begin()) - 1;
  }

  template <class Visit>
  void for_each_part(ByteRange range, const Visit& visit) const {
    range = cut(range, size_);
    while (range.length > 0) {
      const std::size_t i = part_of(range.offset);
      const std::uint64_t inner = range.offset - starts_[i];
      const std::uint64_t length = std::min(range.length, parts_[i]->size() - inner);
      visit(i, ByteRange{inner, length});
      range = {range.offset + length, range.length - length};
    }
  }

  std::vector<SourcePtr> parts_;
  std::vector<std::uint64_t> starts_;
  std::uint64_t size_ = 0;
};

class OverlaySource final : public ByteSource {
 public:
  OverlaySource(SourcePtr base, std::uint64_t offset, std::vector<std::byte> bytes)
      : base_(std::move(base)), patch_(std::move(bytes)), place_{offset, patch_.size()} {}

  std::uint64_t size() const override { return base_->size(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result = base_->read(offset, buffer);
    const ByteRange both = shared({offset, result.bytes});
    if (both.length == 0) return result;
    std::memcpy(buffer.data() + (both.offset - offset),
                patch_.data() + (both.offset - place_.offset),
                static_cast<std::size_t>(both.length));
    result.bad = without_patch(result.bad);
    return result;
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (shared({offset, length}).length > 0) return std::nullopt;
    return base_->view(offset, length);
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    return without_patch(base_->failed(range));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    base_->will_read(offset, length);
  }

  Location locate(std::uint64_t offset) const override {
    Location location = base_->locate(offset);
    if (shared({offset, 1}).length > 0) {
      location.offset.reset();
      location.length = std::min(location.length, place_.end() - offset);
    } else if (offset < place_.offset) {
      location.length = std::min(location.length, place_.offset - offset);
    }
    return location;
  }

 private:
  ByteRange shared(ByteRange range) const {
    const std::uint64_t from = std::max(range.offset, place_.offset);
    const std::uint64_t to = std::min(range.end(), place_.end());
    return from < to ? ByteRange{from, to - from} : ByteRange{};
  }

  std::vector<ByteRange> without_patch(const std::vector<ByteRange>& ranges) const {
    std::vector<ByteRange> result;
    for (const ByteRange& range : ranges) {
      const ByteRange both = shared(range);
      if (both.length == 0) {
        result.push_back(range);
        continue;
      }
      if (range.offset < both.offset) result.push_back({range.offset, both.offset - range.offset});
      if (both.end() < range.end()) result.push_back({both.end(), range.end() - both.end()});
    }
    return result;
  }

  SourcePtr base_;
  std::vector<std::byte> patch_;
  ByteRange place_;
};

class PartialSource final : public ByteSource {
 public:
  PartialSource(SourcePtr base, std::uint64_t size)
      : base_(std::move(base)), present_(std::min(base_->size(), size)), size_(size) {}

  std::uint64_t size() const override { return size_; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    const ByteRange wanted = cut({offset, buffer.size()}, size_);
    const ByteRange here = cut(wanted, present_);
    ReadResult result =
        base_->read(here.offset, buffer.first(static_cast<std::size_t>(here.length)));
    const std::uint64_t absent = wanted.length - here.length;
    if (absent > 0) {
      std::memset(buffer.data() + here.length, 0, static_cast<std::size_t>(absent));
      result.bad.push_back({wanted.offset + here.length, absent});
      result.bad = merged(std::move(result.bad));
    }
    result.bytes = static_cast<std::size_t>(wanted.length);
    return result;
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (!inside(offset, length, present_)) return std::nullopt;
    return base_->view(offset, length);
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    auto result = base_->failed(cut(range, present_));
    const ByteRange wanted = cut(range, size_);
    if (wanted.end() > present_) {
      const std::uint64_t from = std::max(wanted.offset, present_);
      result.push_back({from, wanted.end() - from});
    }
    return merged(std::move(result));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    const ByteRange part = cut({offset, length}, present_);
    base_->will_read(part.offset, part.length);
  }

  Location locate(std::uint64_t offset) const override {
    if (offset < present_) {
      Location location = base_->locate(offset);
      location.length = std::min(location.length, present_ - offset);
      return location;
    }
    Location location = present_ > 0 ? base_->locate(present_ - 1) : Location{};
    return {location.file, std::nullopt, size_ - offset, std::nullopt};
  }

 private:
  SourcePtr base_;
  std::uint64_t present_;
  std::uint64_t size_;
};

class HoledSource final : public ByteSource {
 public:
  HoledSource(SourcePtr base, std::vector<ByteRange> absent)
      : base_(std::move(base)), absent_(std::move(absent)) {}

  std::uint64_t size() const override { return base_->size(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result = base_->read(offset, buffer);
    for (const ByteRange& hole : holes_in({offset, result.bytes})) {
      std::memset(buffer.data() + (hole.offset - offset), 0, static_cast<std::size_t>(hole.length));
      result.bad.push_back(hole);
    }
    result.bad = merged(std::move(result.bad));
    return result;
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (!holes_in({offset, length}).empty()) return std::nullopt;
    return base_->view(offset, length);
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    range = cut(range, size());
    auto result = base_->failed(range);
    const auto holes = holes_in(range);
    result.insert(result.end(), holes.begin(), holes.end());
    return merged(std::move(result));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    base_->will_read(offset, length);
  }

  Location locate(std::uint64_t offset) const override { return base_->locate(offset); }

 private:
  std::vector<ByteRange> holes_in(ByteRange range) const {
    std::vector<ByteRange> result;
    if (range.length > size() - std::min(range.offset, size())) return result;
    auto hole = std::partition_point(absent_.begin(), absent_.end(), [&](const ByteRange& each) {
      return each.end() <= range.offset;
    });
    for (; hole != absent_.end() && hole->offset < range.end(); ++hole) {
      const std::uint64_t from = std::max(hole->offset, range.offset);
      result.push_back({from, std::min(hole->end(), range.end()) - from});
    }
    return result;
  }

  SourcePtr base_;
  std::vector<ByteRange> absent_;  // merged, inside the base
};

}  // namespace

SourcePtr memory_source(std::vector<std::byte> bytes, std::string file) {
  return std::make_shared<MemorySource>(std::move(bytes), std::move(file));
}

SourcePtr window_source(SourcePtr base, std::uint64_t offset, std::uint64_t length) {
  const ByteRange window = cut({offset, length}, base->size());
  return std::make_shared<WindowSource>(std::move(base), window);
}

SourcePtr concat_source(std::vector<SourcePtr> parts) {
  return std::make_shared<ConcatSource>(std::move(parts));
}

SourcePtr overlay_source(SourcePtr base, std::uint64_t offset, std::vector<std::byte> bytes) {
  return std::make_shared<OverlaySource>(std::move(base), offset, std::move(bytes));
}

SourcePtr partial_source(SourcePtr base, std::uint64_t size) {
  return std::make_shared<PartialSource>(std::move(base), size);
}

SourcePtr holed_source(SourcePtr base, std::vector<ByteRange> absent) {
  for (ByteRange& each : absent) each = cut(each, base->size());
  return std::make_shared<HoledSource>(std::move(base), merged(std::move(absent)));
}

}  // namespace discern
