// SPDX-License-Identifier: Apache-2.0
// Reads the descriptor once more: only descriptors that contradict each other are asked, and a disc
// has no use for lines otherwise.
#include "optical/descriptor_places.h"

#include <algorithm>

#include "discern/bytes.h"
#include "optical/b6t.h"
#include "optical/ccd.h"
#include "optical/cue.h"
#include "optical/gdi.h"
#include "optical/mds.h"
#include "optical/toc.h"

namespace discern {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;  // no descriptor that opens is longer

Place at(const std::string& file, std::uint32_t line, std::uint32_t column) {
  return {.file = file, .line = line, .column = column};
}

void in_cue(Bytes bytes, const std::string& file, DescriptorPlaces& places) {
  const auto sheet = parse_cue(as_text(bytes), file);
  if (!sheet) return;
  for (const CueTrack& track : sheet->tracks)
    places.tracks.push_back(at(file, track.place.line, track.place.column));
  places.catalog = at(file, sheet->catalog_place.line, sheet->catalog_place.column);
}

void in_ccd(Bytes bytes, const std::string& file, DescriptorPlaces& places) {
  const auto sheet = parse_ccd(as_text(bytes), file);
  if (!sheet) return;
  std::vector<CcdEntry> points;
  std::ranges::copy_if(sheet->entries, std::back_inserter(points),
                       [](const CcdEntry& e) { return e.point >= 1 && e.point <= 99; });
  std::ranges::stable_sort(points, {}, &CcdEntry::plba);
  for (const CcdEntry& entry : points) places.tracks.push_back(at(file, entry.line, 1));
  if (sheet->catalog_line > 0) places.catalog = at(file, sheet->catalog_line, 1);
}

void in_toc(Bytes bytes, const std::string& file, DescriptorPlaces& places) {
  const auto sheet = parse_toc(as_text(bytes), file);
  if (!sheet) return;
  for (const TocTrack& track : sheet->tracks)
    places.tracks.push_back(at(file, track.line, track.column));
  places.catalog = at(file, sheet->catalog_line, sheet->catalog_column);
}

void in_gdi(Bytes bytes, const std::string& file, DescriptorPlaces& places) {
  const auto list = parse_gdi(as_text(bytes), file);
  if (!list) return;
  for (const GdiTrack& track : *list) places.tracks.push_back(at(file, track.line, 1));
}

void in_mds(Bytes bytes, const std::string& file, DescriptorPlaces& places) {
  const auto sheet = parse_mds(bytes, file);
  if (!sheet) return;
  for (const MdsTrack& track : sheet->tracks)
    places.tracks.push_back({.file = file, .offset = track.entry});
}

void in_b6t(Bytes bytes, const std::string& file, DescriptorPlaces& places) {
  const auto sheet = parse_b6t(bytes, file);
  if (!sheet) return;
  for (const B6tTrack& track : sheet->tracks)
    places.tracks.push_back({.file = file, .offset = track.entry});
  places.catalog = {.file = file, .offset = 65};
}

struct Kind {
  std::string_view format;
  void (*find)(Bytes, const std::string&, DescriptorPlaces&);
};
constexpr Kind kKinds[] = {{"cue", in_cue}, {"ccd", in_ccd}, {"toc", in_toc},
                           {"gdi", in_gdi}, {"mds", in_mds}, {"b6t", in_b6t}};

}  // namespace

DescriptorPlaces places_of(const Image& image) {
  DescriptorPlaces places;
  const EvidenceFile& descriptor = image.files.front();
  places.file = places.catalog = {.file = descriptor.path()};
  const auto kind = std::ranges::find(kKinds, image.format, &Kind::format);
  const auto bytes =
      read_exactly(*descriptor.source, 0, std::min(descriptor.source->size(), kMostBytes));
  if (kind != std::end(kKinds) && bytes) kind->find(*bytes, descriptor.path(), places);
  return places;
}

}  // namespace discern
