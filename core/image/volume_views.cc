// SPDX-License-Identifier: Apache-2.0
// Parts of a disk as views, so that each can be hashed, carved and extracted by name. A pass reads
// the bytes that they share once; what they cost is the digests of each.
#include "image/volume_views.h"

#include <algorithm>
#include <string>
#include <utility>

#include "discern/digest.h"
#include "discern/volume.h"

namespace discern {
namespace {

// Bounds of ours, for hostile tables: no real one has so many volumes, and volumes that overlap
// each other again and again would be hashed again and again.
constexpr std::size_t kMostViews = 128;
constexpr std::uint64_t kMostTimesOver = 2;

std::string bytes_of(std::string_view view, ByteRange range) {
  return std::to_string(range.length) + " bytes of view " + std::string(view) + " from byte " +
         std::to_string(range.offset) + " on";
}

class Parts {
 public:
  explicit Parts(Image& image)
      : image_(image), media_(image.main_view()), size_(media_.source->size()) {}

  void add() {
    std::vector<ByteRange> claimed;
    bool partitioned = false;
    for (std::size_t i = 0; i < image_.volumes.size(); ++i) {
      const Volume& volume = image_.volumes[i];
      const ByteRange range{volume.start, std::min(volume.size, size_ - volume.start)};
      claimed.push_back(range);
      partitioned = partitioned || (volume.type != "superfloppy" && volume.type != "disc");
      add_volume(volume, range, std::to_string(i + 1));
    }
    add_rest(merged(std::move(claimed)), partitioned);
    if (left_out_ == 0) return;
    image_.findings.push_back(
        {"volume.views-left-out", Severity::note, Place{.file = image_.path},
         std::to_string(left_out_) + " more parts of the medium have no view of their own"});
  }

 private:
  void add_view(std::string name, ByteRange range) {
    if (range.length == 0 || range.length == size_) return;
    if (added_ == kMostViews || range.length > kMostTimesOver * size_ - covered_) {
      ++left_out_;
      return;
    }
    ++added_;
    covered_ += range.length;
    image_.views.push_back({.name = std::move(name),
                            .sector_size = media_.sector_size,
                            .source = window_source(media_.source, range.offset, range.length),
                            .derivation = bytes_of(media_.name, range)});
  }

  void add_volume(const Volume& volume, ByteRange range, const std::string& number) {
    add_view("volume " + number, range);
    const std::uint64_t used = volume.filesystem_size;
    if (used > 0 && used < range.length)
      add_view("slack " + number, {range.offset + used, range.length - used});
  }

  // What no volume claims. Behind the only file system of a medium without partitions it is that
  // one's slack.
  void add_rest(const std::vector<ByteRange>& claimed, bool partitioned) {
    const std::uint64_t whole = size_ - size_ % sector();
    std::uint64_t from = 0;
    int number = 0;
    const auto add_gap = [&](std::uint64_t to) {
      if (to > from && !claimed.empty())
        add_view(partitioned || from == 0 ? "unpartitioned " + std::to_string(++number) : "slack 1",
                 {from, to - from});
    };
    for (const ByteRange& range : claimed) {
      add_gap(std::min(range.offset, whole));
      from = range.end();
    }
    add_gap(whole);
    const std::uint64_t tail = std::max(from, whole);
    if (tail < size_) add_view("tail", {tail, size_ - tail});
  }

  std::uint64_t sector() const {
    const std::uint32_t unit = media_.sector_size;
    return image_.geometry ? std::min(unit, image_.geometry->bytes_per_sector) : unit;
  }

  Image& image_;
  const View media_;
  std::uint64_t size_;
  std::size_t added_ = 0;
  std::size_t left_out_ = 0;
  std::uint64_t covered_ = 0;
};

// "offset 11, 2 bytes: 0000 became 0002; ...": every range that differs, apart by four bytes or
// more.
std::string differences(Bytes before, Bytes after) {
  constexpr std::size_t kApart = 4;
  std::string text;
  for (std::size_t at = 0; at < after.size();) {
    if (before[at] == after[at]) {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    for (std::size_t i = end; i < after.size() && i < end + kApart; ++i)
      if (before[i] != after[i]) end = i + 1;
    text += (text.empty() ? "offset " : "; offset ") + std::to_string(at) + ", " +
            std::to_string(end - at) + " bytes: " + to_hex(before.subspan(at, end - at)) +
            " became " + to_hex(after.subspan(at, end - at));
    at = end;
  }
  return text;
}

void add_overlay(Image& image, std::vector<std::byte> boot_sector) {
  const View media = image.main_view();
  const auto found = read_exactly(*media.source, 0, boot_sector.size());
  const std::string what =
      found ? differences(*found, boot_sector)
            : "the sector cannot be read; " + to_hex(boot_sector) + " stands there";
  image.findings.push_back({"overlay.boot-sector", Severity::note,
                            Place{.file = image.path, .offset = 0},
                            "view overlay has a boot sector that readers need; all else is view " +
                                media.name + "; " + what});
  image.views.push_back(
      {.name = "overlay",
       .sector_size = media.sector_size,
       .source = overlay_source(media.source, 0, std::move(boot_sector)),
       .derivation = "view " + media.name + " with a boot sector made by discern; " + what});
}

}  // namespace

void add_volumes(Image& image) {
  FoundVolumes found = find_volumes(image.main_view());
  image.volumes = std::move(found.volumes);
  image.proofs.insert(image.proofs.end(), std::make_move_iterator(found.proofs.begin()),
                      std::make_move_iterator(found.proofs.end()));
  // The container knows what the size leaves open.
  if (image.geometry)
    std::erase_if(found.findings,
                  [](const Finding& finding) { return finding.code == "floppy.ambiguous-size"; });
  image.findings.insert(image.findings.end(), std::make_move_iterator(found.findings.begin()),
                        std::make_move_iterator(found.findings.end()));
  if (!image.geometry) image.geometry = found.geometry;
  if (!found.boot_sector.empty()) add_overlay(image, std::move(found.boot_sector));
  if (!image.disc && !image.main_view().first_lba) Parts(image).add();
}

}  // namespace discern
