// SPDX-License-Identifier: Apache-2.0
// What a data sector begins with (ECMA-130 clause 14.1 and 14.2):
//
//    0  12  sync 00 FF FF FF FF FF FF FF FF FF FF 00, never scrambled
//   12   3  address: minute, second, frame, each BCD; LBA + 150
//   15   1  mode 0, 1 or 2 in the low five bits; the upper three tell blocks of packet-written
//   discs
//
// Where a file stores the sync it shows the sector size (distance between syncs), where the
// file begins in a sector (the first sync's offset modulo that size) and on the disc (the
// address). Scrambled files have the sync in clear and the rest XORed (Annex B).
#include "optical/sector_grid.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "discern/sector.h"
#include "optical/header.h"
#include "optical/layout.h"
#include "optical/sectors_without_sync.h"

namespace discern {
namespace {

constexpr std::uint32_t kStoredSizes[] = {2352, 2448, 2368, 2646, 2648, 2742, 2744};
constexpr std::uint64_t kProof = 8;                        // sectors in a row that prove a grid
constexpr std::uint64_t kWindow = std::uint64_t{1} << 20;  // holds a pregap of zeros and more
constexpr std::size_t kTries = 32;             // syncs per window that may be damaged or chance
constexpr std::uint64_t kShortestTrack = 300;  // Red Book: 4 seconds
constexpr std::size_t kMostRuns = 1000;        // tracks, with room for damage; bounds hostile files

std::vector<std::byte> read_readable(const ByteSource& source, std::uint64_t offset,
                                     std::uint64_t length) {
  if (offset >= source.size()) return {};
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::min(length, source.size() - offset)));
  bytes.resize(source.read(offset, bytes).bytes);
  return bytes;
}

// memmem() because std::string_view::find() crawls through zeros, which the sync begins with.
std::optional<std::size_t> find_sync(Bytes bytes, std::size_t from) {
  const Bytes rest = bytes.subspan(from);
  const void* at = memmem(rest.data(), rest.size(), kSync.data(), kSync.size());
  if (!at) return std::nullopt;
  return from + static_cast<std::size_t>(static_cast<const std::byte*>(at) - rest.data());
}

