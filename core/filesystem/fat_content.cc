// SPDX-License-Identifier: Apache-2.0
#include "filesystem/fat_content.h"

#include <algorithm>

namespace discern {
namespace {

void append(std::vector<Run>& runs, std::uint64_t file_offset, std::uint64_t length,
            std::uint64_t view_offset) {
  if (!runs.empty() && *runs.back().view_offset + runs.back().length == view_offset)
    runs.back().length += length;
  else
    runs.push_back({file_offset, length, view_offset});
}

bool holds(const std::vector<Run>& runs, std::uint64_t offset) {
  return std::ranges::any_of(runs, [&](const Run& run) {
    return offset >= *run.view_offset && offset - *run.view_offset < run.length;
  });
}

}  // namespace

FatContent::FatContent(const FatGeometry& geometry, std::uint64_t start, const FatTable& table,
                       ViewBytes& view)
    : table_(table),
      view_(view),
      cluster_size_(std::uint64_t{geometry.sectors_per_cluster} * geometry.bytes_per_sector),
      data_(start + geometry.first_data() * geometry.bytes_per_sector),
      free_(table.free_ranges()),
      claimed_(table.last() + std::size_t{1}),
      steps_left_(std::uint64_t{4} * table.last() + 65'536) {
  free_before_.reserve(free_.size());
  std::uint64_t before = 0;
  for (const ClusterRange& range : free_) {
    free_before_.push_back(before);
    before += range.count;
  }
}

std::vector<Run> FatContent::chain(std::uint32_t first, std::uint64_t size, std::uint64_t record) {
  if (size == 0) return {};
  return follow(first, size, false, record);
}

std::vector<Run> FatContent::whole_chain(std::uint32_t first, std::uint64_t record) {
  return follow(first, std::uint64_t{table_.last()} * cluster_size_, true, record);
}

std::vector<Run> FatContent::follow(std::uint32_t first, std::uint64_t size, bool whole,
                                    std::uint64_t record) {
  std::vector<Run> runs;
  std::uint64_t at = 0;
  std::optional<std::uint32_t> cluster = first;
  std::uint32_t last = 0;
  // Brent: the cluster at the last power of two of steps is met again when the chain is a loop.
  std::uint32_t mark = 0;
  std::uint64_t steps = 0;
  std::uint64_t power = 1;
  bool crossed = false;
  const auto stop = [&](std::string_view code, const std::string& why) {
    view_.find(code, Severity::damage, record,
               why + "; " + std::to_string(at) + " bytes of content are known");
    return runs;
  };
  if (!table_.exists(first))
    return stop("bad-cluster", "first cluster " + std::to_string(first) + " does not exist");
  for (; cluster && at < size; cluster = table_.next(last)) {
    last = *cluster;
    if (table_.is_free(last))
      return stop("free-cluster",
                  "the chain comes to cluster " + std::to_string(last) + ", which is free");
    if (last == mark) return stop("loop", "the chain loops at cluster " + std::to_string(last));
    if (++steps == power) {
      mark = last;
      power *= 2;
    }
    if (claimed_[last]) {
      if (!crossed) {
        if (holds(runs, offset_of(last)))
          return stop("loop", "the chain loops at cluster " + std::to_string(last));
        view_.find("cross-link", Severity::warning, record,
                   "cluster " + std::to_string(last) + " belongs to another chain as well");
      }
      crossed = true;
      if (steps_left_ == 0) return stop("limit", "too many chains cross");
      --steps_left_;
    }
    claimed_[last] = true;
    const std::uint64_t length = std::min(cluster_size_, size - at);
    append(runs, at, length, offset_of(last));
    at += length;
  }
  if (whole ? !table_.is_end(last) : at < size)
    return stop("short-chain", "the chain ends at cluster " + std::to_string(last) +
                                   (whole ? " without an end mark" : " before the file does"));
  return runs;
}

std::vector<Run> FatContent::guess(std::uint32_t first, std::uint64_t size) {
  if (!table_.exists(first) || size == 0 || !table_.is_free(first)) return {};
  auto range = std::upper_bound(
      free_.begin(), free_.end(), first,
      [](std::uint32_t cluster, const ClusterRange& each) { return cluster < each.first; });
  --range;
  auto index = static_cast<std::size_t>(range - free_.begin());
  const std::uint64_t wanted = (size + cluster_size_ - 1) / cluster_size_;
  const std::uint64_t all = free_before_.back() + free_.back().count;
  if (all - free_before_[index] - (first - range->first) < wanted) return {};
  std::vector<Run> runs;
  std::uint64_t at = 0;
  for (std::uint32_t cluster = first; at < size; cluster = free_[++index].first) {
    if (steps_left_ == 0) return {};
    --steps_left_;
    const std::uint64_t there = std::uint64_t{free_[index].first} + free_[index].count - cluster;
    const std::uint64_t length = std::min(there * cluster_size_, size - at);
    append(runs, at, length, offset_of(cluster));
    at += length;
    if (at == size) break;
  }
  return runs;
}

}  // namespace discern
