// SPDX-License-Identifier: Apache-2.0
// DiskDupe (.DDI), versions 5 and 7: the tracks of a PC floppy behind a header.
//
//   version 7   0 "IM" and eight bytes 00   10 kind of disk: 1 360K, 2 1.2M, 3 720K, 4 1.44M
//               100 for each track (cylinder, head) six bytes: 1 when it is there, its number in
//               the file, counted in tracks from the file's start, three bytes 00, 1
//   version 5   0 "MSD Image Version 1 "; the sectors begin at byte 1280
//
// Sources: the headers as Aaru and ddi2raw describe them, made with versions 5 and 7.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "image/format_rows.h"
#include "volume/floppy_formats.h"

namespace discern {
namespace {

using namespace std::string_view_literals;

constexpr auto kMark7 = "IM\0\0\0\0\0\0\0\0"sv;
constexpr auto kMark5 = "MSD Image Version 1 "sv;
constexpr std::uint64_t kFirst5 = 1280;
constexpr std::uint64_t kMap = 100;
constexpr std::uint64_t kMapEntry = 6;
constexpr std::array<std::uint64_t, 5> kSizes = {0, 368640, 1228800, 737280, 1474560};

struct Track {
  bool present = false;
  std::uint64_t offset = 0;  // in the file
};

struct Layout {
  Geometry geometry;
  std::uint64_t track_bytes = 0;
  std::vector<Track> tracks;
};

// From a header of version 7; nothing when it is none.
std::optional<Layout> layout_of(Bytes head) {
  if (!has_text_at(head, 0, kMark7) || head.size() <= kMap) return std::nullopt;
  const auto kind = std::to_integer<std::size_t>(head[kMark7.size()]);
  if (kind == 0 || kind >= kSizes.size()) return std::nullopt;
  Layout layout;
  layout.geometry = floppy_format(kSizes[kind])->geometry;
  const Geometry& geometry = layout.geometry;
  layout.track_bytes = std::uint64_t{geometry.sectors_per_track} * geometry.bytes_per_sector;
  const std::uint64_t count = std::uint64_t{geometry.cylinders} * geometry.heads;
  const std::uint64_t header = kMap + count * kMapEntry;
  bool any = false;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto entry = slice(head, kMap + i * kMapEntry, kMapEntry);
    if (!entry || std::to_integer<unsigned>((*entry)[0]) > 1) return std::nullopt;
    const Track track{(*entry)[0] == std::byte{1},
                      std::to_integer<std::uint64_t>((*entry)[1]) * layout.track_bytes};
    if (track.present && track.offset < header) return std::nullopt;
    any = any || track.present;
    layout.tracks.push_back(track);
  }
  if (!any) return std::nullopt;
  return layout;
}

Probed probe(const ProbeInput& input) {
  const Bytes head = input.head;
  if (layout_of(head)) {
    const auto bytes = head.first(kMark7.size() + 1);
    return {.fit = Fit::strong,
            .proofs = {{input.path, 0, {bytes.begin(), bytes.end()}, "DiskDupe 7 header"}}};
  }
  if (!has_text_at(head, 0, kMark5)) return {};
  const Bytes bytes = as_bytes(kMark5);
  return {.fit = Fit::strong,
          .proofs = {{input.path, 0, {bytes.begin(), bytes.end()}, "DiskDupe 5 header"}}};
}

Result<Image> open_version_5(std::shared_ptr<const MappedFile> file) {
  const std::string path = file->facts().path;
  if (file->size() <= kFirst5)
    return Error{Errc::corrupt, "the DiskDupe file ends before its first sector", path, kFirst5};
  Image image;
  image.views.push_back({.name = "media",
                         .source = window_source(file, kFirst5, file->size() - kFirst5),
                         .derivation = "the file from byte 1280 on"});
  image.files.push_back({"image", std::move(file)});
  return image;
}

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  const auto head = read_head(*file, 4096);
  if (has_text_at(head, 0, kMark5)) return open_version_5(std::move(file));
  const auto layout = layout_of(head);
  if (!layout) return Error{Errc::not_this, "no DiskDupe header", path};
  std::vector<SourcePtr> parts;
  std::uint64_t absent = 0;
  std::uint64_t cut = 0;
  for (const Track& track : layout->tracks) {
    const std::uint64_t length = track.present ? layout->track_bytes : 0;
    parts.push_back(partial_source(window_source(file, track.offset, length), layout->track_bytes));
    if (!track.present)
      ++absent;
    else if (track.offset + length > file->size())
      ++cut;
  }
  if (absent + cut == layout->tracks.size())
    return Error{Errc::corrupt, "the DiskDupe file has no whole track", path, file->size()};
  Image image;
  if (absent > 0)
    image.findings.push_back(
        {"diskdupe.tracks-missing", Severity::damage, Place{.file = path, .offset = kMap},
         std::to_string(absent) + " tracks were not recorded; their ranges are unreadable"});
  if (cut > 0)
    image.findings.push_back({"diskdupe.cut", Severity::damage,
                              Place{.file = path, .offset = file->size() - 1},
                              "the file ends before the end of " + std::to_string(cut) +
                                  " tracks; what is missing of them is unreadable"});
  image.geometry = layout->geometry;
  image.views.push_back({.name = "media",
                         .source = concat_source(std::move(parts)),
                         .derivation = "tracks of the file, in the order of its map"});
  image.files.push_back({"image", std::move(file)});
  return image;
}

}  // namespace

constinit const Format kDiskDupe = {
    .id = "diskdupe",
    .name = "DiskDupe floppy image",
    .extensions = "ddi",
    .probe = probe,
    .open = open,
};

}  // namespace discern
