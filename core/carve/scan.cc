// SPDX-License-Identifier: Apache-2.0
// The part of carving that rides on a pass over the evidence: it only notes where headers are.
#include "carve/scan.h"

#include <algorithm>

namespace discern {
namespace {

constexpr std::uint32_t kSmallestSector = 512;
constexpr std::size_t kHitsLimit = std::size_t{1} << 24;

std::size_t pair(std::uint8_t first, std::uint8_t second) {
  return std::size_t{first} << 8 | second;
}

std::vector<const Validator*> chosen(const std::vector<std::string>& types) {
  std::vector<const Validator*> rows;
  for (const Validator& row : validators())
    if (types.empty() || std::ranges::find(types, row.id) != types.end()) rows.push_back(&row);
  return rows;
}

std::uint32_t step_for(const View& view, const CarveOptions& options) {
  if (options.step != 0) return options.step;
  return view.sector_size > 0 && view.sector_size % kSmallestSector == 0 ? view.sector_size
                                                                         : kSmallestSector;
}

}  // namespace

HeaderFinder::HeaderFinder(const std::vector<const Validator*>& rows, std::uint32_t step)
    : step_(step) {
  for (const Validator* row : rows) {
    auto place = std::ranges::find(places_, row->header_offset, &Place::header_offset);
    if (place == places_.end()) place = places_.insert(place, Place{row->header_offset});
    place->rows.push_back(row);
    place->first_two.set(
        pair(static_cast<std::uint8_t>(row->header[0]), static_cast<std::uint8_t>(row->header[1])));
  }
}

void HeaderFinder::look(const Block& block, std::vector<HeaderHit>& hits) const {
  const Bytes bytes = block.bytes;
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  for (std::size_t start = static_cast<std::size_t>((step_ - block.offset % step_) % step_);
       start < bytes.size(); start += step_) {
    for (const Place& place : places_) {
      const std::size_t at = start + place.header_offset;
      if (at + 1 < bytes.size() && !place.first_two.test(pair(data[at], data[at + 1]))) continue;
      const std::string_view here =
          at < bytes.size() ? as_text(bytes.subspan(at)) : std::string_view();
      for (const Validator* row : place.rows) {
        const std::size_t length = std::min(here.size(), row->header.size());
        if (here.substr(0, length) == row->header.substr(0, length))
          hits.push_back({block.offset + start, row});
      }
    }
  }
}

struct CarveScan::State {
  View view;
  CarveOptions options;
  HeaderFinder finder;
  std::vector<HeaderHit> hits = {};
};

CarveScan::CarveScan(const View& view, CarveOptions options) {
  HeaderFinder finder(chosen(options.types), step_for(view, options));
  state_ = std::make_shared<State>(State{view, std::move(options), std::move(finder)});
}

CarveScan::~CarveScan() = default;

Consumer CarveScan::consumer() {
  return {[state = state_](const Block& block) {
            if (state->hits.size() < kHitsLimit) state->finder.look(block, state->hits);
          },
          0.1};
}

Result<std::vector<CarvedFile>> CarveScan::carve() {
  if (state_->hits.size() >= kHitsLimit)
    return Error{Errc::limit, "too many file headers to carve; choose fewer types"};
  return carve_hits(state_->view, state_->hits, state_->options);
}

Result<std::vector<CarvedFile>> carve_view(const View& view, const CarveOptions& options) {
  CarveScan scan(view, options);
  Stream stream{"view:" + view.name, view.source};
  stream.consumers.push_back(scan.consumer());
  if (const Status status = run_pass(std::span(&stream, 1),
                                     {.threads = options.threads, .progress = options.progress});
      !status)
    return status.error();
  return scan.carve();
}

Result<std::vector<RangeFile>> carve_range(const View& view, ByteRange range,
                                           const CarveOptions& options) {
  const HeaderFinder finder(chosen(options.types), step_for(view, options));
  std::vector<HeaderHit> hits;
  Stream stream{"view:" + view.name, window_source(view.source, range.offset, range.length)};
  stream.consumers.push_back({[&](const Block& block) {
                                const Block there{block.offset + range.offset, block.bytes, {}};
                                if (hits.size() < kHitsLimit) finder.look(there, hits);
                              },
                              0.1});
  if (const Status status = run_pass(std::span(&stream, 1),
                                     {.threads = options.threads, .progress = options.progress});
      !status)
    return status.error();
  if (hits.size() >= kHitsLimit)
    return Error{Errc::limit, "too many file headers to carve; choose fewer types"};
  return carve_range_hits(view, hits, options);
}

}  // namespace discern
