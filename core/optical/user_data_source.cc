// SPDX-License-Identifier: Apache-2.0
// Gathers `unit` bytes from each stored sector of `stored` bytes:
//
//   file   | skip | unit bytes | rest | skip | unit bytes | rest | ...
//   view          | unit bytes        |      | unit bytes |
//
// One run per extent; a byte is found by binary search over the runs, then by division.
#include "optical/user_data_source.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "discern/sector.h"
#include "optical/layout.h"

namespace discern {
namespace {

// Sectors that are looked at in one go: about 1.2 MB, so that they stay in the cache.
constexpr std::uint64_t kBatch = 512;

const RawSector& scrambler_sequence() {
  static const RawSector sequence = [] {
    RawSector zeros{};
    scramble(zeros);
    return zeros;
  }();
  return sequence;
}

// Consecutive sectors of the view. Without a file: a hole when `gap`, otherwise missing.
struct Run {
  std::uint64_t start = 0;  // in the view
  std::uint64_t length = 0;
  std::uint64_t unit = 0;  // bytes of the view per sector
  std::int64_t lba = 0;    // of the first sector
  SourcePtr file = nullptr;
  std::uint64_t file_offset = 0;
  std::uint64_t stored = 0;
  std::uint64_t skip = 0;
  bool scrambled = false;
  bool gap = false;

  std::uint64_t end() const { return start + length; }
  bool contiguous() const { return stored == unit && !scrambled; }
  // File offset of the view's byte `offset`, which lies in this run.
  std::uint64_t place(std::uint64_t offset) const {
    const std::uint64_t inner = offset - start;
    return file_offset + inner / unit * stored + skip + inner % unit;
  }
};

class GatheredSource final : public ByteSource {
 public:
  explicit GatheredSource(std::vector<Run> runs) : runs_(std::move(runs)) {}