// True when sectors of `stored` bytes from `offset` on prove a grid.
bool proves(const ByteSource& source, std::uint64_t offset, std::uint32_t stored, bool scrambled) {
  const auto first = read_stored_header(source, offset, scrambled);
  if (!first) return false;
  const std::uint64_t rest = (source.size() - offset) / stored;
  if (rest == 0 || (rest < kProof && offset >= stored)) return false;
  for (std::uint64_t i = 1; i < std::min(kProof, rest); ++i) {
    const auto next = read_stored_header(source, offset + i * stored, scrambled);
    if (!next || next->lba.value != first->lba.value + static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

std::optional<SectorGrid> grid_at(const ByteSource& source, std::uint64_t offset) {
  for (const std::uint32_t stored : kStoredSizes)
    for (const bool scrambled : {false, true})
      if (proves(source, offset, stored, scrambled))
        return SectorGrid{offset % stored, stored, scrambled, offset / stored};
  return std::nullopt;
}

// The sector's first 2352 bytes, unscrambled, as far as they are there.
std::optional<RawSector> read_sector(const ByteSource& source, const SectorGrid& grid,
                                     std::uint64_t index) {
  RawSector sector;
  const auto got = source.read(grid.offset_of(index), sector);
  if (got.bytes < sector.size() || !got.complete()) return std::nullopt;
  if (grid.scrambled) scramble(sector);
  return sector;
}

// Looks past up to two damaged sectors.
GridRun state_at(const ByteSource& source, const SectorGrid& grid, std::uint64_t index,
                 std::uint64_t count) {
  GridRun run{.first = index};
  for (std::uint64_t i = index; i < std::min(index + 3, count); ++i) {
    const auto header = read_stored_header(source, grid.offset_of(i), grid.scrambled);
    if (!header) continue;
    run.lba_of_zero = header->lba.value - static_cast<std::int64_t>(i);
    run.mode = header->mode;
    break;
  }
  return run;
}

bool alike(const GridRun& a, const GridRun& b) {
  return a.lba_of_zero == b.lba_of_zero && a.mode == b.mode;
}

// Short stretches without headers join the data around them; like neighbours become one.
std::vector<GridRun> joined(std::vector<GridRun> runs) {
  const bool has_data = std::ranges::any_of(runs, &GridRun::is_data);
  for (std::size_t i = 0; has_data && i < runs.size(); ++i) {
    if (runs[i].is_data() || runs[i].count >= kShortestTrack) continue;
    const bool pregap = i == 0 && runs.size() > 1 && runs[1].is_data() && runs[1].lba(0) < 0;
    if (pregap) continue;
    const GridRun& like = i > 0 ? runs[i - 1] : runs[1];
    runs[i].lba_of_zero = like.lba_of_zero;
    runs[i].mode = like.mode;
  }
  std::vector<GridRun> result;
  for (const GridRun& run : runs) {
    if (!result.empty() && alike(result.back(), run)) {
      result.back().count += run.count;
    } else {
      result.push_back(run);
    }
  }
  return result;
}

struct Headless {
  std::uint32_t stored;
  SectorMode mode;
};
constexpr Headless kHeadless[] = {{2336, SectorMode::mode2_form1}, {2336, SectorMode::mode2},
                                  {2056, SectorMode::mode2_form1}, {2332, SectorMode::mode2_form2},
                                  {2340, SectorMode::mode1},       {2340, SectorMode::mode2_form1}};

bool has_headless(const ByteSource& source, const SectorLayout& layout) {
  constexpr std::uint64_t kDescriptorSector = 16;  // ECMA-119 clause 6.2.1
  const std::uint64_t start = kDescriptorSector * layout.stored;
  const auto sector = read_readable(source, start, layout.stored);
  if (!has_text_at(sector, static_cast<std::uint64_t>(layout.user) + 1, "CD001")) return false;
  if (layout.subheader < 0) return true;
  for (std::uint64_t i = 0; i <= kDescriptorSector; ++i) {
    const auto copies =
        read_readable(source, i * layout.stored + static_cast<std::uint64_t>(layout.subheader), 8);
    if (copies.size() < 8 || std::memcmp(copies.data(), copies.data() + 4, 4) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<StoredHeader> read_stored_header(const ByteSource& source, std::uint64_t offset,
                                               bool scrambled) {
  std::array<std::byte, 16> head{};
  if (const auto mapped = source.view(offset, head.size())) {
    std::ranges::copy(*mapped, head.begin());
  } else {
    const auto got = source.read(offset, head);
    if (got.bytes < head.size() || !got.complete()) return std::nullopt;
  }
  if (!has_sync(head)) return std::nullopt;
  if (scrambled) scramble(head);
  const SectorHeader header = read_header(std::span(head).subspan<12, 4>());
  if (!header.lba || header.mode > 2) return std::nullopt;
  return StoredHeader{*header.lba, header.mode};
}

std::uint64_t SectorGrid::sectors_in(std::uint64_t size) const {
  return size <= phase ? 0 : (size - phase - 1) / stored + 1;
}

std::optional<SectorGrid> find_grid(const ByteSource& source) {
  const std::uint64_t size = source.size();
  const std::uint64_t last = size > kWindow ? size - kWindow : 0;
  std::uint64_t looked_to = 0;
  for (int quarter = 0; quarter <= 4; ++quarter) {
    const std::uint64_t start = std::max(looked_to, last / 4 * static_cast<unsigned>(quarter));
    if (start >= size) break;
    const auto window = read_readable(source, start, kWindow);
    looked_to = start + window.size() - std::min(window.size(), kSync.size() - 1);
    std::size_t from = 0;
    for (std::size_t tries = 0; tries < kTries; ++tries) {
      const auto at = find_sync(window, from);
      if (!at) break;
      if (const auto grid = grid_at(source, start + *at)) return grid;
      from = *at + 1;
    }
  }
  return std::nullopt;
}

std::vector<GridRun> find_runs(const ByteSource& source, const SectorGrid& grid) {
  const std::uint64_t count = grid.sectors_in(source.size());
  if (count == 0) return {};
  const std::uint64_t step = std::clamp<std::uint64_t>(count / 512, 16, 1024);
  std::vector<GridRun> runs{state_at(source, grid, 0, count)};
  for (std::uint64_t known = 0; known + 1 < count && runs.size() < kMostRuns;) {
    const std::uint64_t probe = std::min(known + step, count - 1);
    // Everything before `same` belongs to the last run, `other` does not.
    std::uint64_t same = known;
    std::uint64_t other = probe;
    GridRun next = state_at(source, grid, probe, count);
    if (alike(next, runs.back())) {
      known = probe;
      continue;
    }
    while (other - same > 1) {
      const std::uint64_t middle = same + (other - same) / 2;
      GridRun between = state_at(source, grid, middle, count);
      if (alike(between, runs.back())) {
        same = middle;
      } else {
        other = middle;
        next = between;
      }
    }
    // state_at() looks ahead: data that follows none begins where its first header is.
    if (next.is_data() && !runs.back().is_data())
      while (!read_stored_header(source, grid.offset_of(other), grid.scrambled)) ++other;
    next.first = other;
    runs.back().count = other - runs.back().first;
    runs.push_back(next);
    known = other;
  }
  runs.back().count = count - runs.back().first;
  return joined(std::move(runs));
}

SectorEvidence sample_run(const ByteSource& source, const SectorGrid& grid, const GridRun& run) {
  constexpr std::uint64_t kSamples = 16;
  SectorEvidence evidence{.phase = grid.phase, .lba_of_zero = run.lba_of_zero};
  std::map<SectorMode, int> seen;
  const std::uint64_t wanted = std::min(kSamples, run.count);
  for (std::uint64_t i = 0; i < wanted; ++i) {
    const auto sector = read_sector(source, grid, run.first + run.count * i / wanted);
    if (!sector) continue;
    const SectorCheck check = check_sector(*sector);
    if (!check.sync_ok || check.mode == SectorMode::unknown) continue;
    ++seen[check.mode];
    ++evidence.sampled;
    if (check.edc == Check::good) ++evidence.good;
  }
  static constexpr SectorMode kMode1[] = {SectorMode::mode1, SectorMode::mode0};
  static constexpr SectorMode kMode2[] = {SectorMode::mode2_form1, SectorMode::mode2_form2,
                                          SectorMode::mode2};
  evidence.mode = run.mode == 2   ? SectorMode::mode2
                  : run.mode == 1 ? SectorMode::mode1
                                  : SectorMode::mode0;
  const std::span<const SectorMode> candidates =
      run.mode == 2 ? std::span<const SectorMode>(kMode2) : std::span<const SectorMode>(kMode1);
  for (const SectorMode mode : candidates) {
    if (seen[mode] == 0) continue;
    evidence.mode = mode;
    break;
  }
  evidence.layout = *sector_layout(grid.stored, evidence.mode);
  evidence.layout.scrambled = grid.scrambled;
  return evidence;
}

std::optional<SectorEvidence> identify_sectors(const ByteSource& source) {
  if (const auto grid = find_grid(source)) {
    const std::uint64_t count = grid->sectors_in(source.size());
    GridRun run = state_at(source, *grid, grid->anchor, count);
    run.count = count - grid->anchor;
    return sample_run(source, *grid, run);
  }
  if (auto evidence = identify_without_sync(source)) return evidence;
  for (const Headless& row : kHeadless) {
    const auto layout = sector_layout(row.stored, row.mode);
    if (layout && has_headless(source, *layout)) return SectorEvidence{*layout, row.mode};
  }
  return std::nullopt;
}

}  // namespace discern
