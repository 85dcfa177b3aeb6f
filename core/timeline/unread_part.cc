// SPDX-License-Identifier: Apache-2.0
// Which files lie in areas that cannot be read.
#include <algorithm>

#include "discern/timeline.h"

namespace discern {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;

// Ascending ranges of what the bytes of `range` lack.
struct Lack {
  std::vector<ByteRange> unreadable = {};
  std::vector<ByteRange> fillers = {};
  std::uint64_t behind = 0;  // bytes that lie behind the end of the view
};

void add_common(const std::vector<ByteRange>& ascending, ByteRange range,
                std::vector<ByteRange>& common) {
  auto each = std::partition_point(
      ascending.begin(), ascending.end(),
      [&](const ByteRange& candidate) { return candidate.end() <= range.offset; });
  for (; each != ascending.end() && each->offset < range.end(); ++each) {
    const std::uint64_t from = std::max(each->offset, range.offset);
    common.push_back({from, std::min(each->end(), range.end()) - from});
  }
}

// Known failures are whole pages; reading tells which sectors of them are gone.
void add_unreadable(const ByteSource& source, const std::vector<ByteRange>& known, ByteRange range,
                    std::vector<ByteRange>& unreadable) {
  std::vector<ByteRange> inside;
  add_common(known, range, inside);
  std::vector<std::byte> buffer;
  for (const ByteRange& failed : inside) {
    for (std::uint64_t at = failed.offset; at < failed.end(); at += kBlock) {
      buffer.resize(static_cast<std::size_t>(std::min(kBlock, failed.end() - at)));
      const auto bad = source.read(at, buffer).bad;
      unreadable.insert(unreadable.end(), bad.begin(), bad.end());
    }
  }
}

Lack lack_of(const Entry& entry, const View& view, const std::vector<ByteRange>& failed) {
  Lack lack;
  const std::uint64_t size = view.source->size();
  for (const Run& run : entry.runs) {
    if (!run.view_offset) continue;
    const std::uint64_t start = std::min(*run.view_offset, size);
    const ByteRange present{start, std::min(run.length, size - start)};
    add_unreadable(*view.source, failed, present, lack.unreadable);
    add_common(view.fillers, present, lack.fillers);
    lack.behind += run.length - present.length;
  }
  return lack;
}

}  // namespace

UnreadParts::UnreadParts(const View& view)
    : view_(view), failed_(merged(view.source->failed({0, view.source->size()}))) {}

std::optional<Finding> UnreadParts::of(const Entry& entry) const {
  const View& view = view_;
  const Lack lack = lack_of(entry, view, failed_);
  if (lack.unreadable.empty() && lack.fillers.empty() && lack.behind == 0) return std::nullopt;
  std::string text = show_name(entry.path).text + " (" + std::string(name_of(entry.state)) + ", " +
                     std::to_string(entry.size) + " bytes): ";
  Place where;
  bool begun = false;
  const auto say = [&](std::uint64_t bytes, const std::string& what) {
    text += (begun ? ", " : "") + std::to_string(bytes) + " bytes " + what;
    begun = true;
  };
  const auto say_ranges = [&](const std::vector<ByteRange>& ranges, const char* what) {
    if (ranges.empty()) return;
    const std::uint64_t first = ranges.front().offset;
    const Location place = view.source->locate(first);
    where = {.file = std::string(place.file), .offset = place.offset, .lba = place.lba};
    say(total_length(ranges), std::string(what) + ", the first at byte " + std::to_string(first) +
                                  " of view " + view.name);
  };
  say_ranges(lack.fillers, "are fillers for what could not be read when the image was made");
  say_ranges(lack.unreadable, "cannot be read");
  if (lack.behind > 0) say(lack.behind, "lie behind the end of view " + view.name);
  const bool allocated = entry.state == EntryState::allocated;
  return Finding{"entry.unread", allocated ? Severity::damage : Severity::warning, std::move(where),
                 std::move(text)};
}

}  // namespace discern