  std::uint64_t size() const override { return runs_.empty() ? 0 : runs_.back().end(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result;
    const ByteRange wanted = cut({offset, buffer.size()});
    result.bytes = static_cast<std::size_t>(wanted.length);
    for_each_run(wanted, [&](const Run& run, ByteRange part) {
      read_run(run, part,
               buffer.subspan(static_cast<std::size_t>(part.offset - offset),
                              static_cast<std::size_t>(part.length)),
               result.bad);
    });
    result.bad = merged(std::move(result.bad));
    return result;
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    if (length == 0 || offset > size() || length > size() - offset) return std::nullopt;
    const Run& run = run_at(offset);
    if (!run.file || run.scrambled || length > run.end() - offset) return std::nullopt;
    const std::uint64_t within = (offset - run.start) % run.unit;
    if (!run.contiguous() && length > run.unit - within) return std::nullopt;
    return run.file->view(run.place(offset), length);
  }

  std::vector<ByteRange> failed(ByteRange range) const override {
    std::vector<ByteRange> result;
    for_each_run(cut(range), [&](const Run& run, ByteRange part) {
      if (!run.file) return;
      for (const ByteRange& bad : run.file->failed(file_range(run, part)))
        add_in_view(run, part, bad, result);
    });
    return merged(std::move(result));
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    for_each_run(cut({offset, length}), [&](const Run& run, ByteRange part) {
      if (!run.file) return;
      const ByteRange in_file = file_range(run, part);
      run.file->will_read(in_file.offset, in_file.length);
    });
  }

  Location locate(std::uint64_t offset) const override {
    const Run& run = run_at(offset);
    const std::uint64_t inner = offset - run.start;
    const std::int64_t lba = run.lba + static_cast<std::int64_t>(inner / run.unit);
    const std::uint64_t left = run.unit - inner % run.unit;
    if (!run.file) return {{}, std::nullopt, run.end() - offset, lba};
    const std::uint64_t place = run.place(offset);
    if (place >= run.file->size()) return {{}, std::nullopt, left, lba};
    Location location = run.file->locate(place);
    location.length = std::min(location.length, run.contiguous() ? run.end() - offset : left);
    location.lba = lba;
    return location;
  }

 private:
  ByteRange cut(ByteRange range) const {
    if (range.offset >= size()) return {size(), 0};
    return {range.offset, std::min(range.length, size() - range.offset)};
  }

  const Run& run_at(std::uint64_t offset) const {
    const auto next =
        std::upper_bound(runs_.begin(), runs_.end(), offset,
                         [](std::uint64_t value, const Run& run) { return value < run.start; });
    return *std::prev(next);
  }

  template <class Visit>
  void for_each_run(ByteRange range, const Visit& visit) const {
    while (range.length > 0) {
      const Run& run = run_at(range.offset);
      const std::uint64_t length = std::min(range.length, run.end() - range.offset);
      visit(run, ByteRange{range.offset, length});
      range = {range.offset + length, range.length - length};
    }
  }

  // From the file place of the part's first byte to behind that of its last.
  static ByteRange file_range(const Run& run, ByteRange part) {
    const std::uint64_t from = run.place(part.offset);
    return {from, run.place(part.end() - 1) + 1 - from};
  }

  // Adds those bytes of the view inside `part` that come from `bad`, a range of the file.
  static void add_in_view(const Run& run, ByteRange part, ByteRange bad,
                          std::vector<ByteRange>& result) {
    if (run.contiguous()) {
      const std::uint64_t from = std::max(bad.offset, run.place(part.offset));
      const std::uint64_t to = std::min(bad.end(), run.place(part.offset) + part.length);
      if (from < to) result.push_back({run.start + (from - run.file_offset), to - from});
      return;
    }
    if (bad.length == 0 || bad.end() <= run.file_offset) return;
    const std::uint64_t first =
        bad.offset > run.file_offset ? (bad.offset - run.file_offset) / run.stored : 0;
    const std::uint64_t last = std::min((bad.end() - 1 - run.file_offset) / run.stored,
                                        (part.end() - 1 - run.start) / run.unit);
    for (std::uint64_t i = std::max(first, (part.offset - run.start) / run.unit); i <= last; ++i) {
      const std::uint64_t sector_file = run.file_offset + i * run.stored + run.skip;
      const std::uint64_t sector_view = run.start + i * run.unit;
      const std::uint64_t from = std::max(bad.offset, sector_file);
      const std::uint64_t to = std::min(bad.end(), sector_file + run.unit);
      if (from >= to) continue;
      const std::uint64_t view_from = std::max(part.offset, sector_view + (from - sector_file));
      const std::uint64_t view_to = std::min(part.end(), sector_view + (to - sector_file));
      if (view_from < view_to) result.push_back({view_from, view_to - view_from});
    }
  }

  static void read_run(const Run& run, ByteRange part, std::span<std::byte> buffer,
                       std::vector<ByteRange>& bad) {
    if (!run.file) {
      std::memset(buffer.data(), 0, buffer.size());
      if (!run.gap) bad.push_back(part);
      return;
    }
    while (part.length > 0) {
      const std::uint64_t to_unit_end = run.unit - (part.offset - run.start) % run.unit;
      const std::uint64_t length = std::min(part.length, to_unit_end + (kBatch - 1) * run.unit);
      const ByteRange batch{part.offset, length};
      read_batch(run, batch, buffer.first(static_cast<std::size_t>(length)), bad);
      buffer = buffer.subspan(static_cast<std::size_t>(length));
      part = {part.offset + length, part.length - length};
    }
  }

  static void read_batch(const Run& run, ByteRange part, std::span<std::byte> buffer,
                         std::vector<ByteRange>& bad) {
    const ByteRange wanted = file_range(run, part);
    const std::uint64_t file_size = run.file->size();
    const std::uint64_t present =
        wanted.offset < file_size ? std::min(wanted.length, file_size - wanted.offset) : 0;
    std::vector<ByteRange> bad_in_file;
    if (present < wanted.length)
      bad_in_file.push_back({wanted.offset + present, wanted.length - present});

    std::vector<std::byte> copy;
    const auto mapped = present > 0 ? run.file->view(wanted.offset, present) : std::nullopt;
    if (!mapped) {
      copy.resize(static_cast<std::size_t>(present));
      for (const ByteRange& range : run.file->read(wanted.offset, copy).bad)
        bad_in_file.push_back(range);
    }
    gather(run, part, wanted.offset, mapped ? *mapped : Bytes(copy), buffer);
    if (mapped)
      for (const ByteRange& range : run.file->failed({wanted.offset, present}))
        bad_in_file.push_back(range);

    const std::size_t known = bad.size();
    for (const ByteRange& range : bad_in_file) add_in_view(run, part, range, bad);
    for (std::size_t i = known; i < bad.size(); ++i)
      std::memset(buffer.data() + (bad[i].offset - part.offset), 0,
                  static_cast<std::size_t>(bad[i].length));
  }

  // Copies the part's bytes out of `stored`, which begins at `base` of the file and may end early.
  static void gather(const Run& run, ByteRange part, std::uint64_t base, Bytes stored,
                     std::span<std::byte> buffer) {
    while (part.length > 0) {
      const std::uint64_t within = (part.offset - run.start) % run.unit;
      const std::uint64_t place = run.place(part.offset) - base;
      if (place >= stored.size()) return;
      const std::uint64_t want =
          run.contiguous() ? part.length : std::min(part.length, run.unit - within);
      const auto length =
          static_cast<std::size_t>(std::min<std::uint64_t>(want, stored.size() - place));
      std::memcpy(buffer.data(), stored.data() + place, length);
      if (run.scrambled) {
        const std::byte* sequence = scrambler_sequence().data() + run.skip + within;
        for (std::size_t i = 0; i < length; ++i) buffer[i] ^= sequence[i];
      }
      if (length < want) return;
      buffer = buffer.subspan(length);
      part = {part.offset + length, part.length - length};
    }
  }

  std::vector<Run> runs_;
};

template <class Describe>
SourcePtr gathered(std::vector<Extent> extents, const Describe& describe) {
  std::vector<Run> runs;
  std::uint64_t size = 0;
  for (Extent& extent : extents) {
    if (extent.sectors == 0) continue;
    Run run{.start = size, .lba = extent.first.value, .gap = extent.gap};
    describe(extent, run);
    if (run.file && run.stored == 0) {
      run.file_offset = extent.file_offset;
      run.stored = extent.layout.stored;
    }
    run.length = run.unit * extent.sectors;
    size += run.length;
    runs.push_back(std::move(run));
  }
  return std::make_shared<GatheredSource>(std::move(runs));
}

}  // namespace

SourcePtr user_data_source(std::vector<Extent> extents) {
  return gathered(std::move(extents), [](Extent& extent, Run& run) {
    run.unit = kUserSector;
    run.gap = extent.gap || extent.mode == SectorMode::audio;
    if (run.gap) return;
    run.file = std::move(extent.file);
    run.skip = static_cast<std::uint64_t>(extent.layout.user);
    run.scrambled = extent.layout.scrambled;
  });
}

SourcePtr main_channel_source(std::vector<Extent> extents) {
  return gathered(std::move(extents), [](Extent& extent, Run& run) {
    run.unit = main_size(extent.layout);
    if (!extent.gap) run.file = std::move(extent.file);
  });
}

SourcePtr subchannel_source(std::vector<Extent> extents) {
  std::uint64_t unit = 0;
  for (const Extent& extent : extents)
    if (unit == 0 && (extent.planar_subchannel || extent.layout.subchannel >= 0))
      unit = !extent.planar_subchannel && extent.layout.form == SubchannelForm::q16 ? 16 : 96;
  return gathered(std::move(extents), [unit](Extent& extent, Run& run) {
    run.unit = unit;
    if (extent.gap) return;
    if (extent.planar_subchannel) {
      run.file = std::move(extent.planar_subchannel);
      run.stored = unit;
      run.file_offset = extent.subchannel_offset;
    } else if (extent.layout.subchannel >= 0) {
      run.file = std::move(extent.file);
      run.skip = static_cast<std::uint64_t>(extent.layout.subchannel);
    }
  });
}

}  // namespace discern
